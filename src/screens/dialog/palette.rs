//! Choosing an action by its name: everything that can be done in this place, bound to a key or not.

use tui_input::Input;

use crate::domain::in_words;
use crate::screens::action::Action;
use crate::screens::dialog::state::Prompt;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// What can be done in the place that has the focus, bound to a key or not, in the order of the table.
pub fn here(state: &State) -> Vec<Action> {
    Action::all().filter(|action| action.spec().contexts.contains(&state.focus)).collect()
}

/// Opens it.
pub fn open(state: &mut State) -> Vec<Effect> {
    let actions = here(state);
    state.ask(Prompt::Palette(actions), Some(Input::default()))
}

/// The actions whose name or line holds the text, in the order of the table.
pub fn fitting(actions: &[Action], text: &str) -> Vec<Action> {
    let wanted = text.trim().to_lowercase();
    let fits =
        |action: &&Action| in_words(action.name()).contains(&wanted) || action.help().to_lowercase().contains(&wanted);
    let mut fitting: Vec<Action> = actions.iter().filter(fits).copied().collect();
    // A name that begins so is meant before a line that mentions it.
    fitting.sort_by_key(|action| !action.name().starts_with(&wanted));
    fitting
}
