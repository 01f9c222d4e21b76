//! The head line: the program, its tabs, and who sits here with which ticket.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::screens::State;
use crate::screens::tab::Tab;
use crate::widgets::Appearance;
use crate::widgets::text_width::{cells, cut};

/// The spinner: nothing, and its four signs.
const SPINNER: [&str; 5] = [" ", "|", "/", "-", "\\"];

/// Draws it.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
    let theme = &appearance.theme;
    let sign = state.busy.and_then(|(_, sign)| SPINNER.get(usize::from(sign))).copied().unwrap_or(" ");
    let lead = vec![Span::styled(" unbolt ", theme.key), Span::styled(sign, theme.muted)];
    let room = usize::from(area.width);
    let named = tabs(state, appearance, true);
    let used = |parts: &[Span]| parts.iter().map(|part| cells(&part.content)).sum::<usize>();
    // Names stand as long as they fit; who sits here leaves before them.
    let tabs = if used(&lead) + used(&named) < room { named } else { tabs(state, appearance, false) };
    let left = used(&lead) + used(&tabs);
    let right = right(state, appearance, room.saturating_sub(left + 2));
    let gap = room.saturating_sub(left + cells(&right) + 1);
    let mut spans = lead;
    spans.extend(tabs);
    if !right.is_empty() {
        spans.push(Span::raw(" ".repeat(gap)));
        spans.push(Span::styled(right, theme.muted));
    }
    frame.render_widget(Line::from(spans), area);
}

/// The tabs; the one that shows stands in brackets, for whom colour says nothing.
fn tabs<'a>(state: &State, appearance: &Appearance, names: bool) -> Vec<Span<'a>> {
    let theme = &appearance.theme;
    let here = state.tab();
    let tab = |one: Tab| {
        let (name, people) = (one.word(), state.locked.people.len());
        let count = if one == Tab::Locked && people > 0 { format!(" {people}") } else { String::new() };
        let word = if names || one == here { name } else { name.get(..1).unwrap_or(name) };
        if one == here {
            Span::styled(format!("[{word}{count}]"), theme.focus)
        } else {
            Span::styled(format!(" {word}{count} "), theme.muted)
        }
    };
    Tab::ALL.iter().copied().map(tab).collect()
}

/// What there is room for: the ticket, which each unlock is recorded with, before the marks, the label and the operator.
fn right(state: &State, appearance: &Appearance, room: usize) -> String {
    let ellipsis = appearance.glyphs.ellipsis;
    let ticket = state.ticket.as_ref().filter(|ticket| ticket.holds(state.now));
    let marks = state.marks.len();
    let parts = [
        (1, if marks > 0 { format!("{marks} marked") } else { String::new() }),
        (3, cut(&state.session.operator.cell(), 32, ellipsis)),
        (0, ticket.map(|ticket| cut(&ticket.text.cell(), 24, ellipsis)).unwrap_or_default()),
        (2, state.session.label.clone()),
    ];
    let dot = format!(" {} ", appearance.glyphs.dot);
    let joined = |rank: usize| {
        let kept = parts.iter().filter(|(own, text)| *own <= rank && !text.is_empty());
        kept.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(&dot)
    };
    (0..parts.len()).rev().map(joined).find(|text| cells(text) <= room).unwrap_or_default()
}
