//! The head line: the program, its tabs, and who sits here with which ticket.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::screens::State;
use crate::screens::state::TICKET_LIFE;
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
    let right = right(state, appearance);
    let named = tabs(state, appearance, true);
    let used = |parts: &[Span]| parts.iter().map(|part| cells(&part.content)).sum::<usize>();
    // Names stand as long as they fit; who sits here leaves before them.
    let tabs = if used(&lead) + used(&named) < room { named } else { tabs(state, appearance, false) };
    let left = used(&lead) + used(&tabs);
    let has_room = left + cells(&right) + 2 <= room;
    let gap = room.saturating_sub(left + cells(&right) + 1);
    let mut spans = lead;
    spans.extend(tabs);
    if has_room {
        spans.push(Span::raw(" ".repeat(gap)));
        spans.push(Span::styled(right, theme.muted));
    }
    frame.render_widget(Line::from(spans), area);
}

/// The tabs; the one that shows stands in brackets, for whom colour says nothing.
fn tabs<'a>(state: &State, appearance: &Appearance, names: bool) -> Vec<Span<'a>> {
    let theme = &appearance.theme;
    let here = state.tab();
    let tab = |(one, name): (Tab, &'static str)| {
        let people = state.locked.people.len();
        let count = if one == Tab::Locked && people > 0 { format!(" {people}") } else { String::new() };
        let word = if names || one == here { name } else { name.get(..1).unwrap_or(name) };
        if one == here {
            Span::styled(format!("[{word}{count}]"), theme.focus)
        } else {
            Span::styled(format!(" {word}{count} "), theme.muted)
        }
    };
    Tab::ALL.into_iter().map(tab).collect()
}

fn right(state: &State, appearance: &Appearance) -> String {
    let ellipsis = appearance.glyphs.ellipsis;
    let ticket = state.ticket.as_ref().filter(|ticket| state.now.mono < ticket.at + TICKET_LIFE);
    let mut parts = Vec::new();
    if !state.marks.is_empty() {
        parts.push(format!("{} marked", state.marks.len()));
    }
    parts.push(cut(&state.session.operator.cell(), 32, ellipsis));
    parts.extend(ticket.map(|ticket| cut(&ticket.text.cell(), 24, ellipsis)));
    if !state.session.label.is_empty() {
        parts.push(state.session.label.clone());
    }
    parts.join(&format!(" {} ", appearance.glyphs.dot))
}
