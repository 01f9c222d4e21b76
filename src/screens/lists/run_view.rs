//! How a run goes: a gauge with a part for each kind of end, the same as text, and what is wrong at present in words.

use jiff::SignedDuration;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::bulk::Run;
use crate::domain::ProviderName;
use crate::flow::unlock::UnlockTrouble;
use crate::screens::State;
use crate::widgets::Appearance;
use crate::widgets::format::{clock_seconds, count, reason, stretch};
use crate::widgets::gauge::Gauge;
use crate::widgets::text_width::{cells, cut};

/// The gauge is never longer.
const GAUGE: u16 = 40;
/// What is wrong takes no more lines than this.
const TROUBLES: usize = 2;

/// How many lines stand above the rows.
pub fn height(state: &State) -> u16 {
    let lines = usize::from(state.lists.run.is_some()) + troubles(state).len();
    u16::try_from(lines).unwrap_or(0)
}

/// The lines above the rows; the first has room for the gauge.
pub fn lines(state: &State, appearance: &Appearance, width: u16) -> Vec<Line<'static>> {
    let first = state.lists.run.is_some().then(|| {
        let words = words(state);
        let lead = " ".repeat(usize::from(length(&words, width)) + 2);
        Line::from(vec![Span::raw(lead), Span::styled(words, appearance.theme.plain)])
    });
    let room = usize::from(width.saturating_sub(5));
    let wrong = troubles(state)
        .into_iter()
        .map(|words| Line::styled(cut(&words, room, appearance.glyphs.ellipsis), appearance.theme.danger));
    first.into_iter().chain(wrong).collect()
}

/// Draws the gauge into the pane's first line.
pub fn gauge(frame: &mut Frame, state: &State, appearance: &Appearance, pane: Rect) {
    let Some(run) = &state.lists.run else { return };
    let length = length(&words(state), pane.width);
    if length > 4 && pane.height > 2 {
        let area = Rect::new(pane.x + 2, pane.y + 1, length, 1);
        frame.render_widget(Gauge { parts: &parts(run, appearance), all: run.progress().1 as u64, appearance }, area);
    }
}

fn length(words: &str, width: u16) -> u16 {
    GAUGE.min(width.saturating_sub(6 + u16::try_from(cells(words)).unwrap_or(u16::MAX)))
}

/// What is wrong at present, a line for each system; why the run stopped, where it did; without a list why the runs of
/// this ledger can't be told.
pub fn troubles(state: &State) -> Vec<String> {
    let Some(run) = &state.lists.run else {
        let unread = state.lists.runs.problem.iter().filter(|_| state.lists.rows.is_empty());
        return unread.map(|why| format!("the runs can't be read: {why}")).collect();
    };
    if let Some(why) = run.stopped().filter(|_| state.lists.left() > 0) {
        return vec![format!("{} not done: {why}", state.lists.left())];
    }
    let line = |(system, (rows, trouble)): (&ProviderName, (usize, UnlockTrouble))| {
        // A clock, and no countdown: nothing is drawn for time alone.
        let after = trouble.next.map(|next| next.saturating_sub(state.now.mono)).filter(|after| !after.is_zero());
        let at = after.and_then(|after| state.now.wall.checked_add(SignedDuration::try_from(after).ok()?).ok());
        let next = at.map_or_else(
            || "at it again".to_owned(),
            |at| format!("goes on at {}", clock_seconds(at, &state.session.zone)),
        );
        let what = trouble.problem.map_or_else(|| "it asks us to wait".to_owned(), reason);
        let rows = count(rows, "row waits", "rows wait");
        let sent = if trouble.sends > 1 { format!(", sent {} times", trouble.sends) } else { String::new() };
        state.with_keys(&format!("{system}: {what}; {rows}{sent}, {next}; {{key:pause}} pauses"))
    };
    run.troubles().into_iter().map(line).take(TROUBLES).collect()
}

/// How many rows of the run ended how, in the order in which they are drawn.
fn parts(run: &Run, appearance: &Appearance) -> [(u64, Style); 3] {
    let theme = &appearance.theme;
    let (mut done, mut failed, mut other) = (0, 0, 0);
    for outcome in run.outcomes() {
        match outcome {
            outcome if outcome.is_done() => done += 1,
            outcome if Run::is_failure(outcome) => failed += 1,
            _ => other += 1,
        }
    }
    [(done, theme.success), (failed, theme.danger), (other, theme.warning)]
}

/// How far the run is, how fast, how long still: what the gauge says, as text.
fn words(state: &State) -> String {
    let Some(run) = &state.lists.run else { return String::new() };
    let (ended, meant) = run.progress();
    let pace = match run.pace(0, state.now.mono) {
        // A rest is no pace.
        Some((rate, left)) if !run.is_over() && !run.is_paused() && run.stopped().is_none() => {
            format!(", {rate:.1} a second, {} left", stretch(SignedDuration::try_from(left).unwrap_or_default()))
        }
        _ => String::new(),
    };
    format!("{ended} of {meant}{pace}")
}
