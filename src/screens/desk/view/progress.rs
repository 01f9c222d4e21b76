//! The lowest pane: what the unlocks of the person on screen do, step by step, side by side; with nothing under way, what
//! was done for the person.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::StepState;
use crate::screens::session_unlocks::{self, SessionUnlock};
use crate::screens::{KeyContext, State};
use crate::widgets::Appearance;
use crate::widgets::format::clock_millis;
use crate::widgets::pane::{PaneTitle, pane, scrollbar};
use crate::widgets::text_width::{cells, cut, fit, wrap};

use super::history;

/// Draws it; gives how many of its lines don't show.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) -> Option<usize> {
    let unlocks = session_unlocks::current(state);
    let (left, right) = heads(&unlocks, appearance);
    // What it waits for is never pushed out by a long id.
    let left = cut(&left, PaneTitle::room(area, &right), appearance.glyphs.ellipsis);
    let inside = pane(frame, appearance, area, &PaneTitle::new(left, right, state.focus == KeyContext::Progress));
    if inside.is_empty() {
        return None;
    }
    if unlocks.is_empty() {
        idle(frame, state, appearance, inside);
        return Some(0);
    }
    let lines = lines(state, appearance, &unlocks, usize::from(inside.width));
    let room = usize::from(inside.height);
    let hidden = lines.len().saturating_sub(room);
    let end = lines.len() - state.scrolled.min(hidden);
    let from = end.saturating_sub(room);
    scrollbar(frame, appearance, inside, (from, room, lines.len()));
    let shown = lines.into_iter().skip(from).take(room);
    let shown: Vec<Line> = shown.map(|(text, style)| Line::styled(format!(" {text}"), style)).collect();
    frame.render_widget(Paragraph::new(shown), inside);
    Some(hidden)
}

/// What was done for the person, as far as it fits in a line.
fn idle(frame: &mut Frame, state: &State, appearance: &Appearance, inside: Rect) {
    let entries = history::entries(state, appearance);
    let hint = match (&state.desk.shown, entries.is_empty()) {
        (None, _) => "{key:search} types a name, {key:open} looks at a person",
        (Some(_), true) if state.focus == KeyContext::Query => "nothing done for this person yet",
        (Some(_), true) => "nothing done for this person yet; {key:unlock} unlocks the selected account",
        (Some(_), false) => "",
    };
    let mut spans = vec![Span::styled(format!(" {}", state.with_keys(hint)), appearance.theme.muted)];
    for (text, style) in entries {
        spans.push(Span::styled(format!("{text}   "), style));
    }
    frame.render_widget(Line::from(spans), inside);
}

/// Title and what stands at its right.
fn heads(unlocks: &[&SessionUnlock], appearance: &Appearance) -> (String, String) {
    let dot = appearance.glyphs.dot;
    let ended: Vec<_> = unlocks.iter().filter_map(|unlock| unlock.flow.outcome()).collect();
    let is_again = unlocks.iter().any(|unlock| unlock.relocked.is_some());
    match unlocks {
        [] => ("History".to_owned(), String::new()),
        [one] => {
            let key = &one.flow.order().key;
            let right = match one.flow.outcome() {
                Some(_) if is_again => "LOCKED AGAIN".to_owned(),
                Some((outcome, _)) => outcome.in_words().to_uppercase(),
                None if one.flow.waits_for_device() => "waiting for the Mac".to_owned(),
                None => "running".to_owned(),
            };
            (format!("Unlock {dot} {} {dot} {} {dot} {}", one.person.cell(), key.provider, key.id.cell()), right)
        }
        [first, ..] => {
            let done = ended.iter().filter(|(outcome, _)| outcome.is_done()).count();
            let right = match (is_again, ended.len() == unlocks.len()) {
                (true, _) => "LOCKED AGAIN".to_owned(),
                (false, true) if done == unlocks.len() => format!("{done} UNLOCKED"),
                (false, true) => format!("{done} OF {} UNLOCKED", unlocks.len()),
                (false, false) => "running".to_owned(),
            };
            (format!("Unlock {dot} {} {dot} {} of {} finished", first.person.cell(), ended.len(), unlocks.len()), right)
        }
    }
}

/// Every step in the order of time, what failed behind what went well, and what came after; where there are several unlocks, each line says whose system's
/// it is.
fn lines(state: &State, appearance: &Appearance, unlocks: &[&SessionUnlock], width: usize) -> Vec<(String, Style)> {
    let theme = &appearance.theme;
    let mut said: Vec<(jiff::Timestamp, &SessionUnlock, &str, String, Style)> = Vec::new();
    for unlock in unlocks {
        for step in unlock.flow.steps() {
            let style = match (step.state, unlock.flow.outcome()) {
                (StepState::Ended, Some((outcome, _))) if outcome.is_done() => theme.success,
                (StepState::Ended | StepState::InDoubt, _) => theme.danger,
                (StepState::Throttled | StepState::Note, _) => theme.warning,
                _ => theme.plain,
            };
            said.push((step.at, unlock, step.state.word(), step.detail.cell(), style));
        }
        if let Some(relock) = unlock.relocked {
            let after = crate::widgets::format::stretch(relock.after);
            let detail = format!("{after} after the unlock: an old password may be saved in a phone or a mail program");
            said.push((relock.at, unlock, "LOCKED AGAIN", detail, theme.danger));
        }
    }
    // What failed stands last: there it shows in a low pane too.
    let has_failed = |unlock: &SessionUnlock| unlock.flow.outcome().is_some_and(|(outcome, _)| !outcome.is_done());
    said.sort_by_key(|(at, unlock, ..)| (has_failed(unlock), *at));
    let mut lines = Vec::new();
    for (at, unlock, word, detail, style) in said {
        let whose = match unlocks {
            [_] => String::new(),
            _ => fit(unlock.flow.order().key.provider.as_str(), 10, appearance.glyphs.ellipsis) + " ",
        };
        let head = format!("{}  {whose}{} ", clock_millis(at, &state.session.zone), fit(word, 12, ""));
        let lead = cells(&head);
        for (n, part) in wrap(&detail, width.saturating_sub(lead + 1).max(10)).into_iter().enumerate() {
            let start = if n == 0 { head.clone() } else { " ".repeat(lead) };
            lines.push((format!("{start}{part}"), style));
        }
    }
    lines
}
