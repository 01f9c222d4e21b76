//! The lowest pane: what the latest unlock of the person on screen does, step by step.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::unlocks::DeskUnlock;
use crate::app::{Place, State};
use crate::domain::StepState;

use super::cells::{fit, put, wrap};
use super::pane;
use super::theme::Look;
use super::words::clock_millis;

pub fn draw(state: &State, look: &Look, buffer: &mut Buffer, area: Rect) {
    let unlock = current(state);
    let dot = look.signs.dot;
    let (title, right) = match unlock {
        Some(unlock) => {
            let key = &unlock.flow.request().key;
            let right = match unlock.flow.outcome() {
                Some((outcome, _)) => outcome.word().replace('_', " ").to_uppercase(),
                None => "live".to_owned(),
            };
            (format!("Unlock {dot} {} {dot} {} {dot} {}", unlock.person.cell(), key.provider, key.id.cell()), right)
        }
        None => ("Unlock".to_owned(), String::new()),
    };
    let inside = pane::frame(buffer, look, area, &title, &right, state.focus == Place::Progress);
    if inside.is_empty() {
        return;
    }
    let Some(unlock) = unlock else {
        put(buffer, inside.x + 1, inside.y, "choose a locked account and press u", inside.width, look.theme.quiet);
        return;
    };
    let lines = lines(state, look, unlock, usize::from(inside.width));
    let room = usize::from(inside.height);
    let end = lines.len().saturating_sub(state.scrolled.min(lines.len().saturating_sub(room)));
    let from = end.saturating_sub(room);
    for (n, (text, style)) in lines.iter().skip(from).take(room.min(end)).enumerate() {
        put(buffer, inside.x + 1, inside.y + u16::try_from(n).unwrap_or(0), text, inside.width - 1, *style);
    }
}

/// The latest unlock of the person in the status pane; without one, one that is still under way.
fn current(state: &State) -> Option<&DeskUnlock> {
    let keys = state.desk.person().map(|person| person.accounts).unwrap_or_default();
    let own = state.unlocks.iter().rev().find(|unlock| keys.contains(&unlock.flow.request().key));
    own.or_else(|| state.unlocks.iter().rev().find(|unlock| unlock.flow.outcome().is_none()))
}

fn lines(state: &State, look: &Look, unlock: &DeskUnlock, width: usize) -> Vec<(String, ratatui::style::Style)> {
    let mut lines = Vec::new();
    for step in unlock.flow.steps() {
        let head = format!("{}  {} ", clock_millis(step.at, &state.session.zone), fit(step.state.word(), 10, ""));
        let style = match (step.state, unlock.flow.outcome()) {
            (StepState::Ended, Some((outcome, _))) if outcome.is_done() => look.theme.good,
            (StepState::Ended | StepState::InDoubt, _) => look.theme.bad,
            (StepState::Throttled | StepState::Note, _) => look.theme.odd,
            _ => look.theme.plain,
        };
        let room = width.saturating_sub(head.len() + 1);
        for (n, part) in wrap(&step.detail.cell(), room.max(10)).into_iter().enumerate() {
            let lead = if n == 0 { head.clone() } else { " ".repeat(head.len()) };
            lines.push((format!("{lead}{part}"), style));
        }
    }
    lines
}
