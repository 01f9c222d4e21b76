//! The theme, signs and keys of this process: for the screen, and for text on a terminal.

use std::io::{IsTerminal as _, stdout};
use std::sync::OnceLock;

use ratatui::style::Style;

use crate::config::{ColourMode, Config};
use crate::domain::suggest;
use crate::screens::Keymap;
use crate::settings::diagnostics::{Complaint, read_text};
use crate::terminal::encode::styled;
use crate::widgets::Appearance;
use crate::widgets::theme::Theme;

use super::args::Cli;

/// How text looks, and whether escapes may reach standard output: without colour, text is plain.
static LOOK: OnceLock<(Appearance, bool)> = OnceLock::new();

/// Remembers how text looks on this configuration. A theme that can't be read is no reason to show no rows: `check`
/// and the screen name it.
pub fn load(cli: &Cli, config: &Config) {
    let _ = LOOK.set((appearance(cli, config).unwrap_or_else(|_| usual()), has_colour(cli, config)));
}

/// How text looks.
pub fn text() -> Appearance {
    LOOK.get().map_or_else(usual, |look| look.0)
}

fn usual() -> Appearance {
    Appearance::new(false, !is_utf8())
}

/// The text with its style, where standard output is a terminal.
pub fn paint(text: &str, style: Style) -> String {
    let shows = stdout().is_terminal() && LOOK.get().is_some_and(|look| look.1);
    if style == Style::new() || text.is_empty() || !shows { text.to_owned() } else { styled(text, style) }
}

/// The theme and the signs.
pub fn appearance(cli: &Cli, config: &Config) -> Result<Appearance, Complaint> {
    // Colour is the theme's decision: the library would drop every attribute under NO_COLOR.
    crossterm::style::force_color_output(true);
    Ok(Appearance::with(theme(cli, config)?, cli.ascii || config.screen.ascii || !is_utf8()))
}

/// The keys with the owner's changes.
pub fn keymap(config: &Config) -> Result<Keymap, Complaint> {
    let standard = Keymap::standard().map_err(|mistake| Complaint::new(mistake.what))?;
    let Some(path) = &config.screen.keymap else { return Ok(standard) };
    let text = read_text(path, "the keymap")?;
    standard.with(&text).map_err(|mistake| Complaint::of(&text, mistake).in_file(path))
}

/// The theme by its name or file; without colours where the terminal shows none.
fn theme(cli: &Cli, config: &Config) -> Result<Theme, Complaint> {
    let wanted = cli.theme.as_deref().unwrap_or(&config.screen.theme);
    let theme = if let Some(path) = config.screen.theme_file().filter(|_| cli.theme.is_none()) {
        let text = read_text(path, "the theme")?;
        let base = Theme::named("default").unwrap_or_default();
        base.with(&text).map_err(|mistake| Complaint::of(&text, mistake).in_file(path))?
    } else {
        Theme::named(wanted).ok_or_else(|| Complaint {
            nearest: suggest(wanted, Theme::names()),
            ..Complaint::new(format!("there is no theme `{wanted}`; a file of your own is named with its path"))
        })?
    };
    Ok(if has_colour(cli, config) { theme } else { Theme::named("mono").unwrap_or(theme) })
}

fn has_colour(cli: &Cli, config: &Config) -> bool {
    let wanted = cli.color.unwrap_or(config.screen.color);
    if wanted != ColourMode::Auto {
        return wanted == ColourMode::Always;
    }
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
