//! How the systems' tab is drawn: the lines of `unbolt check`.

use ratatui::Frame;

use crate::domain::{Finding, Grade, ProviderName};
use crate::screens::State;
use crate::screens::layout::Layout;
use crate::screens::list_pane::ListPane;
use crate::screens::list_state::Rows;
use crate::widgets::Appearance;
use crate::widgets::columns::Column;
use crate::widgets::data_table::{Cell, DataRow};
use crate::widgets::format::{Severity, clock_seconds};
use crate::widgets::pane::{Title, place};

const COLUMNS: [Column; 4] = [
    Column::name("SYSTEM", 6, 2),
    Column::fact("RESULT", 6, 0),
    Column::fact("CHECK", 5, 1),
    Column::name("FINDING", 10, 0),
];

/// Draws it.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, layout: &Layout) -> Option<usize> {
    let tab = &state.systems;
    let dot = format!(" {} ", appearance.glyphs.dot);
    let mut right: Vec<String> = Vec::new();
    right.extend(
        tab.list.sort.and_then(|at| COLUMNS.get(at)).map(|column| format!("by {}", column.head.to_lowercase())),
    );
    right.push(place(appearance, tab.list.place(), Rows::count(tab)));
    let checking: Vec<&str> = tab.checking.iter().map(ProviderName::as_str).collect();
    if checking.is_empty() {
        right.extend(tab.as_of.map(|at| format!("read {}", clock_seconds(at, &state.session.zone))));
    } else {
        right.push(format!("checking {}", checking.join(", ")));
    }
    let failed = tab.rows().filter(|(_, one)| one.grade == Grade::Bad).count();
    let mut title = Title::new("Systems", right.join(&dot), true);
    if failed > 0 {
        title = title.and(format!("{dot}{failed} failed"), appearance.theme.danger);
    }
    let selected = tab.selected().map(|(name, one)| {
        let next = if one.next.is_empty() { String::new() } else { format!("Next: {}", one.next) };
        vec![(format!("{name}: {}", one.says.cell()), appearance.theme.plain), (next, appearance.theme.warning)]
    });
    let pane = ListPane {
        title,
        columns: &COLUMNS,
        backwards: &[],
        list: &tab.list,
        has_marks: false,
        above: None,
        empty: empty(state),
        details: ("Details".to_owned(), selected.unwrap_or_default()),
    };
    let rows: Vec<(&ProviderName, &Finding)> = tab.rows().collect();
    pane.view(frame, state, appearance, layout, |row| {
        rows.get(row).map_or_else(|| DataRow { mark: " ", cells: Vec::new() }, |row| data_row(appearance, row))
    });
    None
}

fn empty(state: &State) -> String {
    if state.systems.found.is_empty() {
        "Checking each system: name, certificate, clock, login, rights.".to_owned()
    } else {
        state.with_keys("No row holds this text; {key:filter} changes it.")
    }
}

fn grade(one: &Finding) -> (&'static str, Severity) {
    match one.grade {
        Grade::Good => ("ok", Severity::Success),
        Grade::NotTold => ("not told", Severity::Muted),
        Grade::Warn => ("WARN", Severity::Warning),
        Grade::Bad => ("FAIL", Severity::Danger),
    }
}

fn data_row(appearance: &Appearance, (name, one): &(&ProviderName, &Finding)) -> DataRow {
    let theme = &appearance.theme;
    let (word, severity) = grade(one);
    DataRow {
        mark: " ",
        cells: vec![
            Cell::new(name.as_str(), theme.plain),
            Cell::new(word, appearance.tone(severity)),
            Cell::new(one.topic.replace('_', " "), theme.muted),
            Cell::new(one.says.cell(), theme.plain),
        ],
    }
}

/// The tab as lines.
#[must_use]
pub fn lines(state: &State) -> Vec<String> {
    let tab = &state.systems;
    if tab.list.shown.is_empty() {
        return vec!["Systems".to_owned(), empty(state)];
    }
    let rows: Vec<(&ProviderName, &Finding)> = tab.rows().collect();
    let shown = tab.list.shown.iter().filter_map(|row| rows.get(*row as usize));
    shown
        .map(|(name, one)| format!("{name}, {}, {}, {}", grade(one).0, one.topic.replace('_', " "), one.says.cell()))
        .collect()
}
