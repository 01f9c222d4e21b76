//! Questions, in a box over the rest.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget as _};
use tui_input::Input;

use std::collections::BTreeMap;

use crate::app::dialog::{Ask, Confirm, Dialog};
use crate::app::{Action, Place, State, acts};
use crate::bulk::Candidate;
use crate::bulk::plan::Verdict;
use crate::domain::{AccountKey, Cause, Lock, Untrusted};
use crate::flow::unlock::lock_words;
use crate::policy::Verification;

use super::Drawn;
use super::cells::{cut, fit, put, wrap};
use super::pane;
use super::theme::Look;
use super::words::{clock_seconds, since_until};

/// A box's text, its field, and its keys.
struct Content<'a> {
    title: &'static str,
    lines: Vec<(String, Style)>,
    field: Option<(&'static str, &'a Input)>,
    place: Place,
}

pub fn draw(state: &State, dialog: &Dialog, look: &Look, buffer: &mut Buffer, screen: Rect) -> Drawn {
    show(state, content(state, dialog, look), look, buffer, screen)
}

/// The question as lines.
pub fn lines(state: &State, dialog: &Dialog, look: &Look) -> Vec<String> {
    let content = content(state, dialog, look);
    std::iter::once(content.title.to_owned()).chain(content.lines.into_iter().map(|(line, _)| line)).collect()
}

fn content<'a>(state: &State, dialog: &'a Dialog, look: &Look) -> Content<'a> {
    match &dialog.ask {
        Ask::Unlock(confirm) => unlock(state, confirm, look),
        Ask::Everywhere { keys, person } => everywhere(state, keys, person, look),
        Ask::OpenList(input) => file(
            input,
            "Open a list",
            "The file: CSV or TSV with a head line, JSON lines, or one name to a line.",
            look,
        ),
        Ask::SaveList(input) => file(input, "Save the list", "A new file for the rows that are kept.", look),
        Ask::NewList => plain("Begin a new list?", "This list is neither run to its end nor saved: s saves it.", look),
        Ask::GoOn { typed } => go_on(state, typed.as_ref(), look),
        Ask::Choose { candidates, at, .. } => choose(candidates, *at, look),
        Ask::Bulk { typed } => bulk(state, typed.as_ref(), look),
        Ask::Ticket { input, then } => ticket(state, input, then.is_some(), look),
        Ask::Details { key, filter, top } => details(state, key, filter, *top, look),
        Ask::Help { filter, place, top } => help(state, filter, *place, *top, look),
        Ask::Palette { filter, actions, at } => palette(state, filter, actions, *at, look),
    }
}

fn show(state: &State, mut content: Content<'_>, look: &Look, buffer: &mut Buffer, screen: Rect) -> Drawn {
    if content.lines.is_empty() {
        content.lines.push(("nothing has that in it; change the text".to_owned(), look.theme.quiet));
    }
    let width = screen.width.saturating_sub(4).min(76);
    let inner = usize::from(width.saturating_sub(4));
    let lines: Vec<(String, Style)> = content
        .lines
        .into_iter()
        .flat_map(|(text, style)| wrap(&text, inner).into_iter().map(move |line| (line, style)))
        .collect();
    let extra = if content.field.is_some() { 2 } else { 0 };
    let wanted = u16::try_from(lines.len() + extra + 4).unwrap_or(u16::MAX);
    let height = wanted.min(screen.height.saturating_sub(2)).max(5).min(screen.height);
    let area = Rect::new(screen.x + (screen.width - width) / 2, screen.y + (screen.height - height) / 2, width, height);
    Clear.render(area, buffer);
    let below = lines.len().saturating_sub(usize::from(height).saturating_sub(3 + extra / 2));
    let more = if below > 0 { format!("{below} more below") } else { String::new() };
    let inside = pane::frame(buffer, look, area, content.title, &more, true);
    if inside.is_empty() {
        return Drawn { cursor: None, whole: false };
    }
    let keys_at = inside.bottom() - 1;
    let bottom = keys_at - u16::from(content.field.is_some());
    // Help scrolls; a question has to be read whole before it is answered.
    let whole = matches!(content.place, Place::Help | Place::Palette) || lines.len() <= usize::from(bottom - inside.y);
    for (n, (line, style)) in lines.iter().enumerate() {
        let y = inside.y + u16::try_from(n).unwrap_or(0);
        if y < bottom {
            put(buffer, inside.x + 1, y, line, inside.width - 1, *style);
        }
    }
    let keys: Vec<String> = [Action::Yes, Action::Cancel]
        .into_iter()
        .filter_map(|action| {
            let keys = state.keymap.keys(content.place, action);
            let keys: Vec<&str> = keys.split(' ').filter(|key| !key.is_empty()).take(2).collect();
            (!keys.is_empty()).then(|| format!("{} {}", keys.join("/"), answer_word(content.place, action)))
        })
        .collect();
    let hint = if whole { keys.join("   ") } else { "too small to answer: Esc cancels".to_owned() };
    put(buffer, inside.x + 1, keys_at, &hint, inside.width - 1, look.theme.key);
    let Some((label, input)) = content.field else { return Drawn { cursor: None, whole } };
    let x = put(buffer, inside.x + 1, bottom, &format!("{label}: "), inside.width - 1, look.theme.plain);
    let room = inside.right().saturating_sub(x + 1);
    let scroll = input.visual_scroll(usize::from(room));
    let shown: String = input.value().chars().skip(scroll).collect();
    put(buffer, x, bottom, &cut(&shown, usize::from(room), ""), room, look.theme.plain);
    let column = u16::try_from(input.visual_cursor().saturating_sub(scroll)).unwrap_or(0);
    Drawn { cursor: Some(Position::new((x + column).min(inside.right() - 1), bottom)), whole }
}

