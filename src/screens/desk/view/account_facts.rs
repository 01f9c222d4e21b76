//! The selected row of the account table at length: why its owner may be calling comes first.

use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::domain::{Account, Cause, Lock, MayUnlock, Person};
use crate::screens::State;
use crate::screens::desk::accounts::SystemRow;
use crate::screens::desk::view::replica_table;
use crate::widgets::Appearance;
use crate::widgets::format::{self, clock, clock_seconds, since_until};
use crate::widgets::sparkline::{counts, strip};
use crate::widgets::text_width::{cells, wrap};

/// The stretch of time that failed sign-ins are drawn over, and its parts.
const DAY: SignedDuration = SignedDuration::from_hours(24);
const PARTS: usize = 24;

/// A line and how it is drawn.
type Said = (String, Style);

/// Draws it.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
    if area.is_empty() {
        return;
    }
    let rows = state.desk.system_rows();
    let row = state.desk.row_position().and_then(|at| rows.get(at));
    let account = state.desk.selected_account();
    let mut said = match row {
        Some(SystemRow::Account(account)) => lines(state, appearance, account, usize::from(area.width)),
        Some(SystemRow::NotRead(name, problem)) => vec![
            (format!("{name} was not read: {}", problem.line()), appearance.theme.danger),
            (state.with_keys("{key:refresh} tries again"), appearance.theme.muted),
        ],
        Some(SystemRow::NoAccount(name)) => {
            vec![(format!("{name} knows no account of this person"), appearance.theme.muted)]
        }
        Some(SystemRow::Reading(name)) => vec![(format!("reading {name}"), appearance.theme.muted)],
        None => vec![(state.with_keys("type a name, choose a person, press {key:open}"), appearance.theme.muted)],
    };
    let moments = account.map(|account| account.bad_logins.times.as_slice()).unwrap_or_default();
    let is_drawn = !moments.is_empty() && area.height > 3 && area.width > 60;
    let apart = state.desk.person().filter(|person| person.apart.is_some());
    said.extend(apart.as_ref().and_then(why_one_person).map(|text| (text, appearance.theme.muted)));
    let width = usize::from(area.width);
    let table = account.map_or(0, |account| replica_table::height(account, area.height));
    if let Some(account) = account.filter(|account| table == 0 && account.bad_logins.replicas.len() > 1) {
        // Behind the cause of the lock, before its times.
        let cause = said.iter().take(1).filter(|_| account.lock.is_locked()).count();
        said.insert(cause, (replica_table::line(account), appearance.theme.plain));
    }
    let room = usize::from(area.height.saturating_sub(u16::from(is_drawn) + table));
    let wrapped =
        said.iter().flat_map(|(text, style)| wrap(text, width).into_iter().map(|line| Line::styled(line, *style)));
    let wrapped: Vec<Line> = wrapped.take(room).collect();
    let used = u16::try_from(wrapped.len()).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(wrapped), area);
    if let Some(account) = account.filter(|_| table > 0) {
        replica_table::view(frame, state, appearance, Rect { y: area.y + used, height: table, ..area }, account);
    }
    if is_drawn {
        let line = Rect { y: area.y + (used + table).min(area.height - 1), height: 1, ..area };
        let counts = counts(moments.iter().copied(), state.now.wall, DAY, PARTS);
        let sum: u64 = counts.iter().sum();
        let style = if sum > 0 { appearance.theme.warning } else { appearance.theme.muted };
        strip(frame, appearance, line, "failed sign-ins, last 24 h", &counts, (&sum.to_string(), style));
    }
}

