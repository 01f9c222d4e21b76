//! What was done in this session, for the person on the desk and for anybody: known without asking.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::screens::State;
use crate::screens::session_unlocks::DeskUnlock;
use crate::widgets::Appearance;
use crate::widgets::format::{clock, clock_seconds, stretch};
use crate::widgets::pane::{Title, pane};
use crate::widgets::text_width::wrap;

/// What was done for the person on the desk, the last first, and how it counts.
#[must_use]
pub fn entries(state: &State, appearance: &Appearance) -> Vec<(String, Style)> {
    let keys = state.desk.person().map(|person| person.accounts).unwrap_or_default();
    let own = state.unlocks.iter().rev().filter(|unlock| keys.contains(&unlock.flow.order().key));
    own.filter_map(|unlock| entry(state, appearance, unlock, "")).collect()
}

fn entry(state: &State, appearance: &Appearance, unlock: &DeskUnlock, whose: &str) -> Option<(String, Style)> {
    let (now, zone, theme) = (state.now.wall, &state.session.zone, &appearance.theme);
    let (outcome, _) = unlock.flow.outcome()?;
    let at = clock(unlock.flow.steps().last()?.at, now, zone);
    let order = unlock.flow.order();
    let ticket = order.ticket.as_ref().map(|ticket| format!(" ({})", ticket.cell())).unwrap_or_default();
    let word = outcome.word().replace('_', " ");
    let again = unlock
        .relocked
        .map(|relock| format!(", LOCKED AGAIN {} after {}", clock_seconds(relock.at, zone), stretch(relock.after)));
    let style = match (&again, outcome.is_done()) {
        (Some(_), _) => theme.danger,
        (None, true) => theme.success,
        (None, false) => theme.warning,
    };
    Some((format!("{at} {whose}{}: {word}{}{ticket}", order.key.provider, again.unwrap_or_default()), style))
}

/// Draws the person's column, where there is one.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
    draw(frame, appearance, area, "History", entries(state, appearance));
}

/// Draws what was done for anybody, where there is room for it.
pub fn session(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
    let whose = |unlock: &DeskUnlock| format!("{}, ", unlock.person.cell());
    let done = state.unlocks.iter().rev();
    let done = done.filter_map(|unlock| entry(state, appearance, unlock, &whose(unlock))).collect();
    draw(frame, appearance, area, "This session", done);
}

fn draw(frame: &mut Frame, appearance: &Appearance, area: Rect, title: &str, mut entries: Vec<(String, Style)>) {
    if area.is_empty() {
        return;
    }
    let inside = pane(frame, appearance, area, &Title::new(title, "", false));
    if entries.is_empty() {
        entries.push(("nothing was unlocked yet".to_owned(), appearance.theme.muted));
    }
    let width = usize::from(inside.width.saturating_sub(1)).max(1);
    let lines = entries.into_iter().flat_map(|(text, style)| {
        wrap(&text, width).into_iter().map(move |line| Line::styled(format!(" {line}"), style))
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), inside);
}
