//! `unbolt unlock WHO --everywhere`: every provider on its own, so that a slow one keeps none of the others.

mod confirmation;

use futures_util::future::join_all;
use serde_json::Value;

use crate::cli::args::UnlockArgs;
use crate::cli::console::say;
use crate::cli::exit::Exit;
use crate::cli::{json, setup};
use crate::domain::{Account, Lock, Match, Problem, ProviderName, Untrusted};
use crate::engine::Core;
use crate::engine::resolve_user::{self};
use crate::engine::shutdown::ShutdownRequest;
use crate::flow::unlock::UnlockFlow;

use super::confirmation::{Confirmed, audit, takes_unreported};
use super::follow_one;
use super::progress_report::{finish, locked_line, not_begun};
use confirmation::{confirm, is_one_persons};

/// What came of one provider.
#[derive(Default)]
struct Part {
    results: Vec<(UnlockFlow, Account)>,
    problems: Vec<(ProviderName, Problem)>,
    open: Vec<Account>,
    ambiguous: bool,
}

/// Finds, unlocks and tells it.
pub async fn run(core: &Core, arguments: &UnlockArgs) -> Exit {
    let (parts, interrupted) = match in_each(core, arguments).await {
        Ok(done) => done,
        Err(exit) => return exit,
    };
    let ambiguous = parts.iter().any(|part| part.ambiguous);
    let failed = parts.iter().any(|part| !part.problems.is_empty());
    let is_open = parts.iter().any(|part| !part.open.is_empty());
    let results: Vec<(UnlockFlow, Account)> = parts.into_iter().flat_map(|part| part.results).collect();
    if results.is_empty() && interrupted {
        say("told to end; nothing was sent");
        return Exit::Interrupted;
    }
    if results.is_empty() && !is_open {
        if arguments.json {
            json::print(&Value::from(Vec::<Value>::new()));
        }
        let who = Untrusted::from(arguments.who.as_str()).line();
        match (ambiguous, failed) {
            (true, _) => return Exit::Usage,
            (false, true) => say("whether the account exists is not known: not every provider could be asked"),
            (false, false) => {
                say(&format!("no account is exactly `{who}`; `unbolt find NAME` lists what begins like it"));
            }
        }
        return Exit::Failed;
    }
    if results.is_empty() {
        say("no account is locked; nothing was sent");
    }
    match finish(&results, arguments, interrupted, failed) {
        Exit::Done if ambiguous => Exit::Mixed,
        exit => exit,
    }
}

/// Finds and unlocks in every provider at once; with `--yes` each goes ahead as soon as it has answered. Gives also
/// whether it was told to end.
async fn in_each(core: &Core, arguments: &UnlockArgs) -> Result<(Vec<Part>, bool), Exit> {
    // What stands against all of them is refused and recorded for each; there is nothing to ask then.
    let stands = setup::may_unlock(core, &audit(arguments)).is_err();
    if !arguments.yes && !stands {
        confirm(core, arguments).await?;
    }
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
        let names: Vec<ProviderName> = missing.map(|(provider, _)| provider.info().name.clone()).collect();
        let more = names.iter().map(|name| part(name, email.as_data()));
        parts.extend(join_all(more).await);
    }
    Ok((parts, leaving.is_heard()))
}

async fn part(core: &Core, arguments: &UnlockArgs, name: ProviderName, who: &str, leaving: ShutdownRequest) -> Part {
    let hits = tokio::select! {
        biased;
        () = leaving.heard() => return Part::default(),
        hits = resolve_user::search(core, who, Match::Exact, |other| *other == name) => hits,
    };
    let mut part = Part { problems: hits.problems, ..Part::default() };
    for (provider, problem) in &part.problems {
        say(&format!("{provider}: {problem}"));
    }
    let several =
        core.provider(&name).is_some_and(|provider| provider.info().capabilities().multiple_accounts_per_person);
    if hits.accounts.len() > 1 && !(several && is_one_persons(&hits.accounts)) {
        say(&format!("{name} has several accounts that are exactly this; name one by its id:"));
        for account in &hits.accounts {
            say(&locked_line(account));
        }
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
