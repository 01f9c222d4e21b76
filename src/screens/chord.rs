//! One key with its modifiers, and how it is written: in a keymap and on the screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord {
    /// The key.
    pub code: KeyCode,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
}

impl Chord {
    /// The chord of a key event. Shift is in the character itself.
    pub fn of(key: &KeyEvent) -> Self {
        let code = match key.code {
            KeyCode::Tab if key.modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            code => code,
        };
        Self {
            code,
            ctrl: key.modifiers.contains(KeyModifiers::CONTROL),
            alt: key.modifiers.contains(KeyModifiers::ALT),
        }
    }

    /// The chord of a name in a keymap.
    pub fn parse(name: &str) -> Option<Self> {
        let (mut ctrl, mut alt, mut rest) = (false, false, name);
        loop {
            if let Some(after) = rest.strip_prefix("ctrl-") {
                (ctrl, rest) = (true, after);
            } else if let Some(after) = rest.strip_prefix("alt-") {
                (alt, rest) = (true, after);
            } else {
                break;
            }
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) => KeyCode::Char(c),
            _ => match NAMES.iter().find(|row| row.0 == rest) {
                Some(row) => row.1,
                None => KeyCode::F(rest.strip_prefix('f')?.parse().ok().filter(|n| (1..=12).contains(n))?),
            },
        };
        Some(Self { code, ctrl, alt })
    }

    /// The key's name in a keymap.
    pub fn name(&self) -> String {
        let key = self.key("f", |row| row.0);
        let (ctrl, alt) = (if self.ctrl { "ctrl-" } else { "" }, if self.alt { "alt-" } else { "" });
        format!("{ctrl}{alt}{key}")
    }

    /// How the key is written on the screen.
    pub fn label(&self) -> String {
        let key = self.key("F", |row| row.2);
        match (self.ctrl, self.alt) {
            (true, _) => format!("^{}", key.to_uppercase()),
            (_, true) => format!("alt-{key}"),
            _ => key,
        }
    }

    /// The key without its modifiers: by its name, a letter by itself, a function key by its number.
    fn key(&self, function: &str, name: impl Fn(&NamedKey) -> &'static str) -> String {
        match (NAMES.iter().find(|row| row.1 == self.code), self.code) {
            (Some(row), _) => name(row).to_owned(),
            (None, KeyCode::Char(c)) => c.to_string(),
            (None, KeyCode::F(n)) => format!("{function}{n}"),
            (None, _) => String::new(),
        }
    }
}

/// A key with a name: in the file, in the event, on the screen.
type NamedKey = (&'static str, KeyCode, &'static str);

/// The keys with names.
pub const NAMES: [NamedKey; 16] = [
    ("enter", KeyCode::Enter, "Enter"),
    ("esc", KeyCode::Esc, "Esc"),
    ("tab", KeyCode::Tab, "Tab"),
    ("backtab", KeyCode::BackTab, "S-Tab"),
    ("space", KeyCode::Char(' '), "space"),
    ("up", KeyCode::Up, "Up"),
    ("down", KeyCode::Down, "Down"),
    ("left", KeyCode::Left, "Left"),
    ("right", KeyCode::Right, "Right"),
    ("home", KeyCode::Home, "Home"),
    ("end", KeyCode::End, "End"),
    ("pageup", KeyCode::PageUp, "PgUp"),
    ("pagedown", KeyCode::PageDown, "PgDn"),
    ("backspace", KeyCode::Backspace, "Bksp"),
    ("delete", KeyCode::Delete, "Del"),
    ("insert", KeyCode::Insert, "Ins"),
];
