//! Which key does what in which place: read from a table, so that help and dispatch can't differ.

mod context;

use std::collections::BTreeMap;

use toml::Spanned;

use crate::domain::{Diagnostic, suggest};
use crate::screens::action::Action;
use crate::screens::chord::NAMES;

pub use crate::screens::chord::Chord;
pub use context::KeyContext;

/// The keys as they come with the program.
const DEFAULT: &str = include_str!("../../../assets/keymap.toml");

/// Earlier names of places, and their names now.
const FORMER: [(&str, &str); 3] = [("bulk", "lists"), ("bulk_filter", "filter"), ("providers", "systems")];

/// A whole table of keys.
#[derive(Clone, Debug, Default)]
pub struct Keymap {
    /// Place, key, and what it does there: nothing where its owner unbound it.
    rows: Vec<(KeyContext, Chord, Option<Action>)>,
    /// Of each place the keys that act there: each frame looks dozens of them up.
    reachable: BTreeMap<KeyContext, Vec<(Chord, Action)>>,
}

impl Keymap {
    /// The table that comes with the program.
    ///
    /// # Errors
    /// Never in a released program: a test reads the same table.
    pub fn standard() -> Result<Self, Diagnostic> {
        Self::default().with(DEFAULT)
    }

    /// The table with an owner's changes: each key named in `text` does what is said there, or nothing (`none`).
    ///
    /// # Errors
    /// The first place, key or action that isn't known, or two spellings of one key; and a question that couldn't be
    /// left any more.
    pub fn with(mut self, text: &str) -> Result<Self, Diagnostic> {
        type Keys = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<String>>>;
        let places: Keys =
            toml::from_str(text).map_err(|e| Diagnostic::at(e.span(), e.message().replace('\n', " ")))?;
        for (place, keys) in places {
            let name = FORMER.iter().find(|row| row.0 == place.get_ref()).map_or(place.get_ref().as_str(), |row| row.1);
            let at = KeyContext::named(name).ok_or_else(|| Diagnostic {
                nearest: suggest(place.get_ref(), KeyContext::ALL.iter().map(|place| place.word())),
                ..Diagnostic::at(place.span(), format!("`{}` is no place", place.get_ref()))
            })?;
            let mut changed: Vec<Chord> = Vec::new();
            for (key, action) in keys {
                let chord = Chord::parse(key.get_ref()).ok_or_else(|| Diagnostic {
                    nearest: suggest(key.get_ref(), NAMES.iter().map(|row| row.0)),
                    ..Diagnostic::at(key.span(), format!("`{}` is no key", key.get_ref()))
                })?;
                if changed.contains(&chord) {
                    return Err(Diagnostic::at(
                        key.span(),
                        format!("`{}` stands there twice, in two spellings", key.get_ref()),
                    ));
                }
                changed.push(chord);
                self.rows.retain(|row| !(row.0 == at && row.1 == chord));
                let action = match action.get_ref().as_str() {
                    // In a place that would inherit the key from everywhere, nothing has to be said aloud.
                    "none" => None,
                    word => Some(Action::named(word).ok_or_else(|| Diagnostic {
                        nearest: suggest(word, Action::names().chain(["none"])),
                        ..Diagnostic::at(action.span(), format!("`{word}` is no action"))
                    })?),
                };
                self.rows.push((at, chord, action));
            }
        }
        self.reachable = KeyContext::ALL.iter().map(|place| (*place, self.resolve(*place).collect())).collect();
        let questions = KeyContext::ALL.iter().filter(|place| place.is_closed()).map(|place| (*place, Action::Cancel));
        for (place, action) in questions.chain([(KeyContext::People, Action::Quit)]) {
            if !self.reachable(place).any(|(_, other)| other == action) {
                let what = format!("no key is left in {} for: {}", place.word(), action.help());
                return Err(Diagnostic::at(None, what));
            }
        }
        Ok(self)
    }

    /// What a key does in a place.
    pub fn action(&self, place: KeyContext, chord: Chord) -> Option<Action> {
        self.reachable(place).find(|(other, _)| *other == chord).map(|(_, action)| action)
    }

    /// The keys of a place, its own before those of everywhere. A key of its own that does nothing hides the other.
    pub fn reachable(&self, place: KeyContext) -> impl Iterator<Item = (Chord, Action)> {
        self.reachable.get(&place).into_iter().flatten().copied()
    }

    fn resolve(&self, place: KeyContext) -> impl Iterator<Item = (Chord, Action)> {
        let own = self.rows.iter().filter(move |row| row.0 == place);
        let shared = self.rows.iter().filter(move |row| row.0 == KeyContext::Everywhere && !place.is_closed());
        let shared = shared.filter(move |row| !self.rows.iter().any(|own| own.0 == place && own.1 == row.1));
        own.chain(shared).filter_map(|row| Some((row.1, row.2?)))
    }

    /// The keys of a place alone, without those of everywhere.
    pub fn own(&self, place: KeyContext) -> impl Iterator<Item = (Chord, Action)> {
        self.rows.iter().filter(move |row| row.0 == place).filter_map(|row| Some((row.1, row.2?)))
    }

    /// The first key of an action, in this place or else, for an action of other places, in the first that has one.
    pub fn hint(&self, place: KeyContext, action: Action) -> Option<String> {
        let others = KeyContext::ALL.iter().copied().filter(|_| !action.spec().contexts.contains(&place));
        let places = std::iter::once(place).chain(others);
        let keys = places.map(|place| self.keys(place, action)).find(|keys| !keys.is_empty())?;
        keys.split(' ').next().map(str::to_owned)
    }

    /// The keys of an action in a place, as they are written on the screen.
    pub fn keys(&self, place: KeyContext, action: Action) -> String {
        let own = self.reachable(place).filter(|(_, other)| *other == action);
        let mut keys: Vec<String> = own.map(|(chord, _)| chord.label()).collect();
        // A letter is quicker to read and to press than a name.
        keys.sort_by_key(|key| (key.starts_with('^'), key.starts_with('F'), key.chars().count()));
        keys.join(" ")
    }
}

#[cfg(test)]
mod tests;
