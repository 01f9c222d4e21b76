//! The two ways in which the state is shown: frames on a screen, or lines that are never redrawn.

use std::collections::HashSet;
use std::time::Duration;

use ratatui::Terminal;

use crate::screens::State;
use crate::screens::line_mode;
use crate::screens::view::{FrameSummary, view};
use crate::widgets::{Appearance, VisibleLines};

use super::backend::BufferedBackend;

/// How the state is shown.
pub enum OutputMode {
    /// Frames.
    Screen(Box<Screen>),
    /// Lines.
    Lines(Box<PrintedLines>),
}

/// A ratatui terminal whose bytes are written elsewhere.
pub struct Screen {
    terminal: Terminal<BufferedBackend>,
    appearance: Appearance,
}

/// What was said already.
pub struct PrintedLines {
    said: HashSet<String>,
    /// The message that was said last, and until when it stands.
    noted: Option<(String, Duration)>,
    appearance: Appearance,
}

impl OutputMode {
    /// Frames of that look.
    pub fn screen(appearance: Appearance, size: (u16, u16)) -> Self {
        // The backend only remembers, and never fails.
        let Ok(terminal) = Terminal::new(BufferedBackend::new(size, appearance.ascii));
        Self::Screen(Box::new(Screen { terminal, appearance }))
    }

    /// Lines.
    pub fn lines(appearance: Appearance) -> Self {
        Self::Lines(Box::new(PrintedLines { said: HashSet::new(), noted: None, appearance }))
    }

    /// The bytes that show the state, and what of it was drawn.
    pub fn show(&mut self, state: &State) -> (Vec<u8>, FrameSummary) {
        match self {
            Self::Screen(screen) => screen.frame(state),
            Self::Lines(lines) => (lines.news(state), FrameSummary { text: Some(VisibleLines::default()), hidden: 0 }),
        }
    }

    /// Shows everything anew with the next frame; what was said stays said.
    pub fn forget(&mut self) {
        if let Self::Screen(screen) = self {
            screen.terminal.backend_mut().forget();
        }
    }

    /// True when the next frame has to be drawn although the state is the same.
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Screen(screen) if screen.terminal.backend().is_stale())
    }
}

impl Screen {
    fn frame(&mut self, state: &State) -> (Vec<u8>, FrameSummary) {
        self.terminal.backend_mut().resize(state.size);
        let mut drawn = FrameSummary { text: None, hidden: state.hidden };
        // The backend writes to memory, and never fails.
        let Ok(_) = self.terminal.draw(|frame| drawn = view(frame, state, &self.appearance));
        (self.terminal.backend_mut().take_block(), drawn)
    }
}

impl PrintedLines {
    /// The lines that are new, each said once for as long as it holds.
    fn news(&mut self, state: &State) -> Vec<u8> {
        let now = line_mode::lines(state, &self.appearance);
        if state.toast != self.noted {
            // The same words about another try are news.
            self.said.retain(|line| !line.starts_with(line_mode::NOTE));
            self.noted.clone_from(&state.toast);
        }
        let mut bytes = Vec::new();
        for line in now.iter().filter(|line| !self.said.contains(*line)) {
            let shown = |c: char| if self.appearance.ascii && !c.is_ascii() { '?' } else { c };
            bytes.extend(line.chars().map(shown).collect::<String>().into_bytes());
            bytes.push(b'\n');
        }
        self.said = now.into_iter().collect();
        bytes
    }
}
