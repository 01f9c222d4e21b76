//! The lowest pane: what the unlocks of the person on screen do, step by step, side by side.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::StepState;
use crate::screens::KeyContext;
use crate::screens::State;
use crate::screens::session_unlocks::DeskUnlock;

use unicode_width::UnicodeWidthStr as _;

use crate::widgets::format::clock_millis;
use crate::widgets::pane;
use crate::widgets::text_width::cut;
use crate::widgets::text_width::fit;
use crate::widgets::text_width::put;
use crate::widgets::text_width::wrap;
use crate::widgets::theme::Appearance;

/// Draws it; gives how many of its lines don't show.
pub fn draw(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) -> usize {
    let unlocks = current(state);
    let (title, right) = heads(&unlocks, look);
    // What it waits for is never pushed out by a long id.
    let title = cut(&title, pane::room_beside(area, &right), look.glyphs.ellipsis);
    let inside = pane::frame(buffer, look, area, &title, &right, state.focus == KeyContext::Progress);
    if inside.is_empty() {
        return state.hidden;
    }
    if unlocks.is_empty() {
        put(buffer, inside.x + 1, inside.y, "choose a locked account and press u", inside.width, look.theme.muted);
        return 0;
    }
    let lines = lines(state, look, &unlocks, usize::from(inside.width));
    let room = usize::from(inside.height);
    let hidden = lines.len().saturating_sub(room);
    let end = lines.len() - state.scrolled.min(hidden);
    let from = end.saturating_sub(room);
    for (n, (text, style)) in lines.iter().skip(from).take(room.min(end)).enumerate() {
        put(buffer, inside.x + 1, inside.y + u16::try_from(n).unwrap_or(0), text, inside.width - 1, *style);
    }
    hidden
}

/// Title and what stands at its right.
fn heads(unlocks: &[&DeskUnlock], look: &Appearance) -> (String, String) {
    let dot = look.glyphs.dot;
    let ended = unlocks.iter().filter(|unlock| unlock.flow.outcome().is_some()).count();
    match unlocks {
        [] => ("Unlock".to_owned(), String::new()),
        [one] => {
            let key = &one.flow.order().key;
            let right = match one.flow.outcome() {
                Some((outcome, _)) => outcome.word().replace('_', " ").to_uppercase(),
                None if one.flow.waits_for_device() => "waiting for the Mac".to_owned(),
                None => "live".to_owned(),
            };
            (format!("Unlock {dot} {} {dot} {} {dot} {}", one.person.cell(), key.provider, key.id.cell()), right)
        }
        [first, ..] => {
            let right = if ended == unlocks.len() { "ended".to_owned() } else { "live".to_owned() };
            (format!("Unlock {dot} {} {dot} {ended} of {} ended", first.person.cell(), unlocks.len()), right)
        }
    }
}

/// The unlocks of the last confirmation for the person in the status pane; without one, what is still under way.
fn current(state: &State) -> Vec<&DeskUnlock> {
    let keys = state.desk.person().map(|person| person.accounts).unwrap_or_default();
    let own = state.unlocks.iter().filter(|unlock| keys.contains(&unlock.flow.order().key));
    match own.clone().map(|unlock| unlock.confirmed_at).max() {
        Some(last) => own.filter(|unlock| unlock.confirmed_at == last || unlock.flow.outcome().is_none()).collect(),
        None => state.unlocks.iter().filter(|unlock| unlock.flow.outcome().is_none()).collect(),
    }
}

/// Every step in the order of time; where there are several unlocks, each line says whose provider's it is.
fn lines(
    state: &State,
    look: &Appearance,
    unlocks: &[&DeskUnlock],
    width: usize,
) -> Vec<(String, ratatui::style::Style)> {
    let mut steps: Vec<_> =
        unlocks.iter().flat_map(|unlock| unlock.flow.steps().iter().map(move |step| (*unlock, step))).collect();
    steps.sort_by_key(|(_, step)| step.at);
    let mut lines = Vec::new();
    for (unlock, step) in steps {
        let whose = match unlocks {
            [_] => String::new(),
            _ => fit(unlock.flow.order().key.provider.as_str(), 10, look.glyphs.ellipsis) + " ",
        };
        let head =
            format!("{}  {whose}{} ", clock_millis(step.at, &state.session.zone), fit(step.state.word(), 12, ""));
        let style = match (step.state, unlock.flow.outcome()) {
            (StepState::Ended, Some((outcome, _))) if outcome.is_done() => look.theme.success,
            (StepState::Ended | StepState::InDoubt, _) => look.theme.danger,
            (StepState::Throttled | StepState::Note, _) => look.theme.warning,
            _ => look.theme.plain,
        };
        let lead = head.width();
        for (n, part) in wrap(&step.detail.cell(), width.saturating_sub(lead + 1).max(10)).into_iter().enumerate() {
            let start = if n == 0 { head.clone() } else { " ".repeat(lead) };
            lines.push((format!("{start}{part}"), style));
        }
    }
    lines
}
