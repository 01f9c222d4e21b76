//! How the systems' tab is drawn: a row for each system, and the card of the selected one.

use ratatui::Frame;
use ratatui::style::Style;

use crate::domain::{CheckGrade, CheckResult, ProviderName, in_words};
use crate::screens::State;
use crate::screens::layout::Layout;
use crate::screens::list_pane::{DetailsOverflow, ListPane};
use crate::screens::list_state::Rows;
use crate::screens::state::ProviderRow;
use crate::screens::systems::state::SystemCard;
use crate::widgets::Appearance;
use crate::widgets::columns::Column;
use crate::widgets::data_table::{DataRow, TableCell};
use crate::widgets::format::{Severity, clock_seconds, grade, until};
use crate::widgets::pane::{PaneTitle, place};
use crate::widgets::sparkline::spark;

const COLUMNS: [Column; 6] = [
    Column::name("SYSTEM", 6, 0),
    Column::fact("RESULT", 6, 0),
    Column::fact("LATENCY", 6, 2),
    Column::fact("CERTIFICATE", 7, 3),
    Column::fact("TOKEN", 6, 4),
    Column::fact("BUDGET", 4, 5),
];

/// Draws it.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, layout: &Layout) {
    let tab = &state.systems;
    let dot = format!(" {} ", appearance.glyphs.dot);
    let mut right = vec![place(appearance, tab.list.place(), Rows::count(tab))];
    let checking: Vec<&str> = tab.checking.iter().map(ProviderName::as_str).collect();
    if checking.is_empty() {
        right.extend(tab.as_of.map(|at| format!("read {}", clock_seconds(at, &state.session.zone))));
    } else {
        right.push(format!("checking {}", checking.join(", ")));
    }
    let failed = tab.cards.iter().filter(|card| card.worst() == CheckGrade::Bad).count();
    let mut title = PaneTitle::new("Systems", right.join(&dot), true);
    if failed > 0 {
        title = title.and(format!("{dot}{failed} failed"), appearance.theme.danger);
    }
    let card = tab.selected();
    let head = card.map_or_else(|| "Card".to_owned(), |card| card.name.to_string());
    let pane = ListPane {
        title,
        columns: &COLUMNS,
        backwards: &[],
        list: &tab.list,
        has_marks: false,
        above: Vec::new(),
        empty: empty(state),
        details: (head, card.map(|card| lines_of(state, appearance, card)).unwrap_or_default()),
        overflow: DetailsOverflow::Told,
        hang: 23,
    };
    pane.view(frame, state, appearance, layout, |at| tab.cards.get(at).map(|card| data_row(state, appearance, card)));
}

fn empty(state: &State) -> String {
    if state.systems.cards.is_empty() {
        "Checking each system: name, certificate, clock, login, rights.".to_owned()
    } else {
        state.with_keys("No card holds this text; {key:filter} changes it.")
    }
}

/// The worst of a system, and how many findings are that bad.
fn result(card: &SystemCard) -> (String, Severity) {
    let (word, severity) = grade(card.worst());
    match card.count(card.worst()) {
        many if many > 1 && matches!(card.worst(), CheckGrade::Bad | CheckGrade::Warn) => {
            (format!("{word} {many}"), severity)
        }
        _ => (word.to_owned(), severity),
    }
}

fn provider<'a>(state: &'a State, card: &SystemCard) -> Option<&'a ProviderRow> {
    state.providers.iter().find(|provider| provider.name == card.name)
}

fn latency(appearance: &Appearance, provider: &ProviderRow) -> String {
    let Some(last) = provider.health.latency else { return String::new() };
    format!("{} ms {}", last.as_millis(), spark(appearance, &provider.latencies)).trim_end().to_owned()
}

fn data_row(state: &State, appearance: &Appearance, card: &SystemCard) -> DataRow {
    let theme = &appearance.theme;
    let (word, severity) = result(card);
    let row = provider(state, card);
    let fact = |fact: &dyn Fn(&ProviderRow) -> String| TableCell::new(row.map(fact).unwrap_or_default(), theme.plain);
    DataRow::new(vec![
        TableCell::new(card.name.as_str(), theme.plain),
        TableCell::new(word, appearance.tone(severity)),
        fact(&|row| latency(appearance, row)),
        fact(&|row| row.health.certificate.as_ref().map(|one| until(one.until, state.now.wall)).unwrap_or_default()),
        fact(&|row| row.health.token_until.map(|at| until(at, state.now.wall)).unwrap_or_default()),
        fact(&|row| row.health.budget.map(|left| left.to_string()).unwrap_or_default()),
    ])
}

/// A finding as words: how bad, what was looked at, what was seen.
fn words(one: &CheckResult) -> String {
    format!("{:<8}  {:<12} {}", grade(one.grade).0, in_words(one.topic), one.says.cell())
}

/// The card: which system exactly, then what was found, each with what to do about it.
fn lines_of(state: &State, appearance: &Appearance, card: &SystemCard) -> Vec<(String, Style)> {
    let mut lines: Vec<(String, Style)> = Vec::new();
    for one in &card.found {
        let style = match one.grade {
            CheckGrade::Good => appearance.theme.plain,
            other => appearance.tone(grade(other).1),
        };
        lines.push((words(one), style));
        if !one.next.is_empty() {
            lines.push((format!("{:<8}  Next: {}", "", one.next), appearance.theme.plain));
        }
    }
    if let Some(row) = provider(state, card) {
        lines.push((format!("{:<8}  {:<12} {}", "", "system", row.system.cell()), appearance.theme.muted));
    }
    lines
}

/// The tab as lines.
pub fn lines(state: &State) -> Vec<String> {
    let tab = &state.systems;
    if tab.list.shown.is_empty() {
        return vec!["Systems".to_owned(), empty(state)];
    }
    let shown = tab.list.shown.iter().filter_map(|row| tab.cards.get(*row as usize));
    let of_card = |card: &SystemCard| -> Vec<String> {
        let next =
            |one: &CheckResult| if one.next.is_empty() { String::new() } else { format!(". Next: {}", one.next) };
        let line = |one: &CheckResult| {
            let topic = in_words(one.topic);
            format!("{}, {}, {topic}, {}{}", card.name, grade(one.grade).0, one.says.cell(), next(one))
        };
        card.found.iter().map(line).collect()
    };
    shown.flat_map(of_card).collect()
}
