//! `unbolt locked`: who is locked now, in every provider, as pages arrive.

use std::collections::HashMap;

use futures_util::future::join_all;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::domain::{Account, AccountKey, Code, Untrusted};
use crate::flow::people::people;
use crate::runtime::queries;
use crate::screens::locked::state::LockedEvent;

use super::args::{Cli, Locked};
use super::console::{out, say};
use super::exit::Exit;
use super::{find, json, setup};

pub fn run(cli: &Cli, arguments: &Locked) -> Exit {
    let core = match setup::core(cli) {
        Ok(core) => core,
        Err(exit) => return exit,
    };
    let listing = async {
        let (tell, mut news) = mpsc::unbounded_channel();
        let asking = join_all(core.providers().iter().map(|provider| {
            let tell = tell.clone();
            queries::locked(provider.as_ref(), move |news| tell.send(news).is_ok())
        }));
        drop(tell);
        let telling = async {
            let (mut told, mut is_whole) = (Told::default(), true);
            if arguments.csv {
                out("provider,username,email,id,cause,since,until,bad_logins");
            }
            while let Some(one) = news.recv().await {
                match one {
                    LockedEvent::Accounts(_, accounts) => {
                        for account in accounts {
                            told.count += 1;
                            line(&account, arguments);
                            // Only who tells people by their accounts has to have them all.
                            if arguments.json {
                                told.accounts.push(account);
                            }
                        }
                    }
                    LockedEvent::Problem(name, problem) => {
                        is_whole = false;
                        told.is_cut |= problem.code == Code::Incomplete;
                        say(&format!("{name}: {problem}"));
                    }
                    LockedEvent::Paged(name, seen, total) => {
                        let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
                        say(&format!("{name}: {seen}{of} looked through"));
                    }
                    LockedEvent::Done(name, count, blind) => {
                        say(&format!("{name}: {count} locked; {blind}"));
                    }
                }
            }
            (told, is_whole)
        };
        let (_, result) = tokio::join!(asking, telling);
        result
    };
    let (told, is_whole) = match setup::with_core(&core, listing) {
        Ok(result) => result,
        Err(exit) => return exit,
    };
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
    }
    match (is_whole, told.count > 0 || told.is_cut) {
        (true, _) => Exit::Done,
        (false, false) => Exit::Failed,
        (false, true) => Exit::Mixed,
    }
}

/// What was told so far.
#[derive(Default)]
struct Told {
    count: usize,
    /// Those that are held until the end.
    accounts: Vec<Account>,
    /// A list was cut, or its end isn't known.
    is_cut: bool,
}

fn line(account: &Account, arguments: &Locked) {
    if arguments.jsonl {
        json::print(&json::account(account));
    } else if arguments.csv {
        let lock = json::account(account);
        let field = |pointer: &str| lock.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let email = account.email.as_ref().map(Untrusted::csv).unwrap_or_default();
        let row = [
            account.key.provider.to_string(),
            account.username.csv(),
            email,
            account.key.id.csv(),
            field("/lock/cause"),
            field("/lock/since"),
            field("/lock/until"),
            account.bad_logins.words(),
        ];
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        if writer.write_record(&row).is_ok()
            && let Ok(bytes) = writer.into_inner()
        {
            out(String::from_utf8_lossy(&bytes).trim_end());
        }
    } else if !arguments.json {
        out(&find::line(account));
    }
}