/// An answer's word where it isn't a plain yes or cancel.
fn answer_word(place: Place, action: Action) -> &'static str {
    match (place, action) {
        (Place::Help | Place::Palette, Action::Cancel) => "close",
        (Place::Palette, Action::Yes) => "do it",
        (Place::Text, Action::Yes) => "ok",
        (_, action) => action.word().unwrap_or(""),
    }
}

fn unlock<'a>(state: &State, confirm: &'a Confirm, look: &Look) -> Content<'a> {
    let mut lines = vec![(confirm.person.cell(), look.theme.key)];
    if let Some(account) = state.desk.board.get(&confirm.key) {
        let (since, until) = since_until(account, state.now.wall, &state.session.zone);
        let read = format!("read at {}", clock_seconds(account.as_of, &state.session.zone));
        let bad = match account.bad_logins.count {
            Some(_) => account.bad_logins.words(),
            None => "failed logins not reported".to_owned(),
        };
        let lock =
            if account.lock == Lock::NotReported { "lock state not reported".to_owned() } else { lock_words(account) };
        let facts: Vec<String> = [lock, since, until, bad, read].into_iter().filter(|fact| !fact.is_empty()).collect();
        lines.push((format!("1 account: {} in {}", account.username.cell(), confirm.key.provider), look.theme.plain));
        lines.push((format!("id {}", confirm.key.id.cell()), look.theme.plain));
        lines.push((facts.join(", "), look.theme.plain));
        match account.lock.cause() {
            Some(Cause::Admin) => {
                let by = account.locked_by.as_ref().map_or_else(|| "an administrator".to_owned(), Untrusted::cell);
                lines.push((
                    format!("Locked on purpose, by {by}. Ask first; to open it all the same, type its id."),
                    look.theme.bad,
                ));
            }
            Some(Cause::Unknown) => {
                lines.push(("The cause of this lock can't be told: it may be deliberate.".to_owned(), look.theme.odd));
            }
            _ => {}
        }
        if account.lock == Lock::NotReported {
            lines.push((
                "It reports no lock state: whether it is locked can't be seen, and its own answer is the only proof."
                    .to_owned(),
                look.theme.odd,
            ));
        }
        if let Some(guess) = account.guess {
            lines.push((format!("A guess: {guess}. Ask the caller; then type its id."), look.theme.bad));
        }
        if let Some(rule) = &confirm.rule {
            lines.push((format!("{} (rule `{}`): type its id.", rule.says, rule.name), look.theme.bad));
        }
        if let Some(warning) = account.after_unlock_warning() {
            lines.push((warning.to_owned(), look.theme.odd));
        }
    }
    lines.extend(papers(state, look));
    let (field, place) = match &confirm.typed {
        Some(typed) => (Some(("id", typed)), Place::Text),
        None => (None, Place::Confirm),
    };
    Content { title: "Unlock this account?", lines, field, place }
}

