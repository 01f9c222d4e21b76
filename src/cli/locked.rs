//! `unbolt locked`: who is locked now, in every provider, as pages arrive.

use std::collections::HashMap;
use std::io::{IsTerminal as _, stdout};
use std::time::Instant;

use futures_util::future::join_all;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::domain::escape::csv_line;
use crate::domain::{Account, AccountKey, Code, LockedQueryEvent, Problem, ProviderName, Untrusted};
use crate::engine::locked::locked;
use crate::flow::identity_linking::people;

use super::args::{Cli, LockedArgs};
use super::console::{clear_progress, progress, say};
use super::exit::Exit;
use super::output::{data, is_open, out};
use super::{account_table, json, setup};

pub fn run(cli: &Cli, arguments: &LockedArgs) -> Result<Exit, Exit> {
    let core = setup::core(cli)?;
    let listing = async {
        let (tell, mut news) = mpsc::unbounded_channel();
        let asking = join_all(core.providers().iter().map(|provider| {
            let tell = tell.clone();
            locked(provider.as_ref(), move |news| tell.send(news).is_ok())
        }));
        drop(tell);
        let telling = async {
            let mut told = Told::default();
            let mut asked: Vec<String> = core.providers().iter().map(|one| one.info().name.to_string()).collect();
            progress(&format!("asking {}", asked.join(", ")));
            if arguments.csv {
                out(CSV_HEAD);
            }
            while let Some(one) = news.recv().await {
                // Who hangs up ends the question.
                if !is_open() {
                    break;
                }
                if let LockedQueryEvent::Done(name, ..) = &one {
                    asked.retain(|other| other != name.as_str());
                }
                let is_paged = matches!(one, LockedQueryEvent::Paged(..));
                told.take(one, arguments);
                if !is_paged && !asked.is_empty() {
                    progress(&format!("still asking {}", asked.join(", ")));
                }
            }
            clear_progress();
            told
        };
        let (_, result) = tokio::join!(asking, telling);
        result
    };
    let told = setup::with_core(&core, listing)?;
    if arguments.json {
        let accounts = &told.accounts;
        let by_key: HashMap<&AccountKey, &Account> = accounts.iter().map(|account| (&account.key, account)).collect();
        let own = |key: &AccountKey| by_key.get(key).copied();
        let people = people(accounts, core.joining());
        json::print_list(
            people
                .iter()
                .map(|person| json::person(person, &person.accounts.iter().filter_map(own).collect::<Vec<_>>())),
        );
    } else if !arguments.jsonl && !arguments.csv {
        account_table::print(&told.problems, told.accounts.iter().map(|account| (account.label(), account)));
    }
    for line in &told.ends {
        say(line);
    }
    let is_cut = told.problems.iter().any(|(_, problem)| problem.code == Code::Incomplete);
    Ok(match (told.problems.is_empty(), told.count > 0 || is_cut) {
        (true, _) => Exit::Done,
        (false, false) => Exit::Failed,
        (false, true) => Exit::Mixed,
    })
}

const CSV_HEAD: &str = "provider,name,username,email,id,cause,since,until,bad_logins";

/// What was told so far.
#[derive(Default)]
struct Told {
    count: usize,
    /// Those that are held until the end: people are told by all their accounts, and columns fitted to all rows.
    accounts: Vec<Account>,
    problems: Vec<(ProviderName, Problem)>,
    /// How each list ended.
    ends: Vec<String>,
    /// Since when it is asked.
    began: Option<Instant>,
}

impl Told {
    fn take(&mut self, one: LockedQueryEvent, arguments: &LockedArgs) {
        let began = *self.began.get_or_insert_with(Instant::now);
        match one {
            LockedQueryEvent::Accounts(_, accounts) => {
                self.count += accounts.len();
                if arguments.jsonl {
                    accounts.iter().map(json::account).for_each(json::print);
                } else if arguments.csv {
                    accounts.iter().for_each(csv);
                } else if arguments.json || stdout().is_terminal() {
                    self.accounts.extend(accounts);
                } else {
                    // Whoever reads a pipe gets rows as they come; columns on a terminal are fitted to all of them.
                    account_table::print(&[], accounts.iter().map(|account| (account.label(), account)));
                }
            }
            LockedQueryEvent::Problem(name, problem) => {
                say(&format!("{name}: {problem}"));
                self.problems.push((name, problem));
            }
            LockedQueryEvent::Paged(name, seen, total) => {
                let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
                let rate = seen.checked_div(began.elapsed().as_secs()).map(|n| format!(", {n} a second"));
                progress(&format!("{name}: {seen}{of} looked through{}", rate.unwrap_or_default()));
            }
            LockedQueryEvent::Done(name, count, blind) => {
                let problem = self.problems.iter().any(|(failed, _)| *failed == name);
                let kept = if problem { ", as far as it was read" } else { "" };
                let blind = if blind.is_empty() { String::new() } else { format!("; {blind}") };
                self.ends.push(format!("{name}: {count} locked{kept}{blind}"));
            }
        }
    }
}

fn csv(account: &Account) {
    let lock = json::account(account);
    let field = |pointer: &str| lock.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let text = |text: &Option<Untrusted>| text.as_ref().map(Untrusted::csv).unwrap_or_default();
    let row = [
        account.key.provider.to_string(),
        text(&account.display_name),
        account.username.csv(),
        text(&account.email),
        account.key.id.csv(),
        field("/lock/cause"),
        field("/lock/since"),
        field("/lock/until"),
        account.bad_logins.words(),
    ];
    data(csv_line(row).as_bytes());
}
