//! The questions about a list.

use std::collections::BTreeMap;

use ratatui::style::Style;
use tui_input::Input;

use crate::bulk::Run;
use crate::bulk::plan::Verdict;
use crate::screens::State;

use crate::screens::dialog::view::Content;
use crate::screens::dialog::view::unlock::audit;
use crate::widgets::Appearance;

pub fn line<'a>(input: &'a Input, title: &'static str, look: &Appearance) -> Content<'a> {
    Content {
        title,
        lines: vec![("A user name, an address or an id.".to_owned(), look.theme.plain)],
        chosen: None,
        field: Some(("line", input)),
    }
}

pub fn file<'a>(input: &'a Input, title: &'static str, text: &str, look: &Appearance) -> Content<'a> {
    Content {
        title,
        lines: vec![(format!("{text} {{key:complete}} completes its name."), look.theme.plain)],
        chosen: None,
        field: Some(("file", input)),
    }
}

pub fn go_on<'a>(state: &State, typed: Option<&'a Input>, look: &Appearance) -> Content<'a> {
    let left = state.lists.left();
    let run = state.lists.run.as_ref();
    let why = run.and_then(crate::bulk::Run::stopped).unwrap_or_default();
    let ticket = run.and_then(|run| run.settings().audit.ticket.as_ref());
    let words = if left == 1 { "1 more account".to_owned() } else { format!("{left} more accounts") };
    let lines = vec![
        (
            format!("{words} will be unlocked: {}", providers_of(state, |at| state.lists.outcome(at).is_none())),
            look.theme.key,
        ),
        (format!("It stopped: {why}."), look.theme.plain),
        (ticket.map_or_else(|| "no ticket".to_owned(), |ticket| format!("ticket {}", ticket.cell())), look.theme.plain),
    ];
    numbered("Go on with this run?", lines, typed, left, look)
}

pub fn retry<'a>(state: &State, typed: Option<&'a Input>, look: &Appearance) -> Content<'a> {
    let failed = state.lists.failed();
    let words = if failed == 1 { "1 account that failed".to_owned() } else { format!("{failed} accounts that failed") };
    let is_failed = |at: usize| state.lists.outcome(at).is_some_and(|(outcome, _)| Run::is_failure(outcome));
    let ticket = state.lists.run.as_ref().and_then(|run| run.settings().audit.ticket.as_ref());
    let lines = vec![
        (format!("{words} will be tried again: {}", providers_of(state, is_failed)), look.theme.key),
        (ticket.map_or_else(|| "no ticket".to_owned(), |ticket| format!("ticket {}", ticket.cell())), look.theme.plain),
    ];
    numbered("Retry the failed rows?", lines, typed, failed, look)
}

/// A question about so many accounts, whose number is typed where there are many.
fn numbered<'a>(
    title: &'static str,
    mut lines: Vec<(String, Style)>,
    typed: Option<&'a Input>,
    count: usize,
    look: &Appearance,
) -> Content<'a> {
    if typed.is_some() {
        lines.push((format!("Type the number of accounts to begin: {count}"), look.theme.warning));
    }
    Content { title, lines, chosen: None, field: typed.map(|typed| ("number", typed)) }
}

/// How many of the rows that are meant lie in which provider.
fn providers_of(state: &State, is_meant: impl Fn(usize) -> bool) -> String {
    let rows = state.lists.rows.iter().enumerate();
    let run = state.lists.run.as_ref();
    let takes = |verdict| run.map_or(verdict == Verdict::Unlock, |run| run.settings().verdicts.contains(&verdict));
    let meant = rows.filter(|(at, one)| !one.dropped && takes(one.row.verdict) && is_meant(*at));
    let mut providers: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, one) in meant {
        *providers.entry(one.row.provider().map_or("", |provider| provider.as_str())).or_default() += 1;
    }
    providers.iter().map(|(provider, n)| format!("{n} in {provider}")).collect::<Vec<_>>().join(", ")
}

/// What a run does, to how many, and what looks wrong about it.
pub fn bulk<'a>(state: &State, typed: Option<&'a Input>, look: &Appearance) -> Content<'a> {
    let meant = state.lists.meant();
    let mut lines = vec![
        (
            format!(
                "{meant} accounts will be unlocked: {}",
                providers_of(state, |at| state.lists.outcome(at).is_none())
            ),
            look.theme.key,
        ),
        (stays(crate::screens::lists::run_actions::left_out(state)), look.theme.plain),
        ("First one alone, then five, then the rest; failures stop it.".to_owned(), look.theme.muted),
    ];
    let hidden = state.lists.rows.len() - state.lists.list.shown.len();
    if hidden > 0 {
        lines.push((format!("The filter hides {hidden} rows; it does not limit the run."), look.theme.warning));
    }
    if let Some(encoding) = state.lists.guess {
        lines.push((format!("The list is taken as {encoding}, a guess: look at its names."), look.theme.warning));
    }
    lines.extend(state.lists.alarms.iter().map(|alarm| (format!("ALARM: {alarm}"), look.theme.danger)));
    lines.extend(audit(state, look));
    numbered("Run this list?", lines, typed, meant, look)
}

fn stays(rows: usize) -> String {
    if rows == 1 { "1 row stays as it is".to_owned() } else { format!("{rows} rows stay as they are") }
}
