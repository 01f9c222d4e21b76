//! Provider status: one row per account of the person, the facts of the selected one, and how each provider is doing.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr as _;

use crate::domain::Account;
use crate::domain::Lock;
use crate::domain::Untrusted;
use crate::screens::KeyContext;
use crate::screens::ProviderRow;
use crate::screens::State;

use crate::widgets::format::clock_seconds;
use crate::widgets::format::since_until;
use crate::widgets::pane;
use crate::widgets::text_width::cut;
use crate::widgets::text_width::fit;
use crate::widgets::text_width::put;
use crate::widgets::text_width::wrap;
use crate::widgets::theme::Appearance;

/// ListState of details that matter more than how a healthy provider is doing.
const DETAILS: usize = 4;

pub fn draw(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) {
    let person = state.desk.person();
    let accounts = state.desk.accounts();
    let email = accounts.iter().find_map(|account| account.email.as_ref());
    let title = match &person {
        Some(person) => {
            let parts = ["Provider status".to_owned(), person.name.cell()].into_iter();
            let parts: Vec<String> = parts.chain(email.map(Untrusted::cell)).collect();
            parts.join(&format!(" {} ", look.glyphs.dot))
        }
        None => "Provider status".to_owned(),
    };
    let watched = state.watch.as_ref().map(|watch| format!("watching {}", watch.key().provider)).unwrap_or_default();
    let room = if watched.is_empty() { pane::room(area) } else { pane::room_beside(area, &watched) };
    let is_cut = title.width() > room;
    let title = cut(&title, room, look.glyphs.ellipsis);
    let inside = pane::frame(buffer, look, area, &title, &watched, state.focus == KeyContext::Status);
    if inside.is_empty() {
        return;
    }
    let room = usize::from(inside.height).saturating_sub(accounts.len() + DETAILS);
    let health_lines = health(state, look, room);
    let health = u16::try_from(health_lines.len()).unwrap_or(1).min(inside.height.saturating_sub(1));
    let mut lines: Vec<(String, Style)> = Vec::new();
    let width = usize::from(inside.width.saturating_sub(3));
    let mut y = inside.y;
    let bottom = inside.bottom() - health;
    // The selected one is always among those that fit.
    let rows = usize::from(bottom.saturating_sub(y)).max(1);
    let selected = accounts.iter().position(|account| state.desk.account.as_ref() == Some(&account.key)).unwrap_or(0);
    for account in accounts.iter().skip((selected + 1).saturating_sub(rows)) {
        if y >= bottom {
            break;
        }
        row(state, look, buffer, Rect::new(inside.x, y, inside.width, 1), account);
        y += 1;
    }
    match state.desk.selected_account() {
        Some(account) => {
            let titled = email.filter(|_| !is_cut);
            let room = usize::from(bottom.saturating_sub(y));
            lines.extend(crate::screens::desk::view::account_facts::lines(state, look, account, titled, (width, room)));
        }
        None if person.is_none() => {
            lines.push(("type a name, choose a person, press Enter".to_owned(), look.theme.muted));
        }
        None => lines.push(("choose an account with Up and Down".to_owned(), look.theme.muted)),
    }
    if let Some(person) = &person {
        lines.extend(crate::screens::desk::view::account_facts::joined(person).map(|text| (text, look.theme.muted)));
    }
    'lines: for (text, style) in lines {
        for line in wrap(&text, width) {
            if y >= bottom {
                break 'lines;
            }
            put(buffer, inside.x + 2, y, &line, inside.width.saturating_sub(2), style);
            y += 1;
        }
    }
    for (n, (text, style)) in health_lines.iter().take(usize::from(health)).enumerate() {
        let y = bottom + u16::try_from(n).unwrap_or(0);
        put(buffer, inside.x + 2, y, &cut(text, width, look.glyphs.ellipsis), inside.width.saturating_sub(2), *style);
    }
}