/// The account in lines: the likely cause of the call first, then what an unlock would act on.
fn lines(state: &State, appearance: &Appearance, account: &Account, width: usize) -> Vec<Said> {
    let theme = &appearance.theme;
    let (now, zone) = (state.now.wall, &state.session.zone);
    let mut lines = troubles(appearance, account);
    if account.lock.is_locked() {
        let (since, until) = since_until(account, now, zone);
        lines.push((format::joined([since, until], ", "), theme.plain));
    }
    // An id is never broken over two lines.
    let (name, id) = (format!("user name {}", account.username.cell()), format!("id {}", account.key.id.cell()));
    if cells(&name) + cells(&id) + 2 <= width {
        lines.push((format!("{name}, {id}"), theme.plain));
    } else {
        lines.extend([(id, theme.plain), (name, theme.plain)]);
    }
    if state.desk.is_stale(&account.key, state.now.mono) {
        let read = clock_seconds(account.as_of, zone);
        lines.push((state.with_keys(&format!("read at {read}, stale: {{key:refresh}} reads it again")), theme.warning));
    }
    let bad = &account.bad_logins;
    let moment =
        |word: &str, at: Option<Timestamp>| at.map(|at| format!("{word} {}", clock(at, now, zone))).unwrap_or_default();
    if let Some(scope) = &bad.scope {
        let (since, last) = (moment(" since", bad.since), moment(", last", bad.last));
        lines.push((format!("bad logins: {}{since}{last}", scope.cell()), theme.muted));
    } else if bad.last.is_some() {
        lines.push((format!("last bad login{}", moment("", bad.last)), theme.muted));
    }
    // What kept the whole account from being read is told already.
    let is_told = account.lock.problem().is_some();
    lines.extend(account.problem.iter().filter(|_| !is_told).map(|problem| (problem.line(), theme.warning)));
    let password = &account.password;
    let changes = [moment("password changed", password.changed), moment("expires", password.expires)];
    let also = account.employee_id.iter().map(|id| format!("employee id {}", id.cell()));
    let also = also.chain(account.phones.iter().map(|phone| format!("phone {}", phone.cell())));
    let told = [format::joined(changes, ", "), format::joined(also, ", ")];
    lines.extend(told.into_iter().filter(|text| !text.is_empty()).map(|text| (text, theme.muted)));
    lines
}

/// What keeps the caller out, or may.
fn troubles(appearance: &Appearance, account: &Account) -> Vec<Said> {
    let theme = &appearance.theme;
    let mut lines = Vec::new();
    let mut say = |text: String, style: Style| lines.push((text, style));
    if let Some(problem) = account.lock.problem() {
        say(problem.line(), theme.danger);
    }
    if account.lock.is_locked() && account.is_read() {
        say(cause(account), theme.danger);
    }
    account.kept_out().for_each(|why| say(why.to_owned(), theme.warning));
    // The evidence stands before the key is pressed.
    if let (true, MayUnlock::No(why)) = (account.lock.is_locked(), &account.may_unlock) {
        say(why.cell(), theme.warning);
    }
    if account.password.needs_change {
        let status = account.password.status.as_ref().map(|status| format!(" ({})", status.cell())).unwrap_or_default();
        say(format!("the password has expired or must be changed{status}: the caller needs a new one"), theme.warning);
    }
    lines
}

/// Why it is locked, by layer where they differ, and who may have done it.
fn cause(account: &Account) -> String {
    let cause = |lock: &Lock| lock.cause().unwrap_or(Cause::Unknown).label();
    let causes: Vec<&str> = account.locked_layers().map(|layer| cause(&layer.lock)).collect();
    let names: Vec<&str> = account.locked_layers().map(|layer| layer.layer.0).collect();
    let told = match causes.split_first() {
        Some((first, rest)) if rest.iter().all(|other| other == first) => format!("{first} ({})", names.join(" and ")),
        _ => names.iter().zip(&causes).map(|(name, cause)| format!("{name}: {cause}")).collect::<Vec<_>>().join("; "),
    };
    let by = match (&account.locked_by, account.lock.cause()) {
        (Some(by), Some(Cause::Admin)) => format!(", by {}", by.cell()),
        (Some(by), _) => format!(", set through {}", by.cell()),
        (None, _) => String::new(),
    };
    format!("locked: {told}{by}")
}

/// Why these accounts are one person, or why they are not.
pub fn why_one_person(person: &Person) -> Option<String> {
    if let Some(why) = &person.apart {
        return Some(format!("kept apart: {why}"));
    }
    let reasons: Vec<String> =
        person.evidence.iter().map(|one| format!("{} {}", one.rule.in_words(), one.value.cell())).collect();
    (!reasons.is_empty()).then(|| format!("joined by {}", reasons.join(", ")))
}

#[cfg(test)]
mod tests;
