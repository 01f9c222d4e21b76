//! How the ledger's tab is drawn.

mod text;

use ratatui::Frame;
use ratatui::text::Line;

use crate::bulk::runs::short_id;
use crate::domain::{LedgerRow, Untrusted, in_words};
use crate::screens::State;
use crate::screens::layout::Layout;
use crate::screens::list_pane::{DetailsOverflow, ListPane};
use crate::screens::list_state::Rows;
use crate::widgets::Appearance;
use crate::widgets::columns::Column;
use crate::widgets::data_table::{DataRow, TableCell};
use crate::widgets::format::{clock, clock_seconds, joined, recorded};
use crate::widgets::pane::{PaneTitle, place};

use text::details;

pub use text::lines;

const COLUMNS: [Column; 8] = [
    Column::fact("WHEN", 5, 0),
    Column::fact("OUTCOME", 8, 0),
    Column::name("SYSTEM", 6, 1),
    Column::name("USER", 6, 0),
    Column::name("TICKET", 5, 2),
    Column::name("OPERATOR", 5, 3),
    Column::name("WHY", 8, 4),
    Column::fact("RUN", 13, 5),
];

/// So many findings of a check are shown.
const BROKEN: usize = 3;

/// Draws it.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, layout: &Layout) {
    let tab = &state.ledger;
    let dot = format!(" {} ", appearance.glyphs.dot);
    let sort = tab.list.sort.and_then(|at| COLUMNS.get(at));
    let checked = match (tab.verifying, &tab.verified) {
        (Some(percent), _) => format!("verifying, {percent} %"),
        (None, Some(verified)) if verified.broken.is_empty() => {
            format!("intact {}", clock(verified.at, state.now.wall, &state.session.zone))
        }
        _ => String::new(),
    };
    let read = if tab.reading {
        "reading".to_owned()
    } else {
        tab.as_of.map(|at| format!("read {}", clock_seconds(at, &state.session.zone))).unwrap_or_default()
    };
    let right = [
        sort.map(|column| format!("by {}", column.head.to_lowercase())).unwrap_or_default(),
        place(appearance, tab.list.place(), Rows::count(tab)),
        checked,
        read,
    ];
    let pane = ListPane {
        title: PaneTitle::new("Ledger", joined(right, &dot), true),
        columns: &COLUMNS,
        backwards: &[0],
        list: &tab.list,
        has_marks: false,
        above: broken(state, appearance),
        empty: empty(state),
        details: ("Record".to_owned(), details(state, appearance)),
        overflow: DetailsOverflow::Told,
        hang: 0,
    };
    pane.view(frame, state, appearance, layout, |at| tab.rows.get(at).map(|row| data_row(state, appearance, row)));
}

/// What isn't what was written stands above everything else.
fn broken(state: &State, appearance: &Appearance) -> Vec<Line<'static>> {
    let Some(verified) = &state.ledger.verified else { return Vec::new() };
    let line = |words: &Untrusted| Line::styled(format!("BROKEN  {}", words.cell()), appearance.theme.danger);
    let mut lines: Vec<Line> = verified.broken.iter().take(BROKEN).map(line).collect();
    let more = verified.broken.len().saturating_sub(BROKEN);
    if more > 0 {
        lines.push(Line::styled(format!("{more} more: `unbolt ledger verify`"), appearance.theme.danger));
    }
    lines
}

/// How many lines stand above the records.
pub fn height(state: &State) -> u16 {
    let broken = state.ledger.verified.as_ref().map_or(0, |verified| verified.broken.len());
    u16::try_from(broken.min(BROKEN + 1)).unwrap_or(0)
}

fn empty(state: &State) -> String {
    let tab = &state.ledger;
    match &tab.problem {
        Some(why) => format!("The ledger can't be read: {why}"),
        None if tab.reading => "Reading the ledger.".to_owned(),
        None if !tab.rows.is_empty() => state.with_keys("No row holds this text; {key:filter} changes it."),
        None => "Nothing was unlocked yet. What is unlocked on the desk is recorded here first.".to_owned(),
    }
}

/// The outcome; one that a Mac's later answer contradicts says so.
fn outcome(row: &LedgerRow) -> String {
    let word = in_words(row.outcome);
    if row.contradicted.is_some() { format!("{word} ?") } else { word }
}

/// The system, and which of the account's locks where that isn't the account's own.
fn system(row: &LedgerRow) -> String {
    match row.layer {
        "" | "account" => row.key.provider.to_string(),
        layer => format!("{} {layer}", row.key.provider),
    }
}

fn data_row(state: &State, appearance: &Appearance, row: &LedgerRow) -> DataRow {
    let theme = &appearance.theme;
    DataRow::new(vec![
        TableCell::new(clock(row.at, state.now.wall, &state.session.zone), theme.plain),
        TableCell::new(outcome(row), appearance.tone(recorded(row))),
        TableCell::new(system(row), theme.plain),
        TableCell::new(row.username.cell(), theme.plain),
        TableCell::new(row.ticket.as_ref().map(Untrusted::cell).unwrap_or_default(), theme.plain),
        TableCell::new(row.operator.cell(), theme.muted),
        TableCell::new(row.why.cell(), theme.muted),
        TableCell::new(row.run.map(short_id).unwrap_or_default(), theme.muted),
    ])
}
