//! The search pane: the text field and the people that fit it.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::domain::{Account, Lock, Person, ProviderName};
use crate::flow::search::SearchProgress;
use crate::screens::locked::state::is_on_purpose;
use crate::screens::{Action, KeyContext, State};
use crate::widgets::Appearance;
use crate::widgets::columns::Column;
use crate::widgets::data_table::{DataRow, DataTable, TableCell};
use crate::widgets::format::{self, Severity};
use crate::widgets::pane::{PaneTitle, pane, scrollbar};
use crate::widgets::text_width::{cells, cut, scrolled};

const COLUMNS: [Column; 3] = [Column::name("NAME", 8, 0), Column::name("USER", 5, 1), Column::fact("STATE", 8, 0)];

/// Draws it.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
    let has_focus = matches!(state.focus, KeyContext::Query | KeyContext::People);
    let inside = pane(frame, appearance, area, &PaneTitle::new("Search", "", has_focus));
    if inside.is_empty() {
        return;
    }
    let [top, rows] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inside);
    // The count stands in the line of the text, which changes with it anyway.
    let counts = counts(state);
    let width = u16::try_from(cells(&counts)).unwrap_or(0);
    let [typed, count] = Layout::horizontal([Constraint::Min(0), Constraint::Length(width)]).spacing(1).areas(top);
    field(frame, state, appearance, typed);
    frame.render_widget(Span::styled(counts, appearance.theme.muted), count);
    if state.desk.rows.is_empty() {
        let text =
            Paragraph::new(state.with_keys(&empty(state))).style(appearance.theme.muted).wrap(Wrap { trim: true });
        frame.render_widget(text, Rect { x: rows.x + 2, width: rows.width.saturating_sub(3), ..rows });
        return;
    }
    let page = usize::from(rows.height.saturating_sub(1)).max(1);
    let visible = state.desk.rows.iter().skip(state.desk.top).take(page);
    let table = DataTable::new(&COLUMNS, visible.map(|person| row(state, appearance, person)).collect(), appearance)
        .selected(state.desk.position().and_then(|at| at.checked_sub(state.desk.top)))
        .sorted_by(state.desk.sort.map(|column| (column, false)))
        .with_marks()
        .usually(usual_widths(rows.width));
    frame.render_widget(table, rows);
    let list = Rect { y: rows.y + 1, height: rows.height.saturating_sub(1), ..rows };
    // While a name is typed it would be drawn anew with each letter; how many there are stands beside the field.
    if state.focus == KeyContext::People {
        scrollbar(frame, appearance, list, (state.desk.top, page, state.desk.rows.len()));
    }
}

/// As long as names are ordinary, columns stand where they stood with the last letter.
fn usual_widths(width: u16) -> Vec<u16> {
    let (lead, gaps, state) = (3, 2, 12);
    let room = width.saturating_sub(lead + gaps + state).min(48);
    let name = (room * 11 / 20).max(room.saturating_sub(14).min(15));
    if room < 20 { Vec::new() } else { vec![name, room - name, state] }
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
        _ if search.has_more() => format!("{shown}+"),
        _ => shown.to_string(),
    }
}

fn field(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
    let theme = &appearance.theme;
    let is_typing = state.focus == KeyContext::Query;
    let style = if is_typing { theme.plain } else { theme.muted };
    let input = &state.desk.query;
    let room = usize::from(area.width.saturating_sub(3));
    let (typed, column) = scrolled(input, room);
    let (text, style_of_text) = if !input.value().is_empty() {
        // What the next letter takes the place of stands there selected.
        let is_old = is_typing && state.desk.is_query_old;
        (typed, if is_old { style.add_modifier(Modifier::REVERSED) } else { style })
    } else if is_typing {
        // While nothing is typed, these are no letters of a name.
        let hint = |action, word| state.keymap.hint(KeyContext::People, action).map(|key| format!("{key} {word}"));
        let hints = [hint(Action::Help, "help"), hint(Action::Palette, "actions")].into_iter().flatten();
        let hints = std::iter::once("type a name".to_owned()).chain(hints).collect::<Vec<_>>().join("   ");
        (cut(&hints, room, ""), theme.muted)
    } else {
        (state.with_keys("{key:search} types a name"), theme.muted)
    };
    frame.render_widget(Line::from(vec![Span::styled("> ", style), Span::styled(text, style_of_text)]), area);
    if is_typing {
        let x = (area.x + 2).saturating_add(column).min(area.right().saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y));
    }
}

