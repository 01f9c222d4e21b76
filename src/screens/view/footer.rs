//! The footer: the keys of this place from the action table, and a message over them while it stands. A message that
//! doesn't fit takes a second line, so that the keys behind it are not lost for long.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::bulk::Run;
use crate::screens::action::availability;
use crate::screens::tab::Tab;
use crate::screens::{Action, KeyContext, State};
use crate::widgets::Appearance;
use crate::widgets::text_width::{cells, wrap};

/// A message takes so many lines at most.
const MOST_LINES: usize = 3;

/// Draws it.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    if state.dialog.is_none() {
        frame.render_widget(keys(state, appearance, inner.width), inner);
    }
    let lines = lines(state, area.width);
    if lines.is_empty() {
        return;
    }
    let height = u16::try_from(lines.len()).unwrap_or(1).min(area.y);
    let (lines, cleared, place) = if state.dialog.is_some() {
        // A question ends above: what is said of its answer stands below it.
        let below = Rect { y: area.bottom().saturating_sub(height), height, ..area };
        (lines, below, Rect { x: inner.x, width: inner.width, ..below })
    } else {
        // A line lies in the border above, several over the pane; the result of an act never hides the keys.
        let lines: Vec<String> = lines.into_iter().map(|line| format!(" {line} ")).collect();
        let widest = lines.iter().map(|line| cells(line)).max().unwrap_or(0);
        let width = u16::try_from(widest).unwrap_or(u16::MAX).min(area.width.saturating_sub(3));
        let over = Rect { x: area.x + 2, y: area.y.saturating_sub(height), width, height };
        (lines, over, over)
    };
    let lines = lines.into_iter().map(|line| Line::styled(line, appearance.theme.key));
    frame.render_widget(Clear, cleared);
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), place);
}

/// The message in lines, while one stands.
pub fn lines(state: &State, width: u16) -> Vec<String> {
    let Some((text, _)) = &state.toast else { return Vec::new() };
    let mut lines = wrap(&state.with_keys(text), usize::from(width.saturating_sub(6)).max(1));
    lines.truncate(MOST_LINES);
    lines
}

fn keys(state: &State, appearance: &Appearance, width: u16) -> Line<'static> {
    let theme = &appearance.theme;
    let place = state.focus;
    let mut spans = Vec::new();
    let mut left = usize::from(width);
    for action in Action::all() {
        let Some(word) = word(state, action) else { continue };
        let keys = state.keymap.keys(place, action);
        let Some(key) = keys.split(' ').find(|key| !key.is_empty()).map(str::to_owned) else { continue };
        let needs = cells(&key) + cells(word) + 3;
        if needs > left {
            continue;
        }
        // Many keys belong to one stage of a list only: the others would push them out.
        if state.tab() == Tab::Lists && availability(state, action).is_err() {
            continue;
        }
        // In the list it would change with each move of the cursor, and cost bytes with each key.
        let can = place != KeyContext::Status || availability(state, action).is_ok();
        left -= needs;
        spans.push(Span::styled(key, if can { theme.key } else { theme.muted }));
        spans.push(Span::styled(format!(" {word}  "), if can { theme.plain } else { theme.muted }));
    }
    Line::from(spans)
}

/// The word of an action as things stand.
fn word(state: &State, action: Action) -> Option<&'static str> {
    match action {
        Action::Pause if state.lists.run.as_ref().is_some_and(Run::is_paused) => Some("resume"),
        Action::Run if state.lists.run.is_some() => Some("resume"),
        Action::Run if state.lists.shows_runs() => Some("open"),
        _ => action.word(),
    }
}
