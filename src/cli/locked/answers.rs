//! What each system answered, as it comes.

use std::io::{IsTerminal as _, stdout};
use std::time::Instant;

use serde_json::Value;

use crate::cli::args::LockedArgs;
use crate::cli::console::{progress, say};
use crate::cli::output::Stdout;
use crate::cli::{account_table, json};
use crate::domain::{Account, LockedEvent, Problem, ProviderName, Untrusted};

pub(super) const CSV_HEAD: &str = "provider,name,username,email,id,cause,since,until,bad_logins";

/// What was told so far.
#[derive(Default)]
pub(super) struct Told {
    pub(super) count: usize,
    /// Those that are held until the end: people are told by all their accounts, and columns fitted to all rows.
    pub(super) accounts: Vec<Account>,
    pub(super) problems: Vec<(ProviderName, Problem)>,
    /// How each list ended.
    pub(super) ends: Vec<String>,
    /// Since when it is asked.
    pub(super) began: Option<Instant>,
}

impl Told {
    pub(super) fn take(&mut self, one: LockedEvent, arguments: &LockedArgs) {
        let began = *self.began.get_or_insert_with(Instant::now);
        match one {
            LockedEvent::Accounts(_, accounts) => {
                self.count += accounts.len();
                // Whoever reads a pipe gets rows as they come; columns on a terminal are fitted to all of them.
                if !arguments.json && !arguments.jsonl && !arguments.csv && !stdout().is_terminal() {
                    return account_table::print(&[], accounts.iter().map(|account| (account.label(), account)));
                }
                for account in accounts {
                    if arguments.jsonl {
                        json::print(&json::account(&account));
                    } else if arguments.csv {
                        csv(&account);
                    } else {
                        self.accounts.push(account);
                    }
                }
            }
            LockedEvent::Problem(name, problem) => {
                say(&format!("{name}: {problem}"));
                self.problems.push((name, problem));
            }
            LockedEvent::Paged(name, seen, total) => {
                let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
                let rate = seen.checked_div(began.elapsed().as_secs()).map(|n| format!(", {n} a second"));
                progress(&format!("{name}: {seen}{of} looked through{}", rate.unwrap_or_default()));
            }
            LockedEvent::Done(name, count, blind) => {
                let problem = self.problems.iter().any(|(failed, _)| *failed == name);
                let kept = if problem { ", as far as it was read" } else { "" };
                let blind = if blind.is_empty() { String::new() } else { format!("; {blind}") };
                self.ends.push(format!("{name}: {count} locked{kept}{blind}"));
            }
        }
    }
}

pub(super) fn csv(account: &Account) {
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
    let mut writer = csv::WriterBuilder::new().from_writer(Stdout);
    let _ = writer.write_record(&row).and_then(|()| writer.flush().map_err(Into::into));
}
