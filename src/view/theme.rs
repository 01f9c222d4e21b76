//! Looks by meaning: 16 ANSI colours, no background but reverse; mono carries everything by weight.

use ratatui::style::{Color, Modifier, Style};

use super::words::{ASCII, Signs, Tone, UNICODE};

/// The styles by what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Ordinary text.
    pub plain: Style,
    /// Text that can be skipped.
    pub quiet: Style,
    /// A state that needs an act.
    pub bad: Style,
    /// A state that needs none.
    pub good: Style,
    /// A state that needs a look.
    pub odd: Style,
    /// The name of the selected row.
    pub selected: Style,
    /// The title of the pane with the focus.
    pub focus: Style,
    /// A key in the footer.
    pub key: Style,
}

/// The usual theme, readable on black and on white.
pub const COLOUR: Theme = Theme {
    plain: Style::new(),
    quiet: Style::new().fg(Color::DarkGray),
    bad: Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
    good: Style::new().fg(Color::Green),
    odd: Style::new().fg(Color::Magenta),
    selected: Style::new().add_modifier(Modifier::REVERSED),
    focus: Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD),
    key: Style::new().add_modifier(Modifier::BOLD),
};

/// Without any colour.
pub const MONO: Theme = Theme {
    plain: Style::new(),
    quiet: Style::new(),
    bad: Style::new().add_modifier(Modifier::BOLD),
    good: Style::new(),
    odd: Style::new().add_modifier(Modifier::BOLD),
    selected: Style::new().add_modifier(Modifier::REVERSED),
    focus: Style::new().add_modifier(Modifier::BOLD),
    key: Style::new().add_modifier(Modifier::BOLD),
};

/// Theme and signs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The styles.
    pub theme: Theme,
    /// The shapes.
    pub signs: Signs,
    /// True when only ASCII may reach the terminal.
    pub ascii: bool,
}

impl Look {
    /// A look by what the terminal can do.
    #[must_use]
    pub fn new(colour: bool, ascii: bool) -> Self {
        Self { theme: if colour { COLOUR } else { MONO }, signs: if ascii { ASCII } else { UNICODE }, ascii }
    }

    /// The style of a tone.
    #[must_use]
    pub fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Bad => self.theme.bad,
            Tone::Good => self.theme.good,
            Tone::Odd => self.theme.odd,
            Tone::Quiet => self.theme.quiet,
        }
    }
}
