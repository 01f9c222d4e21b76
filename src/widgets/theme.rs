//! Looks by meaning: 16 ANSI colours, no background but reverse; mono carries everything by weight.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;

use crate::domain::{Diagnostic, suggest};
use crate::widgets::format::{ASCII, Glyphs, Severity, UNICODE};

/// The styles by what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Ordinary text.
    pub plain: Style,
    /// Text that can be skipped.
    pub muted: Style,
    /// A state that needs an act.
    pub danger: Style,
    /// A state that needs none.
    pub success: Style,
    /// A state that needs a look.
    pub warning: Style,
    /// The name of the selected row.
    pub selected: Style,
    /// The title of the pane with the focus.
    pub focus: Style,
    /// A key in the footer.
    pub key: Style,
}

/// The themes that come with the program.
const BUILT_IN: [(&str, &str); 4] = [
    ("default", include_str!("../../assets/themes/default.toml")),
    ("mono", include_str!("../../assets/themes/mono.toml")),
    ("high_contrast", include_str!("../../assets/themes/high_contrast.toml")),
    ("colour_blind", include_str!("../../assets/themes/colour_blind.toml")),
];

/// The sixteen colours, which every terminal lets its user choose; ratatui reads these names, and more than these.
const COLOURS: &str = "black red green yellow blue magenta cyan gray dark_gray \
    light_red light_green light_yellow light_blue light_magenta light_cyan white";

const WEIGHTS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

/// Earlier names of roles, and their names now.
const FORMER: [(&str, &str); 4] = [("quiet", "muted"), ("bad", "danger"), ("good", "success"), ("odd", "warning")];

impl Default for Theme {
    /// Without anything: what a file doesn't say.
    fn default() -> Self {
        Self {
            plain: Style::new(),
            muted: Style::new(),
            danger: Style::new(),
            success: Style::new(),
            warning: Style::new(),
            selected: Style::new().add_modifier(Modifier::REVERSED),
            focus: Style::new(),
            key: Style::new(),
        }
    }
}

impl Theme {
    /// The names of the themes that come with the program.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|row| row.0)
    }

    /// The theme of that name.
    pub fn named(name: &str) -> Option<Self> {
        let (_, text) = BUILT_IN.iter().find(|row| row.0 == name)?;
        // A test reads each of them; a broken one would still show everything, by word and shape.
        Some(Self::default().with(text).unwrap_or_default())
    }

    /// The theme with an owner's changes.
    ///
    /// # Errors
    /// The first meaning, colour or weight that isn't known.
    pub fn with(mut self, text: &str) -> Result<Self, Diagnostic> {
        let looks: BTreeMap<Spanned<String>, Spanned<String>> =
            toml::from_str(text).map_err(|e| Diagnostic::at(e.span(), e.message().replace('\n', " ")))?;
        for (meaning, look) in looks {
            let style = style(&look)?;
            let name = meaning.get_ref().as_str();
            // Files of before keep their words.
            let role = FORMER.iter().find(|row| row.0 == name).map_or(name, |row| row.1);
            let Some((_, own)) = self.roles().into_iter().find(|row| row.0 == role) else {
                let known = self.roles().map(|row| row.0);
                let what = format!("`{name}` is no role of a theme");
                return Err(Diagnostic { nearest: suggest(name, known), ..Diagnostic::at(meaning.span(), what) });
            };
            *own = style;
        }
        Ok(self)
    }

    fn roles(&mut self) -> [(&'static str, &mut Style); 8] {
        [
            ("plain", &mut self.plain),
            ("muted", &mut self.muted),
            ("danger", &mut self.danger),
            ("success", &mut self.success),
            ("warning", &mut self.warning),
            ("selected", &mut self.selected),
            ("focus", &mut self.focus),
            ("key", &mut self.key),
        ]
    }
}

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
    pub fn with(theme: Theme, ascii: bool) -> Self {
        Self { theme, glyphs: if ascii { ASCII } else { UNICODE }, ascii }
    }

    /// The usual look by what the terminal can do.
    pub fn new(colour: bool, ascii: bool) -> Self {
        Self::with(Theme::named(if colour { "default" } else { "mono" }).unwrap_or_default(), ascii)
    }

    /// The style of a tone.
    pub fn tone(&self, tone: Severity) -> Style {
        match tone {
            Severity::Danger => self.theme.danger,
            Severity::Success => self.theme.success,
            Severity::Warning => self.theme.warning,
            Severity::Muted => self.theme.muted,
        }
    }
}

/// `red bold` as a style. There is no background: a terminal's own is what its user reads best on.
fn style(look: &Spanned<String>) -> Result<Style, Diagnostic> {
    let mut style = Style::new();
    for word in look.get_ref().split_whitespace() {
        let colour = COLOURS.split(' ').find(|name| *name == word).and_then(|name| name.parse::<Color>().ok());
        let weight = WEIGHTS.iter().find(|row| row.0 == word);
        style = match (colour, weight) {
            (Some(colour), _) => style.fg(colour),
            (_, Some((_, weight))) => style.add_modifier(*weight),
            _ => {
                let known = COLOURS.split(' ').chain(WEIGHTS.iter().map(|row| row.0));
                let what = format!("`{word}` is no colour of the sixteen and no weight");
                return Err(Diagnostic { nearest: suggest(word, known), ..Diagnostic::at(look.span(), what) });
            }
        };
    }
    Ok(style)
}

#[cfg(test)]
mod tests;
