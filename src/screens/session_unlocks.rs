//! The unlocks of this session: flows with the names the screen shows for them.

use crate::domain::AccountKey;
use crate::domain::Cause;
use crate::domain::Papers;
use crate::domain::Untrusted;
use crate::flow::Call;
use crate::flow::FlowId;
use crate::flow::UnlockCall;
use crate::flow::unlock::Timeouts;
use crate::flow::unlock::UnlockFlow;
use crate::flow::unlock::UnlockOrder;

use crate::screens::message::Effect;
use crate::screens::state::PerCall;
use crate::screens::state::State;

/// Ended unlocks kept for the screen.
const KEPT: usize = 50;

/// One unlock as the desk knows it.
#[derive(Clone, Debug)]
pub struct DeskUnlock {
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
}

/// Starts an unlock that was confirmed.
pub fn start(state: &mut State, key: &AccountKey, person: &Untrusted, typed_id: bool, in_passing: bool) -> Vec<Effect> {
    let Some(account) = state.desk.board.get(key) else { return Vec::new() };
    let username = account.username.clone();
    let confirmed = account.lock.cause().unwrap_or(Cause::BadPasswords);
    let shown = state.desk.shown.clone();
    let Papers { ticket, verified } = state.papers();
    let call = |text: &Untrusted| PerCall { text: text.clone(), person: shown.clone(), at: state.now.mono };
    if shown.is_some() {
        state.ticket = ticket.as_ref().map(call).or(state.ticket.take());
        state.verified = verified.as_ref().map(call);
    }
    let provider = state.providers.iter().find(|provider| provider.name == key.provider);
    let settles_after = provider.map_or(std::time::Duration::ZERO, |provider| provider.settles_after);
    let system = provider.map(|provider| provider.system.clone()).unwrap_or_default();
    let request = UnlockOrder {
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
    state.unlocks.push(DeskUnlock { id, person: person.clone(), username, confirmed_at, flow });
    let ended = state.unlocks.iter().filter(|unlock| unlock.flow.outcome().is_some()).count();
    if ended > KEPT
        && let Some(oldest) = state.unlocks.iter().position(|unlock| unlock.flow.outcome().is_some())
    {
        state.unlocks.remove(oldest);
    }
    state.shows_log = false;
    state.scrolled = 0;
    state.changed();
    effects(id, calls)
}

/// The calls of a flow as effects.
#[must_use]
pub fn effects(id: FlowId, calls: Vec<UnlockCall>) -> Vec<Effect> {
    calls.into_iter().map(|call| Effect::Call(Call::Unlock(id, call))).collect()
}