/// The ticket, and how the caller was verified where that is asked for.
fn papers(state: &State, look: &Look) -> Vec<(String, Style)> {
    let papers = state.papers();
    let ticket = papers.ticket.map(|ticket| format!("ticket {}", ticket.cell()));
    let mut lines = vec![(ticket.unwrap_or_else(|| "no ticket (Esc, then t sets one)".to_owned()), look.theme.plain)];
    if state.policy.verification != Verification::Off {
        let ways = state.policy.methods.join(", ");
        lines.push(match papers.verified {
            Some(method) => (format!("caller verified by {} (Tab: another way)", method.cell()), look.theme.plain),
            None => (format!("Tab says how the caller was verified: {ways}"), look.theme.odd),
        });
    }
    lines
}

/// Each account with its provider and immutable id; what is left alone is named too.
fn everywhere(state: &State, keys: &[AccountKey], person: &Untrusted, look: &Look) -> Content<'static> {
    let count = if keys.len() == 1 { "1 account".to_owned() } else { format!("{} accounts", keys.len()) };
    let mut lines = vec![(format!("{}: {count}", person.cell()), look.theme.key)];
    for account in state.desk.accounts() {
        let head = format!("{} {}", account.key.provider, account.key.id.cell());
        if keys.contains(&account.key) {
            lines.push((format!("{head}: {}", lock_words(account)), look.theme.plain));
            if account.lock.cause() == Some(Cause::Unknown) {
                lines.push(("  its cause can't be told: it may be deliberate".to_owned(), look.theme.odd));
            }
            if let Some(warning) = account.after_unlock_warning() {
                lines.push((format!("  {warning}"), look.theme.odd));
            }
        } else if account.lock == Lock::NotReported {
            lines.push((format!("{head}: left alone, it reports no lock state"), look.theme.odd));
        } else if account.lock.is_locked() || account.enabled == Some(false) {
            let why = if account.enabled == Some(false) {
                "disabled"
            } else if acts::everywhere::is_ruled_out(state, account) {
                "by the policy"
            } else {
                "locked on purpose"
            };
            lines.push((format!("{head}: left alone, {why}"), look.theme.odd));
        }
    }
    lines.extend(papers(state, look));
    Content { title: "Unlock all of these accounts?", lines, field: None, place: Place::Confirm }
}

fn file<'a>(input: &'a Input, title: &'static str, text: &str, look: &Look) -> Content<'a> {
    Content {
        title,
        lines: vec![(text.to_owned(), look.theme.plain)],
        field: Some(("file", input)),
        place: Place::Text,
    }
}

fn plain(title: &'static str, text: &str, look: &Look) -> Content<'static> {
    Content { title, lines: vec![(text.to_owned(), look.theme.plain)], field: None, place: Place::Confirm }
}

fn go_on<'a>(state: &State, typed: Option<&'a Input>, look: &Look) -> Content<'a> {
    let left = state.bulk.left();
    let run = state.bulk.run.as_ref();
    let why = run.and_then(crate::bulk::Run::stopped).unwrap_or_default();
    let ticket = run.and_then(|run| run.settings().papers.ticket.as_ref());
    let words = if left == 1 { "1 more account".to_owned() } else { format!("{left} more accounts") };
    let lines = vec![
        (format!("{words} will be unlocked: {}", providers_of(state)), look.theme.key),
        (format!("It stopped: {why}."), look.theme.plain),
        (ticket.map_or_else(|| "no ticket".to_owned(), |ticket| format!("ticket {}", ticket.cell())), look.theme.plain),
    ];
    numbered("Go on with this run?", lines, typed, left, look)
}

/// A question about so many accounts, whose number is typed where there are many.
fn numbered<'a>(
    title: &'static str,
    mut lines: Vec<(String, Style)>,
    typed: Option<&'a Input>,
    count: usize,
    look: &Look,
) -> Content<'a> {
    let (field, place) = match typed {
        Some(typed) => {
            lines.push((format!("Type the number of accounts to begin: {count}"), look.theme.odd));
            (Some(("number", typed)), Place::Text)
        }
        None => (None, Place::Confirm),
    };
    Content { title, lines, field, place }
}

