//! `unbolt find WHO`

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::{Account, AccountKey, Lock, Person, ProviderName};
use crate::flow::people;
use crate::widgets::format::{clock, since_until};

use super::args::{Cli, Find};
use super::console::{out, say};
use super::exit::Exit;
use super::{json, setup};
use crate::runtime::resolve_user::Hits;
use crate::runtime::{Core, resolve_user, time_zone};

pub fn run(cli: &Cli, find: &Find) -> Exit {
    if find.who.trim().is_empty() {
        say("whom? a user name, an e-mail address, an employee id, an account id, or the start of a name");
        return Exit::Usage;
    }
    let core = match setup::core(cli) {
        Ok(core) => core,
        Err(exit) => return exit,
    };
    let mut told = Told::default();
    let mut tell = |hits: &Hits, asked: &[ProviderName]| {
        if !find.json {
            told.people(&core, hits);
            let names: Vec<&str> = asked.iter().map(ProviderName::as_str).collect();
            say(&format!("still asking {}", names.join(", ")));
        }
    };
    let hits = match setup::with_core(&core, resolve_user::find(&core, &find.who, &mut tell)) {
        Ok(hits) => hits,
        Err(exit) => return exit,
    };
    let people = people::people(&hits.accounts, core.joining());
    if find.json {
        let people = people.iter().map(|person| json::person(person, &accounts_of(person, &hits)));
        json::print(&Value::from(people.collect::<Vec<_>>()));
    } else {
        told.people(&core, &hits);
    }
    for (provider, problem) in &hits.problems {
        say(&format!("{provider}: {problem}"));
    }
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
    match (people.is_empty(), all_known) {
        (true, true) => {
            say(&format!("nobody matches `{}`", crate::domain::Untrusted::from(find.who.as_str()).line()));
            Exit::Failed
        }
        (true, false) => Exit::Failed,
        (false, true) => Exit::Done,
        (false, false) => Exit::Mixed,
    }
}

fn accounts_of<'a>(person: &Person, hits: &'a Hits) -> Vec<&'a Account> {
    person.accounts.iter().filter_map(|key| hits.accounts.iter().find(|account| account.key == *key)).collect()
}

/// What was told already, while somebody was still asked.
#[derive(Default)]
struct Told(HashSet<AccountKey>);

impl Told {
    /// Each person with the accounts that are news.
    fn people(&mut self, core: &Core, hits: &Hits) {
        for person in &people::people(&hits.accounts, core.joining()) {
            let news: Vec<&Account> =
                accounts_of(person, hits).into_iter().filter(|account| self.0.insert(account.key.clone())).collect();
            if news.is_empty() {
                continue;
            }
            out(&person.name.line());
            if let Some(why) = &person.apart {
                out(&format!("  kept apart: {why}"));
            }
            for account in news {
                out(&format!("  {}", line(account)));
            }
        }
    }
}

/// One account as a line: provider, state, bad logins, since, until, names, id, as of.
pub fn line(account: &Account) -> String {
    let (zone, now) = (time_zone::shown(), Timestamp::now());
    let (sign, word, _) = crate::widgets::format::state(account, crate::widgets::format::ASCII);
    let (since, until) = since_until(account, now, &zone);
    let cause = account.lock.cause().map(|cause| cause.label().to_owned()).unwrap_or_default();
    let disabled = if account.enabled == Some(false) && account.lock.is_locked() { "also disabled" } else { "" };
    let bad = match &account.bad_logins.count {
        Some(_) => account.bad_logins.words(),
        None => "bad logins not reported".to_owned(),
    };
    let email = account.email.as_ref().map(crate::domain::Untrusted::line).unwrap_or_default();
    let as_of = format!("as of {}", clock(account.as_of, now, &zone));
    let problem = match &account.lock {
        Lock::Unknown { problem: Some(problem) } => problem.line(),
        _ => String::new(),
    };
    let head = format!("{:<12} {sign} {word:<12}", account.key.provider);
    let rest = [
        bad,
        cause,
        since,
        until,
        disabled.to_owned(),
        account.username.line(),
        email,
        format!("id {}", account.key.id.line()),
        as_of,
        problem,
    ];
    let rest: Vec<String> = rest.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{head} {}", rest.join(" | "))
}
