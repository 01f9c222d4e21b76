//! What is said of unlocks on the command line, and what they come to.

use crate::cli::args::UnlockArgs;
use crate::cli::console::say;
use crate::cli::exit::{Exit, counted};
use crate::cli::json;
use crate::domain::{Account, Outcome, Problem};
use crate::flow::unlock::{UnlockFlow, lock_words};

/// That the program ended before it came to this account.
pub fn not_begun(account: &Account) -> String {
    format!("{} {}: not begun, the program was told to end", account.key.provider, account.username.line())
}

/// Names accounts and what is locked of each, for a question.
pub fn say_locked<'a>(accounts: impl IntoIterator<Item = &'a Account>) {
    for account in accounts {
        let whom = crate::widgets::format::named(account.label(), &account.username);
        let (provider, id) = (&account.key.provider, account.key.id.line());
        say(&format!("  {provider} {whom}, id {id}: {}", lock_words(account)));
    }
}

/// Tells how it ended, and gives the exit code.
pub fn finish(results: &[(UnlockFlow, Account)], arguments: &UnlockArgs, interrupted: bool, failed: bool) -> Exit {
    if arguments.json {
        json::print(results.iter().map(|(flow, account)| json::unlock(flow, account)).collect::<Vec<_>>());
        // The steps are in the document; who reads only messages learns the end here.
        tell(results);
    }
    let outcome = |(flow, account): &(UnlockFlow, Account)| {
        let is_locked = flow.account().unwrap_or(account).lock.is_locked();
        flow.outcome().map_or(Outcome::Unknown, |(outcome, _)| counted(outcome, is_locked))
    };
    let outcomes: Vec<Outcome> = results.iter().map(outcome).collect();
    let is_unrecorded = |(flow, _): &(UnlockFlow, Account)| {
        flow.outcome().is_some_and(|(_, why)| why.is_some_and(|why| why.code.is_ledger()))
    };
    if interrupted {
        return Exit::Interrupted;
    }
    if results.iter().any(is_unrecorded) {
        return Exit::Refused;
    }
    match Exit::of(&outcomes) {
        // A provider that couldn't be asked may hold another locked account.
        Exit::Done if failed => Exit::Mixed,
        exit => exit,
    }
}

fn tell(results: &[(UnlockFlow, Account)]) {
    for (flow, account) in results {
        let problem = flow.outcome().and_then(|(_, problem)| problem).map(Problem::line);
        let warning = flow.account().and_then(Account::after_unlock_warning).map(str::to_owned);
        for words in problem.into_iter().chain(warning) {
            say(&format!("{} in {}: {words}", account.username.line(), account.key.provider));
        }
    }
}
