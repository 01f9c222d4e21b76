//! The ledger's records as text.

use ratatui::style::Style;

use crate::domain::{Untrusted, in_words};
use crate::screens::State;
use crate::widgets::Appearance;
use crate::widgets::format::{clock, joined};

use super::{empty, outcome};

pub(super) fn details(state: &State, appearance: &Appearance) -> Vec<(String, Style)> {
    let (plain, warning) = (appearance.theme.plain, appearance.theme.warning);
    let Some(row) = state.ledger.selected() else { return Vec::new() };
    let zone = &state.session.zone;
    let moment = |at: jiff::Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let ended = row.ended.map(|at| format!(", {} {}", in_words(row.outcome), moment(at))).unwrap_or_default();
    let asked = format!("asked for {} by {}{ended}", moment(row.at), row.operator.cell());
    let mut said = vec![
        (asked, plain),
        (format!("{} in {}, id {}", row.username.cell(), row.key.provider, row.key.id.cell()), plain),
    ];
    if let Some(status) = &row.contradicted {
        said.push((format!("contradicted: the Mac also answered {}", status.cell()), warning));
    }
    if !row.seen.is_empty() {
        let layer = if row.layer.is_empty() { String::new() } else { format!("{} layer: ", row.layer) };
        said.push((format!("{layer}{} when it was confirmed", row.seen), plain));
    }
    let verified = row.verified.as_ref().map(|how| format!(", caller verified by {}", how.cell())).unwrap_or_default();
    match (&row.rule, &row.intent) {
        (Some(rule), _) => said.push((format!("nothing was sent: {} (rule {})", row.why.cell(), rule.cell()), warning)),
        (None, Some(intent)) => {
            let run = row.run.map(|run| format!(", row of run {run}")).unwrap_or_default();
            said.push((format!("intent {intent}{verified}{run}"), plain));
        }
        (None, None) => {}
    }
    if row.rule.is_none() && !row.why.is_blank() {
        said.push((row.why.cell(), plain));
    }
    said
}

/// The tab as lines.
pub fn lines(state: &State) -> Vec<String> {
    let tab = &state.ledger;
    if tab.list.shown.is_empty() {
        return vec!["Ledger".to_owned(), empty(state)];
    }
    let rows = tab.list.shown.iter().filter_map(|row| tab.rows.get(*row as usize));
    rows.map(|row| {
        let parts = [
            clock(row.at, state.now.wall, &state.session.zone),
            outcome(row),
            row.key.provider.to_string(),
            row.username.cell(),
            row.ticket.as_ref().map(Untrusted::cell).unwrap_or_default(),
            row.operator.cell(),
        ];
        joined(parts, ", ")
    })
    .collect()
}
