//! How a list and its run are drawn: what each row came to, and how the run goes.

use ratatui::Frame;
use ratatui::style::Style;

use crate::bulk::plan::Verdict;
use crate::bulk::report::counts;
use crate::bulk::run::RowState;
use crate::domain::{Outcome, Untrusted, in_words};
use crate::screens::State;
use crate::screens::layout::Layout;
use crate::screens::list_pane::{DetailsOverflow, ListPane};
use crate::screens::list_state::Rows;
use crate::screens::lists::list_actions::is_marked;
use crate::screens::lists::state::{ListRow, ListsTab};
use crate::screens::lists::{run_view, runs_view};
use crate::widgets::Appearance;
use crate::widgets::columns::Column;
use crate::widgets::data_table::{DataRow, TableCell};
use crate::widgets::format::{Severity, clock_millis, joined};
use crate::widgets::pane::{PaneTitle, place};
use crate::widgets::text_width::fit;

const COLUMNS: [Column; 5] = [
    Column::fact("LINE", 3, 3),
    Column::fact("VERDICT", 8, 0),
    Column::name("SYSTEM", 6, 2),
    Column::name("ACCOUNT", 6, 0),
    Column::name("WHY", 8, 1),
];

/// Draws it.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, layout: &Layout) {
    let tab = &state.lists;
    if tab.shows_runs() {
        return runs_view::view(frame, state, appearance, layout);
    }
    let pane = ListPane {
        title: title(tab, appearance),
        columns: &COLUMNS,
        backwards: &[],
        list: &tab.list,
        has_marks: true,
        above: run_view::lines(state, appearance, layout.list.width),
        empty: state.with_keys(empty(state)),
        details: details(state, appearance),
        overflow: DetailsOverflow::End,
        hang: 0,
    };
    pane.view(frame, state, appearance, layout, |at| tab.rows.get(at).map(|one| data_row(state, appearance, at, one)));
    run_view::gauge(frame, state, appearance, layout.list);
}

fn title(tab: &ListsTab, appearance: &Appearance) -> PaneTitle {
    let dot = format!(" {} ", appearance.glyphs.dot);
    let right = [right(tab), place(appearance, tab.list.place(), Rows::count(tab))];
    PaneTitle::new(summary(tab, &dot), joined(right, &dot), true)
}

fn summary(tab: &ListsTab, dot: &str) -> String {
    let totals = match &tab.run {
        Some(run) => run.totals(),
        None => tab.totals(),
    };
    // What will be done, or was, stands first, then what somebody has to look at: a narrow title shows it.
    let mut totals: Vec<(&str, u64)> = totals.into_iter().collect();
    totals.sort_by_key(|(word, _)| match *word {
        "unlock" | "unlocked" => 0,
        "failed" | "unknown" | "still_locked" | "not_found" | "ambiguous" => 1,
        _ => 2,
    });
    let head = if tab.run.is_some() { "Bulk run" } else { "Bulk list" };
    [head.to_owned()].into_iter().chain(counts(totals)).collect::<Vec<_>>().join(dot)
}

fn right(tab: &ListsTab) -> String {
    match &tab.run {
        Some(run) if run.is_over() && run.stopped().is_some() => format!("stopped, {} not done", run.left()),
        Some(run) if run.is_over() => "finished".to_owned(),
        Some(run) if run.stopped().is_some() => "stopping".to_owned(),
        Some(run) if run.is_paused() => "paused".to_owned(),
        Some(_) => "running".to_owned(),
        None if tab.freezing => "freezing".to_owned(),
        None if tab.planning > 0 => format!("looking up {} of {}", tab.looked_up().min(tab.lines), tab.lines),
        None if tab.is_scanning() => "filtering".to_owned(),
        None => String::new(),
    }
}

fn why(tab: &ListsTab, at: usize, one: &ListRow) -> String {
    match tab.outcome(at) {
        Some((_, Some(problem))) => problem.line(),
        // What the plan warned of still keeps the person out.
        Some((outcome, None)) if outcome.is_done() => one.row.caution().unwrap_or_default().to_owned(),
        Some(_) => String::new(),
        None => Untrusted::from(one.row.why()).cell(),
    }
}

