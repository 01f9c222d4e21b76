//! What is looked through, narrowed by a text: an account's details, the actions, the keys.

use tui_input::Input;

use crate::app::{Action, Place, State, acts};
use crate::domain::AccountKey;

use super::Content;
use crate::view::cells::{cut, fit};
use crate::view::theme::Look;

pub fn details<'a>(state: &State, key: &AccountKey, filter: &'a Input, top: usize, look: &Look) -> Content<'a> {
    let account = state.desk.board.get(key);
    let all = account.map(|account| acts::details::lines(account, &state.session.zone, filter.value()));
    let all = all.unwrap_or_default();
    let style = |is_heading: bool| if is_heading { look.theme.key } else { look.theme.plain };
    // The account may have been read anew, and have fewer lines.
    let top = top.min(all.len().saturating_sub(1));
    let lines = all.into_iter().skip(top).map(|(is_heading, line)| (line, style(is_heading))).collect();
    Content { title: "Account details", lines, field: Some(("filter", filter)), place: Place::Help }
}

pub fn palette<'a>(state: &State, filter: &'a Input, actions: &[Action], at: usize, look: &Look) -> Content<'a> {
    let fitting = acts::palette::fitting(actions, filter.value());
    // The chosen one is always among those that fit.
    let lines = fitting.iter().enumerate().skip(at.saturating_sub(8)).map(|(n, action)| {
        let marker = if n == at { look.signs.marker } else { " " };
        let why = acts::availability(state, *action).err().map(|why| format!(" ({why})")).unwrap_or_default();
        let keys = state.keymap.keys(state.focus, *action);
        let key = keys.split(' ').next().unwrap_or_default();
        let line = format!(
            "{marker} {} {} {}{why}",
            fit(key, 5, ""),
            fit(&action.name().replace('_', " "), 12, ""),
            action.help()
        );
        let style = match (n == at, why.is_empty()) {
            (true, _) => look.theme.key,
            (false, true) => look.theme.plain,
            (false, false) => look.theme.quiet,
        };
        (cut(&line, 70, look.signs.ellipsis), style)
    });
    Content { title: "Actions", lines: lines.collect(), field: Some(("action", filter)), place: Place::Palette }
}

pub fn help<'a>(state: &State, filter: &'a Input, place: Place, top: usize, look: &Look) -> Content<'a> {
    let lines = acts::help::lines(&state.keymap, place, filter.value());
    let lines = lines.into_iter().skip(top);
    let lines = lines
        .map(|(keys, help)| (format!("{} {help}", fit(&keys, 14, look.signs.ellipsis)), look.theme.plain))
        .collect();
    Content { title: "Keys", lines, field: Some(("filter", filter)), place: Place::Help }
}
