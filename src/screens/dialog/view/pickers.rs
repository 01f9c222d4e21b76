//! What is looked through: an account's details, the actions, the keys, narrowed by a text; and the accounts that one is
//! chosen of.

use tui_input::Input;

use crate::bulk::Candidate;
use crate::domain::AccountKey;
use crate::screens::{Action, KeyContext, State};

use crate::screens::dialog::help::HelpLine;
use crate::screens::dialog::view::Content;
use crate::widgets::Appearance;
use crate::widgets::format::since_until;
use crate::widgets::text_width::{cells, fit};

/// The cells of the keys in the help.
pub const KEYS: usize = 14;
/// Where an action's line begins in the palette.
pub const PALETTE: usize = 21;
/// Where a fact's value begins in the details.
pub const LABEL: usize = 24;

pub fn details<'a>(state: &State, key: &AccountKey, filter: &'a Input, look: &Appearance) -> Content<'a> {
    let account = state.desk.cache.get(key);
    let all = account
        .map(|account| crate::screens::dialog::account_details::lines(account, &state.session.zone, filter.value()));
    let all = all.unwrap_or_default();
    let style = |is_heading: bool| if is_heading { look.theme.key } else { look.theme.plain };
    let lines = all.into_iter().map(|(is_heading, line)| (aligned(&line, is_heading), style(is_heading))).collect();
    Content { title: "Account details", lines, chosen: None, field: Some(("filter", filter)) }
}

/// A fact with its value in a column of its own.
fn aligned(line: &str, is_heading: bool) -> String {
    match line.split_once(": ") {
        Some((label, value)) if !is_heading && cells(label) < LABEL - 1 => format!("{}{value}", fit(label, LABEL, "")),
        _ => line.to_owned(),
    }
}

pub fn palette<'a>(state: &State, filter: &'a Input, actions: &[Action], at: usize, look: &Appearance) -> Content<'a> {
    let fitting = crate::screens::dialog::palette::fitting(actions, filter.value());
    // The chosen one is always among those that fit.
    let lines = fitting.iter().enumerate().map(|(n, action)| {
        let marker = if n == at { look.glyphs.marker } else { " " };
        let why = crate::screens::action::availability(state, *action)
            .err()
            .map(|why| format!(" ({why})"))
            .unwrap_or_default();
        let keys = state.keymap.keys(state.focus, *action);
        let key = keys.split(' ').next().unwrap_or_default();
        let line = format!(
            "{marker} {} {} {}{why}",
            fit(key, 5, ""),
            fit(&action.name().replace('_', " "), 12, ""),
            state.with_keys(action.help())
        );
        let style = match (n == at, why.is_empty()) {
            (true, _) => look.theme.key,
            (false, true) => look.theme.plain,
            (false, false) => look.theme.muted,
        };
        (line, style)
    });
    Content { title: "Actions", lines: lines.collect(), chosen: Some((at, at)), field: Some(("action", filter)) }
}

/// Which account does a row of a list mean?
pub fn choose(candidates: &[Candidate], at: usize, look: &Appearance) -> Content<'static> {
    let rows = candidates.iter().map(|one| (one.label.cell(), format!("{} {}", one.key.provider, one.key.id.cell())));
    one_of("Which account is meant?", rows, at, look)
}

/// Which of the locked accounts is to be unlocked?
pub fn which(state: &State, keys: &[AccountKey], at: usize, look: &Appearance) -> Content<'static> {
    let rows = keys.iter().map(|key| {
        let account = state.desk.cache.get(key);
        let name = account.map_or_else(String::new, |account| account.username.cell());
        let since = account.map(|account| since_until(account, state.now.wall, &state.session.zone).0);
        (format!("{} {name} {}", key.provider, since.unwrap_or_default()), format!("id {}", key.id.cell()))
    });
    one_of("Which of the locked accounts?", rows, at, look)
}

/// Two lines to each.
fn one_of(
    title: &'static str,
    rows: impl Iterator<Item = (String, String)>,
    at: usize,
    look: &Appearance,
) -> Content<'static> {
    let lines = rows.enumerate().flat_map(|(n, (who, which))| {
        let marker = if n == at { look.glyphs.marker } else { " " };
        let style = if n == at { look.theme.selected } else { look.theme.plain };
        [(format!("{marker} {} {who}", n + 1), style), (format!("    {which}"), look.theme.plain)]
    });
    let chosen = Some((2 * at, 2 * at + 1));
    Content { title, lines: lines.collect(), chosen, field: None }
}

pub fn help<'a>(state: &State, filter: &'a Input, place: KeyContext, look: &Appearance) -> Content<'a> {
    let lines = crate::screens::dialog::help::lines(&state.keymap, place, look.glyphs, filter.value());
    let lines = lines
        .into_iter()
        .map(|line| match line {
            HelpLine::Head(head) => (head.to_owned(), look.theme.key),
            HelpLine::Row(keys, words) => {
                (format!("{} {words}", fit(&keys, KEYS, look.glyphs.ellipsis)), look.theme.plain)
            }
        })
        .collect();
    Content { title: "Keys", lines, chosen: None, field: Some(("filter", filter)) }
}
