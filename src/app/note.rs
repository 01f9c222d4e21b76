//! The two-line note for the ticket.

use super::state::State;

/// A note on the last unlock that has ended; none when there is none.
#[must_use]
pub fn note(state: &State) -> Option<String> {
    let unlock = state.unlocks.iter().rev().find(|unlock| unlock.flow.outcome().is_some())?;
    let (outcome, problem) = unlock.flow.outcome()?;
    let at = unlock
        .flow
        .steps()
        .last()?
        .at
        .to_zoned(state.session.zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S %Z")
        .to_string();
    let request = unlock.flow.request();
    let ticket = request.ticket.as_ref().map_or_else(|| "no ticket".to_owned(), crate::domain::Untrusted::clipboard);
    let why = problem.map(|problem| format!(" ({})", problem.what)).unwrap_or_default();
    let intent =
        unlock.flow.intent().map_or_else(|| "nothing was sent".to_owned(), |intent| format!("ledger intent {intent}"));
    Some(format!(
        "{at}: {} ({}) in {}: {}{why}. {ticket}.\nAccount id {}, {intent}, by {}.",
        unlock.person.clipboard(),
        unlock.username.clipboard(),
        request.key.provider,
        outcome.word().replace('_', " "),
        request.key.id.clipboard(),
        request.operator.clipboard(),
    ))
}