/// The list as lines.
pub fn lines(state: &State, appearance: &Appearance) -> Vec<String> {
    let tab = &state.lists;
    if tab.shows_runs() {
        return runs_view::lines(state);
    }
    let row = |at: &u32| {
        let at = *at as usize;
        let one = tab.rows.get(at)?;
        let (word, _) = word(tab, at, one);
        let (system, name) = (one.row.provider_name(), one.row.name().cell());
        Some(format!("line {}: {word} {system} {name} {}", one.row.line, why(tab, at, one)))
    };
    let head = summary(tab, &format!(" {} ", appearance.glyphs.dot));
    let wrong = run_view::troubles(state);
    std::iter::once(head).chain(wrong).chain(tab.list.shown.iter().filter_map(row)).collect()
}

fn data_row(state: &State, appearance: &Appearance, at: usize, one: &ListRow) -> DataRow {
    let theme = &appearance.theme;
    let tab = &state.lists;
    let (word, severity) = word(tab, at, one);
    DataRow::new(vec![
        TableCell::new(one.row.line.to_string(), theme.muted),
        TableCell::new(word, severity.map_or(theme.plain, |severity| appearance.tone(severity))),
        TableCell::new(one.row.provider_name(), theme.plain),
        TableCell::new(one.row.name().cell(), theme.plain),
        TableCell::new(why(tab, at, one), theme.muted),
    ])
    .marked(if is_marked(state, at) { "+" } else { " " })
}

fn word(tab: &ListsTab, at: usize, one: &ListRow) -> (String, Option<Severity>) {
    let (word, severity) = match tab.run.as_ref().map(|run| (run.state(at), run.stopped().is_some())) {
        _ if one.dropped => ("dropped", Some(Severity::Muted)),
        Some((RowState::Ended(outcome, _), _)) => {
            let severity = match outcome {
                outcome if outcome.is_done() => Severity::Success,
                Outcome::Failed | Outcome::StillLocked | Outcome::Unknown => Severity::Danger,
                _ => Severity::Warning,
            };
            (outcome.word(), Some(severity))
        }
        Some((RowState::Looking, true)) => ("left open", Some(Severity::Warning)),
        Some((RowState::Looking, false)) => ("looking", None),
        Some((RowState::Running, _)) => ("running", None),
        Some((RowState::Waiting, true)) => ("not done", Some(Severity::Warning)),
        Some((RowState::Waiting, false)) => ("waiting", None),
        Some((RowState::NotMeant, _)) | None => {
            let severity = match one.row.verdict {
                Verdict::Unlock => Severity::Danger,
                Verdict::Open | Verdict::Duplicate => Severity::Muted,
                _ => Severity::Warning,
            };
            (one.row.verdict.word(), Some(severity))
        }
    };
    (in_words(word), severity)
}

/// What is known of the row under the cursor: its candidates, or its own progress.
fn details(state: &State, appearance: &Appearance) -> (String, Vec<(String, Style)>) {
    let theme = &appearance.theme;
    let Some((at, one)) = state.lists.current() else { return ("Row".to_owned(), Vec::new()) };
    let head = format!("Row {} line {}", appearance.glyphs.dot, one.row.line);
    let mut lines: Vec<(String, Style)> = vec![(format!("in the list: {}", one.row.input.cell()), theme.plain)];
    if let Some(account) = &one.row.account {
        lines.push((format!("{} {}", account.key.provider, account.key.id.cell()), theme.muted));
    }
    if let Some(flow) = state.lists.run.as_ref().and_then(|run| run.flow(at)) {
        let steps = flow.steps().iter().map(|step| {
            let at = clock_millis(step.at, &state.session.zone);
            (format!("{at}  {} {}", fit(step.state.word(), 12, ""), step.detail.cell()), theme.plain)
        });
        lines = steps.collect();
    } else if let Some((outcome, problem)) = state.lists.outcome(at) {
        let why = problem.map(|problem| format!(": {}", problem.line())).unwrap_or_default();
        lines.push((format!("{}{why}", outcome.in_words()), theme.plain));
    } else {
        lines.push((Untrusted::from(one.row.why()).cell(), theme.plain));
        for candidate in &one.row.candidates {
            let hint = state.with_keys("{key:choose}");
            lines.push((
                format!("{hint}: {} {} {}", candidate.key.provider, candidate.key.id.cell(), candidate.label.cell()),
                theme.warning,
            ));
        }
    }
    (head, lines)
}

fn empty(state: &State) -> &'static str {
    if state.lists.planning > 0 {
        "looking up the list"
    } else if !state.lists.rows.is_empty() {
        "No row holds this text; {key:filter} changes it."
    } else {
        "{key:open_list} opens a file, {key:add_lines} adds a line; or paste a list here; or mark people on the desk or in Locked ({key:mark}) and add them ({key:send})"
    }
}