/// How the providers are doing: a line each where there is room, else one line for all who are well.
fn health(state: &State, look: &Appearance, room: usize) -> Vec<(String, Style)> {
    if state.providers.len() <= room.max(1) {
        return state.providers.iter().map(|provider| provider_health(state, look, provider)).collect();
    }
    let (ill, well): (Vec<&ProviderRow>, Vec<&ProviderRow>) =
        state.providers.iter().partition(|provider| provider.health.problem.is_some());
    let short = |provider: &&ProviderRow| match provider.health.latency {
        Some(latency) => format!("{} {} ms", provider.name, latency.as_millis()),
        None => format!("{} asking", provider.name),
    };
    let dot = format!(" {} ", look.glyphs.dot);
    let mut lines: Vec<(String, Style)> = ill.iter().map(|provider| provider_health(state, look, provider)).collect();
    if !well.is_empty() {
        lines.push((well.iter().map(short).collect::<Vec<_>>().join(&dot), look.theme.muted));
    }
    lines
}

fn row(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect, account: &Account) {
    let is_selected = state.desk.account.as_ref() == Some(&account.key);
    let (sign, word, tone) = crate::widgets::format::state(account, look.glyphs);
    let word = if account.is_unread() && state.desk.reading.contains(&account.key) { "reading" } else { word };
    // Side by side there is room for the times, but not for the words around them.
    let is_narrow = area.width < 60;
    let (mut since, mut until) = since_until(account, state.now.wall, &state.session.zone);
    if is_narrow {
        since = since.replace("since ", "");
        until = until.replace(" unlocks", "");
    }
    let as_of = format!("as of {}", clock_seconds(account.as_of, &state.session.zone));
    let stale = if state.desk.is_stale(&account.key, state.now.mono) { " stale" } else { "" };
    let marker = if is_selected { look.glyphs.marker } else { " " };
    let x = put(buffer, area.x, area.y, marker, 1, look.theme.plain) + 1;
    let name = cut(account.key.provider.as_str(), 10, look.glyphs.ellipsis);
    put(buffer, x, area.y, &name, 10, if is_selected { look.theme.selected } else { look.theme.plain });
    // A longer word takes its room from the next column.
    let word_width = word.chars().count().max(9);
    let x = put(buffer, x + 11, area.y, &format!("{sign} {}", fit(word, word_width, "")), area.width, look.tone(tone));
    let bad = match account.bad_logins.count {
        None if account.lock == Lock::NotReported => "no count".to_owned(),
        None if !account.is_read() => "not read".to_owned(),
        _ => account.bad_logins.words(),
    };
    let bad = fit(&bad, (if is_narrow { 20 } else { 22 }) - word_width.min(15), look.glyphs.ellipsis);
    let rest = if account.lock.is_locked() {
        [bad, stale.trim().to_owned(), since, until]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("  ")
    } else if account.is_read() {
        [bad, format!("{as_of}{stale}")].join("  ")
    } else if state.desk.reading.contains(&account.key) && !account.is_unread() {
        "reading".to_owned()
    } else {
        String::new()
    };
    let room = area.right().saturating_sub(x + 1);
    put(buffer, x + 1, area.y, &cut(&rest, usize::from(room), look.glyphs.ellipsis), room, look.theme.plain);
}

fn provider_health(state: &State, look: &Appearance, provider: &ProviderRow) -> (String, Style) {
    let health = &provider.health;
    let name = fit(provider.name.as_str(), 10, look.glyphs.ellipsis);
    if let Some(problem) = &health.problem {
        return (format!("{name} {} {}", look.glyphs.unknown, problem.line()), look.theme.warning);
    }
    // As a column, so that one digit more moves nothing.
    let mut parts: Vec<String> = health.latency.map(|took| format!("{:>4} ms", took.as_millis())).into_iter().collect();
    parts.push(match health.reachable {
        Some(true) => "reachable".to_owned(),
        Some(false) => "not reachable".to_owned(),
        None if health.in_flight > 0 || state.desk.search.is_pending() => "asking".to_owned(),
        // Where only the map of Macs knows people, a search asks nobody.
        None => "not asked yet".to_owned(),
    });
    parts.extend(health.token_until.map(|until| {
        format!("token until {}", crate::widgets::format::clock(until, state.now.wall, &state.session.zone))
    }));
    parts.extend(health.budget.map(|budget| format!("{budget} requests left")));
    (format!("{name} {}", parts.join(&format!(" {} ", look.glyphs.dot))), look.theme.muted)
}