fn empty(state: &State) -> String {
    let failed = state.providers.iter().find_map(|row| match state.desk.search.progress(&row.name) {
        SearchProgress::Failed(problem) => Some((row.name.clone(), problem.clone())),
        _ => None,
    });
    match failed {
        Some((name, problem)) => format!("{name}: {}", problem.line()),
        None if state.desk.search.is_pending() || !state.desk.search.was_asked() => "asking the systems".to_owned(),
        None if state.desk.query.value().trim().is_empty() => "the systems know nobody".to_owned(),
        None if state.desk.search.has_more() => "too many to list them all: type more of the name".to_owned(),
        None => "nobody matches; check the spelling, or try the e-mail address".to_owned(),
    }
}

fn row(state: &State, appearance: &Appearance, person: &Person) -> DataRow {
    let theme = &appearance.theme;
    let first = person.accounts.iter().find_map(|key| state.desk.cache.get(key));
    let username = first.map(|account| account.username.cell()).unwrap_or_default();
    let (words, severity) = summary(state, person, appearance);
    // Where nothing is known, or somebody is still to answer, a dash says so: as a word it would hide the others.
    let (words, severity) = match severity {
        Severity::Muted => (appearance.glyphs.none.to_owned(), severity),
        Severity::Success if state.desk.search.is_pending() => (appearance.glyphs.none.to_owned(), Severity::Muted),
        _ => (words, severity),
    };
    let mark = if state.marks.has(&person.accounts) { "+" } else { " " };
    DataRow::new(vec![
        TableCell::new(person.name.cell(), theme.plain),
        TableCell::new(username, theme.plain),
        TableCell::new(words, appearance.tone(severity)),
    ])
    .marked(mark)
}

/// The state of a person in a word: the worst of the accounts; with a `?` where a system couldn't be read.
pub fn summary(state: &State, person: &Person, appearance: &Appearance) -> (String, Severity) {
    let glyphs = appearance.glyphs;
    let known = || person.accounts.iter().filter_map(|key| state.desk.cache.get(key));
    let beside = if state.desk.unread_systems(person).next().is_some() { " ?" } else { "" };
    let locked: Vec<&Account> = known().filter(|account| account.lock.is_locked()).collect();
    if locked.len() > 1 {
        return if is_on_purpose(locked.iter().copied()) {
            (format!("{} on purpose{beside}", glyphs.on_purpose), Severity::Warning)
        } else {
            (format!("{} {} locked{beside}", glyphs.locked, locked.len()), Severity::Danger)
        };
    }
    // Who is open wherever somebody tells is open; but not while an account is still to be read.
    let rank = |account: &&Account| match (&account.lock, format::state(account, glyphs).2) {
        (_, Severity::Danger) => 5,
        (Lock::Locked { .. }, _) => 4,
        (_, Severity::Warning) => 3,
        (Lock::Unknown { .. }, _) => 2,
        (_, Severity::Success) => 1,
        (_, Severity::Muted) => 0,
    };
    let Some(worst) = known().max_by_key(rank) else {
        return (format!("{} not read{beside}", glyphs.none), Severity::Muted);
    };
    let (sign, word, severity) = format::state(worst, glyphs);
    let beside = if worst.lock.problem().is_none() { beside } else { "" };
    let severity = if beside.is_empty() { severity } else { severity.max(Severity::Warning) };
    (format!("{sign} {word}{beside}"), severity)
}

/// The state of a person as words, without the shape.
pub fn words(state: &State, person: &Person, appearance: &Appearance) -> String {
    let (words, _) = summary(state, person, appearance);
    let words = words.split_once(' ').map_or(words.as_str(), |(_, words)| words);
    match words.strip_suffix(" ?") {
        Some(known) => {
            let unread: Vec<&str> = state.desk.unread_systems(person).map(ProviderName::as_str).collect();
            format!("{known}; not read: {}", unread.join(", "))
        }
        None => words.to_owned(),
    }
}
