//! What was done for the person on the desk, and in this session for anybody: known without asking anybody.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::domain::{AccountKey, LedgerRow, in_words};
use crate::screens::State;
use crate::screens::session_unlocks::SessionUnlock;
use crate::widgets::Appearance;
use crate::widgets::format::{clock, clock_seconds, stretch};
use crate::widgets::pane::{PaneTitle, pane};
use crate::widgets::text_width::wrap;

/// So many records of earlier are shown.
const EARLIER: usize = 20;

/// What was done for the person on the desk, the last first, and how it counts.
pub fn entries(state: &State, appearance: &Appearance) -> Vec<(String, Style)> {
    let keys = state.desk.person().map(|person| person.accounts).unwrap_or_default();
    let own = state.unlocks.iter().rev().filter(|unlock| keys.contains(&unlock.flow.order().key));
    let own = own.filter_map(|unlock| entry(state, appearance, unlock, ""));
    let before = earlier(state, &keys).take(EARLIER).map(|row| recorded(state, appearance, row));
    own.chain(before).collect()
}

/// What the ledger held of these accounts when it was read last, the newest first, beside this session's own.
fn earlier<'a>(state: &'a State, keys: &'a [AccountKey]) -> impl Iterator<Item = &'a LedgerRow> {
    // An unlock of this session may have several records, one for each lock.
    let is_own = |row: &LedgerRow| {
        state.unlocks.iter().filter(|unlock| unlock.flow.order().key == row.key).any(|unlock| {
            let steps = unlock.flow.steps();
            steps.first().is_some_and(|step| step.at <= row.at) && steps.last().is_some_and(|step| row.at <= step.at)
        })
    };
    state.ledger.rows.iter().filter(move |row| keys.contains(&row.key) && !is_own(row))
}

/// `yesterday's date and time pingone: unlocked by omar (INC-4702)`.
fn recorded(state: &State, appearance: &Appearance, row: &LedgerRow) -> (String, Style) {
    let theme = &appearance.theme;
    let at = clock(row.ended.unwrap_or(row.at), state.now.wall, &state.session.zone);
    let ticket = row.ticket.as_ref().map(|ticket| format!(" ({})", ticket.cell())).unwrap_or_default();
    let is_good = !row.open && matches!(row.outcome, "unlocked" | "acknowledged" | "already_open");
    let style = if is_good { theme.success } else { theme.warning };
    let word = in_words(row.outcome);
    (format!("{at} {}: {word} by {}{ticket}", row.key.provider, row.operator.cell()), style)
}

fn entry(state: &State, appearance: &Appearance, unlock: &SessionUnlock, whose: &str) -> Option<(String, Style)> {
    let (now, zone, theme) = (state.now.wall, &state.session.zone, &appearance.theme);
    let (outcome, _) = unlock.flow.outcome()?;
    let at = clock(unlock.flow.steps().last()?.at, now, zone);
    let order = unlock.flow.order();
    let ticket = order.ticket.as_ref().map(|ticket| format!(" ({})", ticket.cell())).unwrap_or_default();
    let word = outcome.in_words();
    let again = unlock
        .relocked
        .map(|relock| format!(", LOCKED AGAIN {} after {}", clock_seconds(relock.at, zone), stretch(relock.after)));
    let style = match &again {
        Some(_) => theme.danger,
        None if outcome.is_done() => theme.success,
        None => theme.warning,
    };
    Some((format!("{at} {whose}{}: {word}{}{ticket}", order.key.provider, again.unwrap_or_default()), style))
}

/// Draws the person's column, where there is one.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
    draw(frame, appearance, area, "History", entries(state, appearance));
}

/// Draws what was done for anybody, where there is room for it.
pub fn session(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
    let whose = |unlock: &SessionUnlock| format!("{}, ", unlock.person.cell());
    let done = state.unlocks.iter().rev();
    let done = done.filter_map(|unlock| entry(state, appearance, unlock, &whose(unlock))).collect();
    draw(frame, appearance, area, "This session", done);
}

fn draw(frame: &mut Frame, appearance: &Appearance, area: Rect, title: &str, mut entries: Vec<(String, Style)>) {
    if area.is_empty() {
        return;
    }
    let inside = pane(frame, appearance, area, &PaneTitle::new(title, "", false));
    if entries.is_empty() {
        entries.push(("nothing was unlocked yet".to_owned(), appearance.theme.muted));
    }
    let width = usize::from(inside.width.saturating_sub(1)).max(1);
    let lines = entries.into_iter().flat_map(|(text, style)| {
        wrap(&text, width).into_iter().map(move |line| Line::styled(format!(" {line}"), style))
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), inside);
}
