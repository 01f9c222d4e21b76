//! `unbolt find WHO`

use std::collections::HashSet;

use crate::domain::{Account, AccountKey, Lock, Person, ProviderName, Untrusted};
use crate::flow::{identity_linking, unlock_delegation};

use super::args::{Cli, FindArgs};
use super::console::{progress, say, say_unread, shows_progress};
use super::exit::Exit;
use super::{account_table, json, setup};
use crate::engine::resolve_user::ResolvedUsers;
use crate::engine::{Core, resolve_user};

pub fn run(cli: &Cli, find: &FindArgs) -> Result<Exit, Exit> {
    if find.who.trim().is_empty() {
        return Err(Exit::Usage
            .because("whom? a user name, an e-mail address, an employee id, an account id, or the start of a name"));
    }
    let core = setup::core(cli)?;
    let mut told = Told::default();
    let mut tell = |hits: &ResolvedUsers, asked: &[ProviderName]| {
        if !find.json {
            told.people(&core, hits);
            let names: Vec<&str> = asked.iter().map(ProviderName::as_str).collect();
            let words = format!("still asking {}", names.join(", "));
            if shows_progress() { progress(&words) } else { say(&words) }
        }
    };
    let mut hits = setup::with_core(&core, resolve_user::find(&core, &find.who, &mut tell))?;
    unlock_delegation::name_counts(&mut hits.accounts);
    let people = identity_linking::people(&hits.accounts, core.joining());
    if find.json {
        let people = people.iter().map(|person| json::person(person, &accounts_of(person, &hits)));
        json::print(people.collect::<Vec<_>>());
    } else {
        told.people(&core, &hits);
    }
    say_unread(&hits.problems);
    if hits.more {
        say("there are more hits than these; type more of the name");
    }
    // Somebody whose lock nobody knows is no answer to the question.
    let mut all_known = hits.problems.is_empty();
    for account in &hits.accounts {
        if let Lock::Unknown { problem: Some(problem) } = &account.lock {
            all_known = false;
            if hits.problems.iter().all(|(_, told)| told != &**problem) {
                say(&format!("{}: {}: {}", account.key.provider, account.username.line(), problem.line()));
            }
        }
    }
    Ok(match (people.is_empty(), all_known) {
        (true, true) => {
            Exit::Failed.because(&format!("nobody matches `{}`", Untrusted::from(find.who.as_str()).line()))
        }
        (true, false) => Exit::Failed,
        (false, true) => Exit::Done,
        (false, false) => Exit::Mixed,
    })
}

fn accounts_of<'a>(person: &Person, hits: &'a ResolvedUsers) -> Vec<&'a Account> {
    person.accounts.iter().filter_map(|key| hits.accounts.iter().find(|account| account.key == *key)).collect()
}

/// What was told already, while somebody was still asked.
#[derive(Default)]
struct Told {
    accounts: HashSet<AccountKey>,
    apart: HashSet<String>,
}

impl Told {
    /// The systems that failed, then each person's accounts that are news.
    fn people(&mut self, core: &Core, hits: &ResolvedUsers) {
        let people = identity_linking::people(&hits.accounts, core.joining());
        let mut news = Vec::new();
        for person in &people {
            let accounts = accounts_of(person, hits).into_iter();
            let accounts = accounts.filter(|account| self.accounts.insert(account.key.clone()));
            news.extend(accounts.map(|account| (&person.name, account)));
        }
        account_table::print(&hits.problems, news);
        for person in &people {
            if let Some(why) = &person.apart
                && self.apart.insert(person.name.line())
            {
                say(&format!("{}: kept apart: {why}", person.name.line()));
            }
        }
    }
}
