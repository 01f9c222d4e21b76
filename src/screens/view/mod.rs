//! The whole frame: a pure function of the state. Head line and footer here, each screen in its own folder.

pub mod footer;
mod header;

use ratatui::Frame;
use ratatui::text::{Line, Text};
use ratatui::widgets::{Paragraph, Wrap};

use crate::screens::State;
use crate::screens::layout::{is_too_small, layout};
use crate::screens::tab::Tab;
use crate::widgets::{Appearance, VisibleLines};

use super::{desk, dialog, ledger, lists, locked, systems};

/// What was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameSummary {
    /// What of a question's text shows; none where nothing does.
    pub text: Option<VisibleLines>,
    /// How many lines of the lowest pane don't show.
    pub hidden: usize,
}

/// Draws the state.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance) -> FrameSummary {
    if is_too_small(state.size) {
        let words = format!("unbolt needs 30x8, this is {}x{}", state.size.0, state.size.1);
        let text = Text::from(Line::styled(words, appearance.theme.plain));
        frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), frame.area());
        return FrameSummary { text: None, hidden: state.hidden };
    }
    let layout = layout(state);
    header::view(frame, state, appearance, layout.header);
    let mut hidden = None;
    match state.tab() {
        Tab::Desk => hidden = desk::view::view(frame, state, appearance, &layout),
        Tab::Locked => locked::view::view(frame, state, appearance, &layout),
        Tab::Lists => lists::view::view(frame, state, appearance, &layout),
        Tab::Ledger => ledger::view::view(frame, state, appearance, &layout),
        Tab::Systems => systems::view::view(frame, state, appearance, &layout),
    }
    footer::view(frame, state, appearance, layout.footer);
    let text = state.dialog.as_ref().and_then(|dialog| dialog::view::view(frame, state, dialog, appearance));
    FrameSummary { text, hidden: hidden.unwrap_or(state.hidden) }
}
