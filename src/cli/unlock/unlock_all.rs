//! `unbolt unlock WHO --everywhere`: every provider on its own, so that a slow one keeps none of the others.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::json;

use crate::cli::args::UnlockArgs;
use crate::cli::console::{can_ask, confirmed, is_yes, say, say_unread};
use crate::cli::exit::Exit;
use crate::cli::{json, setup};
use crate::domain::{Account, Lock, MatchMode, Problem, ProviderName, Untrusted};
use crate::engine::Core;
use crate::engine::resolve_user::{self, ResolvedUsers};
use crate::engine::shutdown::ShutdownRequest;
use crate::flow::unlock::UnlockFlow;

use super::confirmation::{Confirmed, audit, nobody, not_known, takes_unreported};
use super::progress_report::{finish, not_begun, say_locked};
use super::{follow_one, receiver};

/// What came of one provider.
#[derive(Default)]
struct Part {
    results: Vec<(UnlockFlow, Account)>,
    problems: Vec<(ProviderName, Problem)>,
    open: Vec<Account>,
    ambiguous: bool,
}

/// Finds, unlocks and tells it.
pub async fn run(core: &Arc<Core>, arguments: &UnlockArgs) -> Result<Exit, Exit> {
    let (parts, interrupted) = in_each(core, arguments).await?;
    let ambiguous = parts.iter().any(|part| part.ambiguous);
    let failed = parts.iter().any(|part| !part.problems.is_empty());
    let is_open = parts.iter().any(|part| !part.open.is_empty());
    let results: Vec<(UnlockFlow, Account)> = parts.into_iter().flat_map(|part| part.results).collect();
    if results.is_empty() && interrupted {
        return Err(Exit::Interrupted.because("told to end; nothing was sent"));
    }
    if results.is_empty() && !is_open {
        if arguments.json {
            json::print(json!([]));
        }
        return Err(match (ambiguous, failed) {
            (true, _) => Exit::Usage,
            (false, true) => not_known(),
            (false, false) => nobody(&arguments.who),
        });
    }
    if results.is_empty() {
        say("no account is locked; nothing was sent");
    }
    Ok(match finish(&results, arguments, interrupted, failed) {
        Exit::Done if ambiguous => Exit::Mixed,
        exit => exit,
    })
}

/// Finds and unlocks in every provider at once; with `--yes` each goes ahead as soon as it has answered. Gives also
/// whether it was told to end.
async fn in_each(core: &Arc<Core>, arguments: &UnlockArgs) -> Result<(Vec<Part>, bool), Exit> {
    // What stands against all of them is refused and recorded for each; there is nothing to ask then.
    let stands = setup::may_unlock(core, &audit(arguments)).is_err();
    if !arguments.yes && !stands {
        confirm(core, arguments).await?;
    }
    let _receiver = receiver(core, arguments).await;
    let leaving = ShutdownRequest::listen();
    let part = |name: &ProviderName, who| part(core, arguments, name.clone(), who, leaving.clone());
    let parts = core.providers().iter().map(|provider| part(&provider.info().name, arguments.who.as_str()));
    let mut parts = join_all(parts).await;
    // Another system may know the same person by another user name: its address tells.
    let email = parts
        .iter()
        .flat_map(|part| part.results.iter().map(|(_, account)| account).chain(&part.open))
        .find_map(|account| account.email.clone());
    if let Some(email) = email.filter(|email| !email.same_name(&arguments.who)) {
        let missing = core.providers().iter().zip(&parts).filter(|(_, part)| {
            part.results.is_empty() && part.open.is_empty() && part.problems.is_empty() && !part.ambiguous
        });
        let more = join_all(missing.map(|(provider, _)| part(&provider.info().name, email.as_data()))).await;
        parts.extend(more);
    }
    Ok((parts, leaving.is_heard()))
}

async fn part(core: &Core, arguments: &UnlockArgs, name: ProviderName, who: &str, leaving: ShutdownRequest) -> Part {
    let hits = tokio::select! {
        biased;
        () = leaving.heard() => return Part::default(),
        hits = resolve_user::search(core, who, MatchMode::Exact, |other| *other == name) => hits,
    };
    let mut part = Part { problems: hits.problems, ..Part::default() };
    say_unread(&part.problems);
    let several =
        core.provider(&name).is_some_and(|provider| provider.info().capabilities().multiple_accounts_per_person);
    if hits.accounts.len() > 1 && !(several && is_one_persons(&hits.accounts)) {
        say(&format!("{name} has several accounts that are exactly this; name one by its id:"));
        say_locked(&hits.accounts);
        part.ambiguous = true;
        return part;
    }
    for account in hits.accounts {
        if leaving.is_heard() {
            say(&not_begun(&account));
            continue;
        }
        // What reports no lock state is left alone by the flow, which says so, unless it was asked for.
        let unreported = account.lock == Lock::NotReported;
        // So is what nobody knows to be locked or open; what couldn't be read at all was told of above.
        let unknown = part.problems.is_empty() && matches!(account.lock, Lock::Unknown { .. });
        if account.lock.is_locked() || account.enabled == Some(false) || unreported || unknown {
            let confirmed = Confirmed { typed_id: false, unreported: takes_unreported(arguments) };
            let flow = follow_one(core, &account, arguments, confirmed, leaving.clone()).await;
            part.results.push((flow, account));
        } else {
            part.open.push(account);
        }
    }
    part
}

/// Several Macs are meant together only when all of them are known to be one person's.
fn is_one_persons(accounts: &[Account]) -> bool {
    let same = |of: fn(&Account) -> Option<&Untrusted>| {
        let mut names = accounts.iter().map(|account| of(account).map(|name| name.as_data().to_lowercase()));
        let first = names.next().flatten();
        first.is_some() && names.all(|name| name == first)
    };
    same(|account| account.email.as_ref()) || same(|account| account.owner.as_ref())
}

/// One question that lists each account with provider and immutable id.
async fn confirm(core: &Core, arguments: &UnlockArgs) -> Result<(), Exit> {
    if !can_ask() {
        return Err(Exit::Usage.because("confirm with --yes; nothing was sent"));
    }
    let hits = resolve_user::search(core, &arguments.who, MatchMode::Exact, |_| true).await;
    say_unread(&hits.problems);
    let is_meant = |account: &&Account| {
        account.lock.is_locked() || (account.lock == Lock::NotReported && takes_unreported(arguments))
    };
    let locked: Vec<&Account> = hits.accounts.iter().filter(is_meant).collect();
    if locked.is_empty() {
        return Err(nothing_to_ask(&hits, &arguments.who));
    }
    let these = if locked.len() == 1 { "this account".to_owned() } else { format!("these {} accounts", locked.len()) };
    say_locked(locked);
    let unread: Vec<&str> = hits.problems.iter().map(|(provider, _)| provider.as_str()).collect();
    let unread =
        if unread.is_empty() { String::new() } else { format!("; not read, so not unlocked: {}", unread.join(", ")) };
    confirmed(&format!("unlock {these} (deliberate locks and disabled ones stay as they are{unread})? [y/N]"), is_yes)
}

/// Nothing is known to be locked: what is known, and the code of that.
fn nothing_to_ask(hits: &ResolvedUsers, who: &str) -> Exit {
    match (hits.accounts.is_empty(), hits.problems.is_empty()) {
        (true, true) => nobody(who),
        (false, true) => Exit::Done.because("no account is locked; nothing was sent"),
        (is_empty, false) => {
            say("whether an account is locked is not known: not every provider could be asked; nothing was sent");
            if is_empty { Exit::Failed } else { Exit::Mixed }
        }
    }
}
