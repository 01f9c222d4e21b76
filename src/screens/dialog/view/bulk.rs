//! The questions about a list.

use std::collections::BTreeMap;

use ratatui::style::Style;

use crate::bulk::Run;
use crate::bulk::plan::Verdict;
use crate::domain::Untrusted;
use crate::screens::State;

use crate::screens::dialog::view::Content;
use crate::screens::dialog::view::unlock::audit;
use crate::widgets::Appearance;
use crate::widgets::format::{count, ticket};

pub fn go_on(state: &State, is_typed: bool, look: &Appearance) -> Content {
    let left = state.lists.left();
    let words = count(left, "more account", "more accounts");
    let why = state.lists.run.as_ref().and_then(Run::stopped).unwrap_or_default();
    let lines = vec![
        (format!("{words} will be unlocked: {}", not_done(state)), look.theme.key),
        (format!("It stopped: {why}."), look.theme.plain),
        (ticket_of_run(state), look.theme.plain),
    ];
    numbered("Go on with this run?", lines, is_typed, left, look)
}

pub fn retry(state: &State, is_typed: bool, look: &Appearance) -> Content {
    let failed = state.lists.failed();
    let words = count(failed, "account that failed", "accounts that failed");
    let is_failed = |at: usize| state.lists.outcome(at).is_some_and(|(outcome, _)| Run::is_failure(outcome));
    let lines = vec![
        (format!("{words} will be tried again: {}", providers_of(state, is_failed)), look.theme.key),
        (ticket_of_run(state), look.theme.plain),
    ];
    numbered("Retry the failed rows?", lines, is_typed, failed, look)
}

fn ticket_of_run(state: &State) -> String {
    ticket(state.lists.run.as_ref().and_then(|run| run.settings().audit.ticket.as_ref()), Untrusted::cell)
}

/// A question about so many accounts, whose number is typed where there are many.
fn numbered(
    title: &'static str,
    mut lines: Vec<(String, Style)>,
    is_typed: bool,
    count: usize,
    look: &Appearance,
) -> Content {
    if is_typed {
        lines.push((format!("Type the number of accounts to begin: {count}"), look.theme.warning));
    }
    Content { title, lines, chosen: None }
}

/// How many of the rows without an outcome lie in which provider.
fn not_done(state: &State) -> String {
    providers_of(state, |at| state.lists.outcome(at).is_none())
}

/// How many of the rows that are meant lie in which provider.
fn providers_of(state: &State, is_meant: impl Fn(usize) -> bool) -> String {
    let rows = state.lists.rows.iter().enumerate();
    let run = state.lists.run.as_ref();
    let takes = |verdict| run.map_or(verdict == Verdict::Unlock, |run| run.settings().verdicts.contains(&verdict));
    let meant = rows.filter(|(at, one)| !one.dropped && takes(one.row.verdict) && is_meant(*at));
    let mut providers: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, one) in meant {
        *providers.entry(one.row.provider_name()).or_default() += 1;
    }
    providers.iter().map(|(provider, n)| format!("{n} in {provider}")).collect::<Vec<_>>().join(", ")
}

/// What a run does, to how many, and what looks wrong about it.
pub fn bulk(state: &State, is_typed: bool, look: &Appearance) -> Content {
    let meant = state.lists.meant();
    let left_out = state.lists.rows.len() - meant;
    let mut lines = vec![
        (format!("{meant} accounts will be unlocked: {}", not_done(state)), look.theme.key),
        (count(left_out, "row stays as it is", "rows stay as they are"), look.theme.plain),
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
    numbered("Run this list?", lines, is_typed, meant, look)
}
