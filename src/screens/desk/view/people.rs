//! The search pane: the text field and the people that fit it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr as _;

use crate::domain::Account;
use crate::domain::Lock;
use crate::domain::Person;
use crate::flow::search::Progress;
use crate::screens::KeyContext;
use crate::screens::State;

use crate::widgets::format::Severity;
use crate::widgets::pane;
use crate::widgets::text_width::cut;
use crate::widgets::text_width::fit;
use crate::widgets::text_width::put;
use crate::widgets::theme::Appearance;

pub fn draw(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let has_focus = matches!(state.focus, KeyContext::Query | KeyContext::People);
    let inside = pane::frame(buffer, look, area, "Search", "", has_focus);
    if inside.is_empty() {
        return None;
    }
    // The count stands in the line of the text, which changes with it anyway.
    let counts = counts(state);
    let width = u16::try_from(counts.width()).unwrap_or(0);
    let typed = Rect::new(inside.x, inside.y, inside.width.saturating_sub(width + 1), 1);
    let cursor = field(state, look, buffer, typed);
    put(buffer, typed.right(), inside.y, &counts, width, look.theme.muted);
    let rows = Rect::new(inside.x, inside.y + 1, inside.width, inside.height.saturating_sub(1));
    if state.desk.rows.is_empty() {
        empty(state, look, buffer, rows);
    }
    for (n, person) in state.desk.rows.iter().skip(state.desk.top).take(usize::from(rows.height)).enumerate() {
        let y = rows.y + u16::try_from(n).unwrap_or(0);
        row(state, look, buffer, Rect::new(rows.x, y, rows.width, 1), person);
    }
    cursor
}

fn counts(state: &State) -> String {
    let search = &state.desk.search;
    if search.is_pending() {
        // Who answers at once was not waited for.
        return if state.is_slow() { "asking".to_owned() } else { String::new() };
    }
    let shown = state.desk.rows.len();
    match search.total() {
        Some(total) if search.has_more() => format!("{shown} of {total}"),
        _ if search.has_more() => format!("{shown} and more"),
        _ => shown.to_string(),
    }
}

fn field(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let is_typing = state.focus == KeyContext::Query;
    let style = if is_typing { look.theme.plain } else { look.theme.muted };
    let x = put(buffer, area.x, area.y, "> ", area.width, style);
    let room = area.right().saturating_sub(x + 1);
    let input = &state.desk.query;
    if input.value().is_empty() && !is_typing {
        put(buffer, x, area.y, "press / to type a name", room, look.theme.muted);
        return None;
    }
    let scroll = input.visual_scroll(usize::from(room));
    let shown: String = skip_cells(input.value(), scroll);
    put(buffer, x, area.y, &shown, room, style);
    let column = u16::try_from(input.visual_cursor().saturating_sub(scroll)).unwrap_or(0);
    is_typing.then(|| Position::new((x + column).min(area.right().saturating_sub(1)), area.y))
}

fn skip_cells(text: &str, cells: usize) -> String {
    let mut skipped = 0;
    text.chars()
        .skip_while(|c| {
            let skips = skipped < cells;
            skipped += c.to_string().width();
            skips
        })
        .collect()
}

fn empty(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) {
    let failed = state.providers.iter().find_map(|row| match state.desk.search.progress(&row.name) {
        Progress::Failed(problem) => Some((row.name.clone(), problem.clone())),
        _ => None,
    });
    let words = match failed {
        Some((name, problem)) => format!("{name}: {}", problem.line()),
        None if state.desk.search.is_pending() => "asking the providers".to_owned(),
        None if state.desk.query.value().trim().is_empty() => "the providers know nobody".to_owned(),
        None if state.desk.search.has_more() => "too many to list them all: type more of the name".to_owned(),
        None => "nobody matches; check the spelling, or try the e-mail address".to_owned(),
    };
    for (n, line) in
        crate::widgets::text_width::wrap(&words, usize::from(area.width.saturating_sub(2))).iter().enumerate()
    {
        let y = area.y + u16::try_from(n).unwrap_or(0);
        if y < area.bottom() {
            put(buffer, area.x + 2, y, line, area.width.saturating_sub(2), look.theme.muted);
        }
    }
}

fn row(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect, person: &Person) {
    let is_selected = state.desk.selected.as_ref().is_some_and(|key| person.accounts.contains(key));
    let accounts: Vec<&Account> = person.accounts.iter().filter_map(|key| state.desk.board.get(key)).collect();
    let username = accounts.first().map(|account| account.username.cell()).unwrap_or_default();
    let (sign, words, tone) = summary(&accounts, look);
    let room = usize::from(area.width.saturating_sub(2));
    let state_width = 14.min(room / 3);
    let name_width = ((room - state_width) * 11 / 20).min(30);
    let user_width = room.saturating_sub(state_width + name_width + 2);
    let is_marked = person.accounts.iter().any(|key| state.marks.contains(key));
    let marker = match (is_selected, is_marked) {
        (true, _) => look.glyphs.marker,
        (false, true) => "+",
        (false, false) => " ",
    };
    let x = put(buffer, area.x, area.y, marker, 1, look.theme.plain) + 1;
    // Only the name is reversed: fewer bytes for each move, and the state keeps its colour.
    let name = cut(&person.name.cell(), name_width, look.glyphs.ellipsis);
    put(buffer, x, area.y, &name, area.width, if is_selected { look.theme.selected } else { look.theme.plain });
    let x = x + u16::try_from(name_width + 1).unwrap_or(0);
    put(buffer, x, area.y, &fit(&username, user_width, look.glyphs.ellipsis), area.width, look.theme.plain);
    let x = x + u16::try_from(user_width + 1).unwrap_or(0);
    // Nothing stands where nothing is known yet: a listing doesn't tell, and the word would only hide those that do.
    if tone != Severity::Muted || accounts.iter().all(|account| !account.is_unread()) {
        put(buffer, x, area.y, &format!("{sign} {words}"), area.right().saturating_sub(x), look.tone(tone));
    }
}

/// The state of a person in a word: the worst of the accounts.
pub fn summary(accounts: &[&Account], look: &Appearance) -> (&'static str, String, Severity) {
    let locked = accounts.iter().filter(|account| account.lock.is_locked()).count();
    if locked > 1 {
        return (look.glyphs.locked, format!("{locked} locked"), Severity::Danger);
    }
    // Who is open wherever somebody tells is open; but not while an account is still to be read.
    let rank = |account: &Account| match (&account.lock, crate::widgets::format::state(account, look.glyphs).2) {
        (_, Severity::Danger) => 4,
        (_, Severity::Warning) => 3,
        (Lock::Unknown { .. }, _) => 2,
        (_, Severity::Success) => 1,
        (_, Severity::Muted) => 0,
    };
    let worst = accounts
        .iter()
        .max_by_key(|account| rank(account))
        .map(|account| crate::widgets::format::state(account, look.glyphs));
    worst.map_or((look.glyphs.none, String::new(), Severity::Muted), |(sign, word, tone)| (sign, word.to_owned(), tone))
}
