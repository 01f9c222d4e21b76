//! The unlocks of this session: flows with the names the screen shows for them.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Account, AccountKey, AuditContext, Cause, Lock, Untrusted};
use crate::flow::unlock::{ConfirmedUnlock, Timeouts, UnlockFlow};
use crate::flow::{EngineCall, FlowId, UnlockCall};

use crate::screens::message::Effect;
use crate::screens::state::{PerCall, State};
use crate::widgets::format;

/// Ended unlocks kept for the screen.
const KEPT: usize = 50;

/// One unlock as the desk knows it.
#[derive(Clone, Debug)]
pub struct SessionUnlock {
    /// Its number in this session.
    pub id: FlowId,
    /// Whose account.
    pub person: Untrusted,
    /// The user name.
    pub username: Untrusted,
    /// When it was confirmed: those of one confirmation share it.
    pub confirmed_at: std::time::Duration,
    /// How it goes.
    pub flow: UnlockFlow,
    /// When it was seen locked again, and how long after its end.
    pub relocked: Option<Relock>,
}

/// A lock that came back after an unlock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relock {
    /// When it was locked again, or seen to be.
    pub at: Timestamp,
    /// How long after the unlock.
    pub after: SignedDuration,
}

/// The unlock after which an account is locked again, if nobody has unlocked it since.
pub fn relock_of(state: &State, key: &AccountKey) -> Option<Relock> {
    state.unlocks.iter().rev().find(|unlock| unlock.flow.order().key == *key)?.relocked
}

/// Notes that an account is locked again that was unlocked in this session; gives what to tell when that is news.
pub fn note_relock(state: &mut State, account: &Account) -> Option<String> {
    let Lock::Locked { since, .. } = account.lock else { return None };
    let unlock = state.unlocks.iter_mut().rev().find(|unlock| unlock.flow.order().key == account.key)?;
    let ended = unlock.flow.steps().last()?.at;
    let is_done = unlock.flow.outcome().is_some_and(|(outcome, _)| outcome.is_done());
    let at = since.unwrap_or(account.as_of);
    // Another clock may be behind ours; what was read before the end tells nothing new.
    let is_news = is_done && unlock.relocked.is_none() && account.is_read() && account.as_of > ended;
    if !is_news {
        return None;
    }
    let after = at.duration_since(ended).max(SignedDuration::ZERO);
    unlock.relocked = Some(Relock { at, after });
    Some(format!(
        "{} in {}: LOCKED AGAIN {} after the unlock; an old password may be saved in a phone or a mail program",
        account.label().cell(),
        account.key.provider,
        format::stretch(after),
    ))
}

/// Starts an unlock that was confirmed.
pub fn start(state: &mut State, key: &AccountKey, person: &Untrusted, typed_id: bool, in_passing: bool) -> Vec<Effect> {
    let Some(account) = state.desk.cache.get(key) else { return Vec::new() };
    let username = account.username.clone();
    let confirmed = account.lock.cause().unwrap_or(Cause::BadPasswords);
    let shown = state.desk.shown.clone();
    let AuditContext { ticket, verified } = state.audit();
    let call = |text: &Untrusted| PerCall { text: text.clone(), person: shown.clone(), at: state.now.mono };
    if shown.is_some() {
        state.ticket = ticket.as_ref().map(call).or(state.ticket.take());
        state.verified = verified.as_ref().map(call);
    }
    let provider = state.providers.iter().find(|provider| provider.name == key.provider);
    let settles_after = provider.map_or(std::time::Duration::ZERO, |provider| provider.settles_after);
    let system = provider.map(|provider| provider.system.clone()).unwrap_or_default();
    let request = ConfirmedUnlock {
        key: key.clone(),
        system,
        ticket,
        verified,
        operator: state.session.operator_name.clone(),
        confirmed,
        in_passing,
        typed_id,
        // The question named it; in passing nothing is opened that reports no lock.
        opens_unreported: !in_passing,
        planned_since: None,
        part: None,
    };
    let (flow, calls) = UnlockFlow::start(request, Timeouts::with(settles_after), state.now);
    let id = FlowId(state.next_flow);
    state.next_flow += 1;
    let confirmed_at = state.now.mono;
    state.unlocks.push(SessionUnlock { id, person: person.clone(), username, confirmed_at, flow, relocked: None });
    let ended = state.unlocks.iter().filter(|unlock| unlock.flow.outcome().is_some()).count();
    if ended > KEPT
        && let Some(oldest) = state.unlocks.iter().position(|unlock| unlock.flow.outcome().is_some())
    {
        state.unlocks.remove(oldest);
    }
    state.log.shows = false;
    state.scrolled = 0;
    state.changed();
    effects(id, calls)
}

/// The calls of a flow as effects.
#[must_use]
pub fn effects(id: FlowId, calls: Vec<UnlockCall>) -> Vec<Effect> {
    calls.into_iter().map(|call| Effect::Call(EngineCall::Unlock(id, call))).collect()
}

/// The unlocks of the last confirmation for the person on the desk; without one, what is still under way.
pub fn current(state: &State) -> Vec<&SessionUnlock> {
    let keys = state.desk.person().map(|person| person.accounts).unwrap_or_default();
    let own = state.unlocks.iter().filter(|unlock| keys.contains(&unlock.flow.order().key));
    match own.clone().map(|unlock| unlock.confirmed_at).max() {
        Some(last) => own.filter(|unlock| unlock.confirmed_at == last || unlock.flow.outcome().is_none()).collect(),
        None => state.unlocks.iter().filter(|unlock| unlock.flow.outcome().is_none()).collect(),
    }
}
