//! `unbolt locked`: who is locked now, in every provider, as pages arrive.

mod answers;

use std::collections::HashMap;

use futures_util::future::join_all;
use tokio::sync::mpsc;

use crate::domain::{Account, AccountKey, Code, LockedEvent};
use crate::engine::locked::locked;
use crate::flow::identity_linking::people;

use super::args::{Cli, LockedArgs};
use super::console::{clear_progress, progress, say};
use super::exit::Exit;
use super::output::{is_open, out};
use super::{account_table, json, setup};
use answers::{CSV_HEAD, Told};

pub fn run(cli: &Cli, arguments: &LockedArgs) -> Exit {
    let core = match setup::core(cli) {
        Ok(core) => core,
        Err(exit) => return exit,
    };
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
                if let LockedEvent::Done(name, ..) = &one {
                    asked.retain(|other| other != name.as_str());
                }
                let is_paged = matches!(one, LockedEvent::Paged(..));
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
    let told = match setup::with_core(&core, listing) {
        Ok(told) => told,
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
    } else if !arguments.jsonl && !arguments.csv {
        account_table::print(&told.problems, told.accounts.iter().map(|account| (account.label(), account)));
    }
    for line in &told.ends {
        say(line);
    }
    let is_cut = told.problems.iter().any(|(_, problem)| problem.code == Code::Incomplete);
    match (told.problems.is_empty(), told.count > 0 || is_cut) {
        (true, _) => Exit::Done,
        (false, false) => Exit::Failed,
        (false, true) => Exit::Mixed,
    }
}
