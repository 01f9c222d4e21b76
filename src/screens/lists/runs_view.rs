//! How the runs of this ledger are drawn, and what is wrong with the one that is at work.

use ratatui::Frame;
use ratatui::style::Style;

use crate::bulk::runs::{RunStatus, RunSummary};
use crate::domain::Untrusted;
use crate::screens::State;
use crate::screens::layout::Layout;
use crate::screens::list_pane::{DetailsOverflow, ListPane};
use crate::screens::list_state::Rows as _;
use crate::screens::lists::run_view;
use crate::widgets::Appearance;
use crate::widgets::columns::Column;
use crate::widgets::data_table::{DataRow, TableCell};
use crate::widgets::format::{Severity, clock};
use crate::widgets::pane::{PaneTitle, place};

const COLUMNS: [Column; 6] = [
    Column::fact("BEGAN", 5, 0),
    Column::name("OPERATOR", 5, 2),
    Column::fact("DONE", 6, 0),
    Column::fact("STATE", 7, 0),
    Column::name("TICKET", 5, 3),
    Column::fact("RUN", 13, 4),
];

/// Draws them.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, layout: &Layout) {
    let runs = &state.lists.runs;
    let left = runs.runs.iter().filter(|run| run.is_left()).count();
    let counted = if left == 0 { String::new() } else { format!(" {} {left} with rows left", appearance.glyphs.dot) };
    let pane = ListPane {
        title: PaneTitle::new(format!("Runs{counted}"), place(appearance, runs.list.place(), runs.count()), true),
        columns: &COLUMNS,
        backwards: &[0],
        list: &runs.list,
        has_marks: false,
        above: run_view::lines(state, appearance, layout.list.width),
        empty: state.with_keys("No run holds this text; {key:filter} changes it."),
        details: ("Run".to_owned(), details(state, appearance)),
        overflow: DetailsOverflow::Told,
        hang: 0,
    };
    pane.view(frame, state, appearance, layout, |at| runs.runs.get(at).map(|run| data_row(state, appearance, run)));
}

fn severity(run: &RunSummary) -> Severity {
    match run.status {
        RunStatus::Running => Severity::Muted,
        RunStatus::Finished if run.failed == 0 => Severity::Success,
        RunStatus::Finished | RunStatus::Stopped(_) | RunStatus::Left => Severity::Warning,
    }
}

fn done(run: &RunSummary) -> String {
    let failed = if run.failed == 0 { String::new() } else { format!(", {} failed", run.failed) };
    format!("{} of {}{failed}", run.done, run.meant)
}

fn data_row(state: &State, appearance: &Appearance, run: &RunSummary) -> DataRow {
    let theme = &appearance.theme;
    let word = if run.is_left() { format!("{}, {} to do", run.word(), run.left()) } else { run.word().to_owned() };
    DataRow::new(vec![
        TableCell::new(clock(run.at, state.now.wall, &state.session.zone), theme.plain),
        TableCell::new(run.operator.cell(), theme.plain),
        TableCell::new(done(run), theme.plain),
        TableCell::new(word, appearance.tone(severity(run))),
        TableCell::new(run.ticket.as_ref().map(Untrusted::cell).unwrap_or_default(), theme.plain),
        TableCell::new(run.short_id(), theme.muted),
    ])
}

fn details(state: &State, appearance: &Appearance) -> Vec<(String, Style)> {
    let theme = &appearance.theme;
    let Some(run) = state.lists.runs.selected() else { return Vec::new() };
    let next = match &run.status {
        RunStatus::Running => "a process is at it: watch it there".to_owned(),
        RunStatus::Finished => state.with_keys("{key:run} shows its rows and its report"),
        RunStatus::Stopped(why) => format!("{}: {}", why.cell(), state.with_keys("{key:run} opens it, and asks again")),
        RunStatus::Left => state.with_keys("it was left before it was finished: {key:run} opens it, and asks again"),
    };
    let begin = state.with_keys("{key:add_lines} begins a list, {key:open_list} opens one; or paste it here");
    vec![
        (format!("run {}", run.id), theme.plain),
        (format!("{} unlocked, {} failed, {} left", run.opened, run.failed, run.left()), theme.plain),
        (next, appearance.tone(severity(run))),
        (begin, theme.muted),
    ]
}

/// The runs as lines.
pub fn lines(state: &State) -> Vec<String> {
    let runs = &state.lists.runs;
    let shown = runs.list.shown.iter().filter_map(|at| runs.runs.get(*at as usize));
    let line = |(n, run): (usize, &RunSummary)| {
        let at = clock(run.at, state.now.wall, &state.session.zone);
        format!("{}. run {} of {at} by {}: {}, {}", n + 1, run.short_id(), run.operator.cell(), done(run), run.word())
    };
    let head = std::iter::once("Runs".to_owned()).chain(run_view::troubles(state));
    head.chain(shown.enumerate().map(line))
        .chain([state.with_keys("a number chooses a run; {key:run} opens it")])
        .collect()
}
