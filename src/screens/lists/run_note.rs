//! The note on a run for the ticket, in whole sentences: when, who, which ticket, and who ended how, by name.

use std::fmt::Write as _;

use crate::bulk::plan::Row;
use crate::domain::{Outcome, Problem, Untrusted};
use crate::screens::state::State;
use crate::widgets::format::{count, first_of, ticket};

/// So many accounts of one outcome are named; the report has them all.
const NAMED: usize = 20;

/// The note; none where nothing was run.
pub fn note(state: &State) -> Option<String> {
    let run = state.lists.run.as_ref()?;
    let settings = run.settings();
    let at = state.now.wall.to_zoned(state.session.zone.clone()).strftime("%Y-%m-%d %H:%M %Z");
    let (ended, meant) = run.progress();
    let ticket = ticket(settings.audit.ticket.as_ref(), Untrusted::clipboard);
    let accounts = count(meant, "account", "accounts");
    let mut note = format!(
        "{at}: {} ran a list of {accounts}, {ticket}: {ended} of {meant} finished.\n",
        settings.operator.clipboard()
    );
    let mut groups: Vec<(Outcome, Vec<String>)> = Vec::new();
    for (place, row) in run.rows().iter().enumerate() {
        let Some((outcome, problem)) = state.lists.outcome(place) else { continue };
        let named = name(row, outcome, problem);
        match groups.iter_mut().find(|(known, _)| *known == outcome) {
            Some((_, names)) => names.push(named),
            None => groups.push((outcome, vec![named])),
        }
    }
    for (outcome, names) in groups {
        let shown = first_of(&names, NAMED, ", ");
        let _ = writeln!(note, "{} {}: {shown}.", names.len(), outcome.in_words());
    }
    if let Some(why) = run.stopped().filter(|_| run.left() > 0) {
        let _ = writeln!(note, "{} not done: {why}.", run.left());
    }
    let _ = write!(note, "Run {} in the ledger.", settings.id);
    Some(note)
}

/// An account with what went wrong, or what still keeps its person out.
fn name(row: &Row, outcome: Outcome, problem: Option<&Problem>) -> String {
    let caution = row.caution().filter(|_| outcome.is_done());
    let why =
        problem.map(|problem| format!(": {}", problem.what)).or_else(|| caution.map(|words| format!(", but {words}")));
    format!("{} in {}{}", row.name().clipboard(), row.provider_name(), why.unwrap_or_default())
}
