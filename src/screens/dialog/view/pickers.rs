//! What is looked through: an account's details, the actions, the keys, narrowed by a text; and the accounts that one is
//! chosen of.

use crate::bulk::Candidate;
use crate::domain::{AccountKey, in_words};
use crate::screens::{Action, KeyContext, State};

use crate::screens::action::availability;
use crate::screens::dialog::view::Content;
use crate::screens::dialog::{account_details, help, palette};
use crate::widgets::Appearance;
use crate::widgets::format::since_until;
use crate::widgets::text_width::{cells, fit};

/// Where an action's line begins in the palette.
pub const PALETTE: usize = 21;
/// Where a fact's value begins in the details.
pub const LABEL: usize = 24;

pub fn details(state: &State, key: &AccountKey, filter: &str, look: &Appearance) -> Content {
    let account = state.desk.cache.get(key);
    let lines = account.map(|account| account_details::lines(account, &state.session.zone, filter)).unwrap_or_default();
    let lines = lines.into_iter().map(|(is_head, line)| (is_head, aligned(&line, is_head)));
    headed("Account details", lines, look)
}

pub fn help(state: &State, filter: &str, place: KeyContext, look: &Appearance) -> Content {
    headed("Keys", help::lines(&state.keymap, place, look.glyphs, filter), look)
}

/// Lines under heads.
fn headed(title: &'static str, lines: impl IntoIterator<Item = (bool, String)>, look: &Appearance) -> Content {
    let style = |is_head: bool| if is_head { look.theme.key } else { look.theme.plain };
    let lines = lines.into_iter().map(|(is_head, line)| (line, style(is_head))).collect();
    Content { title, lines, chosen: None }
}

/// A fact with its value in a column of its own.
fn aligned(line: &str, is_heading: bool) -> String {
    match line.split_once(": ") {
        Some((label, value)) if !is_heading && cells(label) < LABEL - 1 => format!("{}{value}", fit(label, LABEL, "")),
        _ => line.to_owned(),
    }
}

pub fn palette(state: &State, filter: &str, actions: &[Action], at: usize, look: &Appearance) -> Content {
    let fitting = palette::fitting(actions, filter);
    // The chosen one is always among those that fit.
    let lines = fitting.iter().enumerate().map(|(n, action)| {
        let marker = if n == at { look.glyphs.marker } else { " " };
        let why = availability(state, *action).err().map(|why| format!(" ({why})")).unwrap_or_default();
        let keys = state.keymap.keys(state.focus, *action);
        let key = keys.split(' ').next().unwrap_or_default();
        let line = format!(
            "{marker} {} {} {}{why}",
            fit(key, 5, ""),
            fit(&in_words(action.name()), 12, ""),
            state.with_keys(action.help())
        );
        let style = match (n == at, why.is_empty()) {
            (true, _) => look.theme.key,
            (false, true) => look.theme.plain,
            (false, false) => look.theme.muted,
        };
        (line, style)
    });
    Content { title: "Actions", lines: lines.collect(), chosen: Some((at, at)) }
}

/// Which account does a row of a list mean?
pub fn choose(candidates: &[Candidate], at: usize, look: &Appearance) -> Content {
    let rows = candidates.iter().map(|one| (one.label.cell(), format!("{} {}", one.key.provider, one.key.id.cell())));
    one_of("Which account is meant?", rows, at, look)
}

/// Which of the locked accounts is to be unlocked?
pub fn which(state: &State, keys: &[AccountKey], at: usize, look: &Appearance) -> Content {
    let rows = keys.iter().map(|key| {
        let account = state.desk.cache.get(key);
        let name = account.map_or_else(String::new, |account| account.username.cell());
        let since = account.map(|account| since_until(account, state.now.wall, &state.session.zone).0);
        (format!("{} {name} {}", key.provider, since.unwrap_or_default()), format!("id {}", key.id.cell()))
    });
    one_of("Which of the locked accounts?", rows, at, look)
}

/// Two lines to each.
fn one_of(title: &'static str, rows: impl Iterator<Item = (String, String)>, at: usize, look: &Appearance) -> Content {
    let lines = rows.enumerate().flat_map(|(n, (who, which))| {
        let marker = if n == at { look.glyphs.marker } else { " " };
        let style = if n == at { look.theme.selected } else { look.theme.plain };
        [(format!("{marker} {} {who}", n + 1), style), (format!("    {which}"), look.theme.plain)]
    });
    let chosen = Some((2 * at, 2 * at + 1));
    Content { title, lines: lines.collect(), chosen }
}
