//! The one question before several accounts are unlocked.

use crate::cli::args::UnlockArgs;
use crate::cli::console::{ask, can_ask, say};
use crate::cli::exit::Exit;
use crate::cli::unlock::confirmation::takes_unreported;
use crate::cli::unlock::progress_report::locked_line;
use crate::domain::{Account, Lock, Match, Untrusted};
use crate::engine::Core;
use crate::engine::resolve_user::{self, ResolvedUsers};

/// Several Macs are meant together only when all of them are known to be one person's.
pub(super) fn is_one_persons(accounts: &[Account]) -> bool {
    let same = |of: fn(&Account) -> Option<&Untrusted>| {
        let mut names = accounts.iter().map(|account| of(account).map(|name| name.as_data().to_lowercase()));
        let first = names.next().flatten();
        first.is_some() && names.all(|name| name == first)
    };
    same(|account| account.email.as_ref()) || same(|account| account.owner.as_ref())
}

/// One question that lists each account with provider and immutable id.
pub(super) async fn confirm(core: &Core, arguments: &UnlockArgs) -> Result<(), Exit> {
    if !can_ask() {
        say("confirm with --yes; nothing was sent");
        return Err(Exit::Usage);
    }
    let hits = resolve_user::search(core, &arguments.who, Match::Exact, |_| true).await;
    for (provider, problem) in &hits.problems {
        say(&format!("{provider}: {problem}"));
    }
    let is_meant = |account: &&Account| {
        account.lock.is_locked() || (account.lock == Lock::NotReported && takes_unreported(arguments))
    };
    let locked: Vec<&Account> = hits.accounts.iter().filter(is_meant).collect();
    if locked.is_empty() {
        return Err(nothing_to_ask(&hits, &arguments.who));
    }
    for account in &locked {
        say(&locked_line(account));
    }
    let these = if locked.len() == 1 { "this account".to_owned() } else { format!("these {} accounts", locked.len()) };
    let unread: Vec<&str> = hits.problems.iter().map(|(provider, _)| provider.as_str()).collect();
    let unread =
        if unread.is_empty() { String::new() } else { format!("; not read, so not unlocked: {}", unread.join(", ")) };
    let answer = ask(&format!("unlock {these} (deliberate locks and disabled ones stay as they are{unread})? [y/N]"));
    if answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes") {
        return Ok(());
    }
    say("not confirmed; nothing was sent");
    Err(Exit::Refused)
}

/// Nothing is known to be locked: what is known, and the code of that.
pub(super) fn nothing_to_ask(hits: &ResolvedUsers, who: &str) -> Exit {
    let who = Untrusted::from(who).line();
    match (hits.accounts.is_empty(), hits.problems.is_empty()) {
        (true, true) => {
            say(&format!("no account is exactly `{who}`; `unbolt find NAME` lists what begins like it"));
            Exit::Failed
        }
        (false, true) => {
            say("no account is locked; nothing was sent");
            Exit::Done
        }
        (is_empty, false) => {
            say("whether an account is locked is not known: not every provider could be asked; nothing was sent");
            if is_empty { Exit::Failed } else { Exit::Mixed }
        }
    }
}
