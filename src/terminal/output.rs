//! The two ways in which the state is shown: frames on a screen, or lines that are never redrawn.

use std::collections::HashSet;
use std::io;
use std::time::Duration;

use crate::screens::State;
use crate::screens::dialog::state::Shown;
use crate::screens::view::Drawn;
use crate::widgets::Appearance;

use crate::terminal::screen::Screen;

/// How the state is shown.
pub enum Output {
    /// Frames.
    Screen(Box<Screen>),
    /// Lines.
    Lines(Box<Lines>),
}

/// What was said already.
pub struct Lines {
    said: HashSet<String>,
    /// The message that was said last, and until when it stands.
    noted: Option<(String, Duration)>,
    look: Appearance,
}

impl Output {
    /// Frames of that look.
    #[must_use]
    pub fn screen(look: Appearance) -> Self {
        Self::Screen(Box::new(Screen::new(look)))
    }

    /// Lines.
    #[must_use]
    pub fn plain(look: Appearance) -> Self {
        Self::Lines(Box::new(Lines { said: HashSet::new(), noted: None, look }))
    }

    /// The bytes that show the state, and what of it was drawn.
    ///
    /// # Errors
    /// Never: the bytes go to memory.
    pub fn show(&mut self, state: &State) -> io::Result<(Vec<u8>, Drawn)> {
        match self {
            Self::Screen(screen) => screen.frame(state),
            Self::Lines(plain) => {
                Ok((plain.news(state), Drawn { cursor: None, text: Some(Shown::default()), hidden: 0 }))
            }
        }
    }

    /// Shows everything anew with the next frame; what was said stays said.
    pub fn forget(&mut self) {
        if let Self::Screen(screen) = self {
            screen.forget();
        }
    }

    /// True when the next frame has to be drawn although the state is the same.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Screen(screen) if screen.is_stale())
    }
}

impl Lines {
    /// The lines that are new, each said once for as long as it holds.
    fn news(&mut self, state: &State) -> Vec<u8> {
        let now = crate::screens::line_mode::lines(state, &self.look);
        if state.toast != self.noted {
            // The same words about another try are news.
            self.said.retain(|line| !line.starts_with(crate::screens::line_mode::NOTE));
            self.noted.clone_from(&state.toast);
        }
        let mut bytes = Vec::new();
        for line in now.iter().filter(|line| !self.said.contains(*line)) {
            let shown = |c: char| if self.look.ascii && !c.is_ascii() { '?' } else { c };
            bytes.extend(line.chars().map(shown).collect::<String>().into_bytes());
            bytes.push(b'\n');
        }
        self.said = now.into_iter().collect();
        bytes
    }
}