/// How many of the rows that are still to be done lie in which provider.
fn providers_of(state: &State) -> String {
    let meant =
        state.bulk.rows.iter().enumerate().filter(|(at, one)| {
            !one.dropped && one.row.verdict == Verdict::Unlock && state.bulk.outcome(*at).is_none()
        });
    let mut providers: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, one) in meant {
        *providers.entry(one.row.provider().map_or("", |provider| provider.as_str())).or_default() += 1;
    }
    providers.iter().map(|(provider, n)| format!("{n} in {provider}")).collect::<Vec<_>>().join(", ")
}

fn choose(candidates: &[Candidate], at: usize, look: &Look) -> Content<'static> {
    let mut lines = vec![("Up and Down choose, y takes it.".to_owned(), look.theme.quiet)];
    for (n, one) in candidates.iter().enumerate() {
        let marker = if n == at { look.signs.marker } else { " " };
        let style = if n == at { look.theme.selected } else { look.theme.plain };
        lines.push((format!("{marker} {}: {} {}", one.label.cell(), one.key.provider, one.key.id.cell()), style));
    }
    Content { title: "Which account is meant?", lines, field: None, place: Place::Confirm }
}

/// What a run does, to how many, and what looks wrong about it.
fn bulk<'a>(state: &State, typed: Option<&'a Input>, look: &Look) -> Content<'a> {
    let meant = state.bulk.meant();
    let mut lines = vec![
        (format!("{meant} accounts will be unlocked: {}", providers_of(state)), look.theme.key),
        (format!("{} rows stay as they are", acts::bulk::left_out(state)), look.theme.plain),
        ("First one alone, then five, then the rest; failures stop it.".to_owned(), look.theme.quiet),
    ];
    let hidden = state.bulk.rows.len() - state.bulk.visible.len();
    if hidden > 0 {
        lines.push((format!("The filter hides {hidden} rows; it does not limit the run."), look.theme.odd));
    }
    lines.extend(state.bulk.alarms.iter().map(|alarm| (format!("ALARM: {alarm}"), look.theme.bad)));
    lines.extend(papers(state, look));
    numbered("Run this list?", lines, typed, meant, look)
}

fn ticket<'a>(state: &State, input: &'a Input, goes_on: bool, look: &Look) -> Content<'a> {
    let text = if goes_on && state.policy.ticket_required {
        "The policy wants a ticket for each unlock: which helpdesk case is it?"
    } else if goes_on {
        "This is another caller, or a while later: is it still the same ticket? Empty for none."
    } else {
        "The helpdesk case that the next unlocks are recorded with. Empty for none."
    };
    Content {
        title: "Ticket",
        lines: vec![(text.to_owned(), look.theme.plain)],
        field: Some(("ticket", input)),
        place: Place::Text,
    }
}

fn details<'a>(state: &State, key: &AccountKey, filter: &'a Input, top: usize, look: &Look) -> Content<'a> {
    let account = state.desk.board.get(key);
    let all = account.map(|account| acts::details::lines(account, &state.session.zone, filter.value()));
    let all = all.unwrap_or_default();
    let style = |is_heading: bool| if is_heading { look.theme.key } else { look.theme.plain };
    // The account may have been read anew, and have fewer lines.
    let top = top.min(all.len().saturating_sub(1));
    let lines = all.into_iter().skip(top).map(|(is_heading, line)| (line, style(is_heading))).collect();
    Content { title: "Account details", lines, field: Some(("filter", filter)), place: Place::Help }
}

fn palette<'a>(state: &State, filter: &'a Input, actions: &[Action], at: usize, look: &Look) -> Content<'a> {
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

fn help<'a>(state: &State, filter: &'a Input, place: Place, top: usize, look: &Look) -> Content<'a> {
    let lines = acts::help::lines(&state.keymap, place, filter.value());
    let lines = lines.into_iter().skip(top);
    let lines = lines
        .map(|(keys, help)| (format!("{} {help}", fit(&keys, 14, look.signs.ellipsis)), look.theme.plain))
        .collect();
    Content { title: "Keys", lines, field: Some(("filter", filter)), place: Place::Help }
}
