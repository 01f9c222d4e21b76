//! Choosing an action by its name: everything that can be done in this place, bound to a key or not.

use tui_input::Input;

use crate::screens::action::Action;
use crate::screens::dialog::state::Prompt;
use crate::screens::keymap::Keymap;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// What can be done in the place that has the focus, in the order of the table.
#[must_use]
pub fn here(state: &State) -> Vec<Action> {
    // What its owner has unbound can still be done by its name.
    let standard = Keymap::standard().unwrap_or_default();
    let is_here = |action: &Action| {
        let by_key = |keymap: &Keymap| keymap.reachable(state.focus).any(|(_, other)| other == *action);
        action.word().is_some() && *action != Action::Palette && (by_key(&standard) || by_key(&state.keymap))
    };
    Action::all().filter(is_here).collect()
}

/// Opens it.
pub fn open(state: &mut State) -> Vec<Effect> {
    let actions = here(state);
    crate::screens::perform::ask(state, Prompt::Palette { filter: Input::default(), actions, at: 0 })
}

/// The actions whose name or line holds the text, in the order of the table.
#[must_use]
pub fn fitting(actions: &[Action], text: &str) -> Vec<Action> {
    let wanted = text.trim().to_lowercase();
    let fits = |action: &&Action| {
        action.name().replace('_', " ").contains(&wanted) || action.help().to_lowercase().contains(&wanted)
    };
    let mut fitting: Vec<Action> = actions.iter().filter(fits).copied().collect();
    // A name that begins so is meant before a line that mentions it.
    fitting.sort_by_key(|action| !action.name().starts_with(&wanted));
    fitting
}
