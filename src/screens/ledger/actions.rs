//! What is done in the ledger's tab.

use crate::domain::{Untrusted, in_words};
use crate::screens::action::unless;
use crate::screens::focus;
use crate::screens::keymap::KeyContext;
use crate::screens::ledger::state::Verified;
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::widgets::format::{moment, ticket};

/// Goes there; it is read anew each time.
pub fn show(state: &mut State) -> Vec<Effect> {
    focus::to(state, KeyContext::Ledger);
    state.ledger.reading = true;
    vec![Effect::ReadLedger]
}

/// Looks at the selected record's person on the desk.
pub fn open(state: &mut State) -> Vec<Effect> {
    let Some(row) = state.ledger.selected() else { return Vec::new() };
    let (key, username) = (row.key.clone(), row.username.clone());
    focus::look_at(state, &key, &username, KeyContext::Ledger)
}

/// Copies the selected record for a ticket.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some(row) = state.ledger.selected() else { return Vec::new() };
    let at = moment(row.at, &state.session.zone);
    let ticket = ticket(row.ticket.as_ref(), Untrusted::clipboard);
    let text = format!(
        "{at}: {} in {}: {}, by {}, {ticket}, {}",
        row.username.clipboard(),
        row.key.provider,
        in_words(row.outcome),
        row.operator.clipboard(),
        row.intent.as_ref().map_or_else(|| "nothing was sent".to_owned(), |intent| format!("ledger intent {intent}")),
    );
    state.copy(text, "sent to your terminal")
}

/// Checks every record of the ledger.
pub fn verify(state: &mut State) -> Vec<Effect> {
    state.ledger.verifying = Some(0);
    state.changed();
    vec![Effect::VerifyLedger]
}

/// Why it isn't checked now.
///
/// # Errors
/// The reason, for the footer.
pub fn can_verify(state: &State) -> Result<(), String> {
    unless(state.ledger.verifying.is_some(), "the ledger is being checked")
}

/// So much of the ledger is checked.
pub fn verifying(state: &mut State, percent: u64) -> Vec<Effect> {
    state.ledger.verifying = Some(percent);
    state.just_changed()
}

/// Takes what the check found.
pub fn verified(state: &mut State, result: Result<Verified, String>) -> Vec<Effect> {
    state.ledger.verifying = None;
    match result {
        Ok(verified) => {
            let records = verified.records;
            let words = match verified.broken.len() {
                0 => format!("the ledger is intact: {records} records in {} files", verified.files),
                1 => "the ledger is NOT intact: 1 finding".to_owned(),
                n => format!("the ledger is NOT intact: {n} findings"),
            };
            state.ledger.verified = Some(verified);
            state.notify(words);
        }
        Err(why) => state.notify(why),
    }
    state.changed();
    Vec::new()
}
