//! How things look here: the theme, the signs, the terminal's colours.

use ratatui::style::Style;

use crate::widgets::format::{ASCII, Glyphs, Severity, UNICODE};

use super::{PLAIN, Theme};

/// Theme and signs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appearance {
    /// The styles.
    pub theme: Theme,
    /// The shapes.
    pub glyphs: Glyphs,
    /// True when only ASCII may reach the terminal.
    pub ascii: bool,
}

impl Appearance {
    /// A theme with the signs that the terminal can show.
    #[must_use]
    pub fn with(theme: Theme, ascii: bool) -> Self {
        Self { theme, glyphs: if ascii { ASCII } else { UNICODE }, ascii }
    }

    /// The usual look by what the terminal can do.
    #[must_use]
    pub fn new(colour: bool, ascii: bool) -> Self {
        let theme = Theme::named(if colour { "default" } else { "mono" }).unwrap_or(PLAIN);
        Self { theme, glyphs: if ascii { ASCII } else { UNICODE }, ascii }
    }

    /// The style of a tone.
    #[must_use]
    pub fn tone(&self, tone: Severity) -> Style {
        match tone {
            Severity::Danger => self.theme.danger,
            Severity::Success => self.theme.success,
            Severity::Warning => self.theme.warning,
            Severity::Muted => self.theme.muted,
        }
    }
}
