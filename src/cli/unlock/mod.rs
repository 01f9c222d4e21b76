//! `unbolt unlock WHO`
//!
//! ```text
//! confirmation     which account is meant, and whether it may and shall be unlocked
//! unlock_all       each provider on its own (`--everywhere`)
//! progress_report  what is said of it, and the exit code
//! ```

mod confirmation;
mod progress_report;
mod unlock_all;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::domain::sanitize::is_dangerous;
use crate::domain::{Account, AuditContext, Cause, MatchMode, ProviderName, in_words};
use crate::engine::shutdown::ShutdownRequest;
use crate::engine::unlock_driver::follow;
use crate::engine::{Core, resolve_user, time_zone};
use crate::flow::unlock::{ConfirmedUnlock, Timeouts, UnlockFlow};
use crate::flow::unlock_delegation;
use crate::ledger::UnlockRecord;
use crate::webhook::{self, ReceiverGuard};
use crate::widgets::format::clock_millis;

use super::args::{Cli, UnlockArgs};
use super::console::{say, say_unread};
use super::exit::Exit;
use super::table::{self, TableField};
use super::{json, setup, style};
use confirmation::{Confirmed, audit, choose, confirm, not_known, ruled, takes_unreported};
use progress_report::{finish, not_begun};

/// Of a step's line: system, time, step.
const STEP_WIDTHS: [u16; 3] = [12, 12, 12];
/// No helpdesk numbers its cases longer, and no system takes a longer header.
const LONGEST_TICKET: usize = 100;

pub fn run(cli: &Cli, arguments: &UnlockArgs) -> Result<Exit, Exit> {
    let core = Arc::new(setup::core(cli)?);
    setup::provider(&core, arguments.provider.as_deref())?;
    if let Some(ticket) = &arguments.ticket
        && (ticket.chars().any(is_dangerous) || ticket.chars().count() > LONGEST_TICKET)
    {
        return Err(Exit::Usage.because("a ticket is one line of at most 100 visible characters"));
    }
    setup::with_core(&core, unlock(&core, arguments))?
}

async fn unlock(core: &Arc<Core>, arguments: &UnlockArgs) -> Result<Exit, Exit> {
    let is_asked = |name: &ProviderName| arguments.provider.as_deref().is_none_or(|only| only == name.as_str());
    if arguments.everywhere {
        return unlock_all::run(core, arguments).await;
    }
    let hits = resolve_user::search(core, &arguments.who, MatchMode::Exact, is_asked).await;
    say_unread(&hits.problems);
    if hits.accounts.is_empty() && !hits.problems.is_empty() {
        if arguments.json {
            json::print(json!([]));
        }
        return Err(not_known());
    }
    let targets = choose(&hits.accounts, arguments).inspect_err(|exit| {
        if arguments.json && *exit == Exit::Failed {
            json::print(json!([]));
        }
    })?;
    // A Mac is meant when it is the only one that can be, or was named.
    let is_clear = arguments.provider.is_some() || hits.problems.is_empty();
    let unreported = (targets.len() == 1 && is_clear) || takes_unreported(arguments);
    let mut confirmed = Vec::new();
    for account in &targets {
        tell_waiting(core, account);
        let denials = ruled(core, account, arguments).await?;
        let typed_id = confirm(account, arguments, unreported, &denials)?;
        confirmed.push(Confirmed { typed_id, unreported });
    }
    let _receiver = receiver(core, arguments).await;
    let mut results: Vec<(UnlockFlow, Account)> = Vec::new();
    // Until here Ctrl-C ends it at once: nothing was begun.
    let leaving = ShutdownRequest::listen();
    for (account, confirmed) in targets.into_iter().zip(confirmed) {
        if leaving.is_heard() {
            say(&not_begun(account));
            continue;
        }
        let flow = follow_one(core, account, arguments, confirmed, leaving.clone()).await;
        results.push((flow, account.clone()));
    }
    tell_confirmed(core, &results, &hits.accounts).await;
    Ok(finish(&results, arguments, leaving.is_heard(), !hits.problems.is_empty()))
}

/// Macs may answer while we wait. It begins after the last question: whoever thinks about one serves nobody.
async fn receiver(core: &Arc<Core>, arguments: &UnlockArgs) -> Option<ReceiverGuard> {
    let only = arguments.provider.as_deref();
    let started = webhook::start_for(core, |about| only.is_none_or(|only| only == about.name.as_str())).await;
    started.inspect_err(|problem| say(&problem.line())).ok().flatten()
}

/// What a system that only confirms says of an account that was unlocked through another one.
async fn tell_confirmed(core: &Core, results: &[(UnlockFlow, Account)], found: &[Account]) {
    for (_, account) in results {
        for other in found.iter().filter(|other| unlock_delegation::confirms(other, account)) {
            let Some(provider) = core.provider(&other.key.provider) else { continue };
            let says = match provider.read(&other.key.id).await {
                Ok(Some(now)) => format!("reads {}", in_words(now.lock.word())),
                Ok(None) => "knows no such account".to_owned(),
                Err(problem) => problem.line(),
            };
            say(&format!("{} {says}", other.key.provider));
        }
    }
}

/// Names an earlier unlock of the account that still waits for its device: a second one would be a second command.
fn tell_waiting(core: &Core, account: &Account) {
    let waits = |unlocked: &UnlockRecord| unlocked.outcome.is_some_and(|(outcome, _)| outcome.is_waiting());
    let open = core.index().open_unlocks_of(&account.key).unwrap_or_default();
    for unlocked in open.iter().filter(|unlocked| waits(unlocked)) {
        let (username, provider) = (account.username.line(), &account.key.provider);
        say(&format!(
            "{username} in {provider}: an earlier unlock, asked for at {} (intent {}), still waits",
            unlocked.at, unlocked.intent
        ));
    }
}

/// Follows one unlock to its end, telling its steps.
pub async fn follow_one(
    core: &Core,
    account: &Account,
    arguments: &UnlockArgs,
    confirmed: Confirmed,
    leaving: ShutdownRequest,
) -> UnlockFlow {
    let about = core.provider(&account.key.provider).map(|provider| provider.info());
    let AuditContext { ticket, verified } = audit(arguments);
    let order = ConfirmedUnlock {
        key: account.key.clone(),
        system: about.map(|about| about.system.as_str().into()).unwrap_or_default(),
        ticket,
        verified,
        operator: core.ledger().operator().label(),
        confirmed: account.lock.cause().unwrap_or(Cause::BadPasswords),
        in_passing: arguments.everywhere,
        typed_id: confirmed.typed_id,
        opens_unreported: confirmed.unreported,
        planned_since: None,
        part: None,
    };
    let (wait, settles_after) = (Duration::from_secs(arguments.wait), about.map(|about| about.http.settles_after()));
    let timeouts = Timeouts { verify: wait, device: wait, ..Timeouts::with(settles_after.unwrap_or_default()) };
    follow(core, order, timeouts, leaving, |step| {
        if !arguments.json {
            let theme = style::text().theme;
            let at = clock_millis(step.at, &time_zone::shown());
            let fields = [
                TableField::plain(account.key.provider.as_str()),
                TableField::new(at, theme.muted).piped(step.at.to_string()),
                TableField::plain(step.state.word()),
                TableField::plain(step.detail.line()),
            ];
            table::stream(&STEP_WIDTHS, &fields);
        }
    })
    .await
}
