//! The bulk tab: the rows of a list, what each came to, and how the run goes.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::bulk::plan::Verdict;
use crate::bulk::run::RowState;
use crate::bulk::run::remaining;
use crate::domain::Outcome;
use crate::screens::KeyContext;
use crate::screens::State;
use crate::screens::layout::bulk_details;
use crate::screens::lists::state::ListRow;
use crate::screens::lists::state::ListsTab;

use crate::widgets::format::clock_millis;
use crate::widgets::pane;
use crate::widgets::text_width::cut;
use crate::widgets::text_width::fit;
use crate::widgets::text_width::put;
use crate::widgets::text_width::wrap;
use crate::widgets::theme::Appearance;

pub fn draw(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let low = bulk_details(area.height);
    let list = Rect::new(area.x, area.y, area.width, area.height - low);
    let inside = pane::frame(buffer, look, list, &title(&state.lists, look), &right(&state.lists), true);
    if inside.is_empty() {
        return None;
    }
    let cursor = field(state, look, buffer, Rect::new(inside.x, inside.y, inside.width, 1));
    let body = Rect::new(inside.x, inside.y + 1, inside.width, inside.height.saturating_sub(1));
    if state.lists.rows.is_empty() {
        empty(state, look, buffer, body);
    } else if state.lists.visible.is_empty() && !state.lists.is_scanning() {
        put(buffer, body.x + 1, body.y, "no row holds this text", body.width.saturating_sub(1), look.theme.muted);
    }
    for (n, at) in state.lists.visible.iter().skip(state.lists.top).take(usize::from(body.height)).enumerate() {
        if let Some(one) = state.lists.rows.get(*at as usize) {
            let y = body.y + u16::try_from(n).unwrap_or(0);
            row(&state.lists, look, buffer, Rect::new(body.x, y, body.width, 1), *at, one);
        }
    }
    details(state, look, buffer, Rect::new(area.x, list.bottom(), area.width, low));
    cursor
}

fn title(tab: &ListsTab, look: &Appearance) -> String {
    let totals = match &tab.run {
        Some(run) => run.totals(),
        None => tab.totals(),
    };
    // What will be done, or was, stands first, then what somebody has to look at: a narrow title shows it.
    let mut totals: Vec<(&str, u64)> = totals.into_iter().collect();
    totals.sort_by_key(|(word, _)| match *word {
        "unlock" | "unlocked" => 0,
        "failed" | "unknown" | "still_locked" | "not_found" | "ambiguous" => 1,
        _ => 2,
    });
    let words: Vec<String> = totals.iter().map(|(word, n)| format!("{n} {}", word.replace('_', " "))).collect();
    let head = if tab.run.is_some() { "Bulk run" } else { "Bulk list" };
    [head.to_owned()].into_iter().chain(words).collect::<Vec<_>>().join(&format!(" {} ", look.glyphs.dot))
}

fn right(tab: &ListsTab) -> String {
    match &tab.run {
        Some(run) if run.is_over() && run.stopped().is_some() => {
            let (ended, meant) = run.progress();
            format!("stopped, {} not done", meant - ended)
        }
        Some(run) if run.is_over() => "over".to_owned(),
        Some(run) if run.stopped().is_some() => "stopping".to_owned(),
        Some(run) if run.is_paused() => "paused".to_owned(),
        Some(_) => "live".to_owned(),
        None if tab.freezing => "freezing".to_owned(),
        None if tab.planning > 0 => format!("looking up {}", tab.rows.len()),
        None if tab.is_scanning() => "filtering".to_owned(),
        None => format!("{} of {}", tab.visible.len(), tab.rows.len()),
    }
}

fn field(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let input = &state.lists.filter;
    let is_typing = state.focus == KeyContext::Filter;
    if input.value().is_empty() && !is_typing {
        put(buffer, area.x + 1, area.y, &bar(state), area.width.saturating_sub(1), look.theme.muted);
        return None;
    }
    let x = put(buffer, area.x, area.y, "filter ", area.width, look.theme.muted);
    let after = put(buffer, x, area.y, input.value(), area.right().saturating_sub(x), look.theme.plain);
    if state.lists.run.is_some() {
        // The filter hides rows, not how the run goes.
        put(buffer, after + 3, area.y, &bar(state), area.right().saturating_sub(after + 3), look.theme.muted);
    }
    let column = u16::try_from(input.visual_cursor()).unwrap_or(0);
    is_typing.then(|| Position::new((x + column).min(area.right().saturating_sub(1)), area.y))
}

/// The bar of a run: how much of it is over, how fast, how long still.
fn bar(state: &State) -> String {
    let Some(run) = &state.lists.run else {
        return "line   verdict       provider    account".to_owned();
    };
    let (ended, meant) = run.progress();
    let filled = (ended * 20).checked_div(meant).unwrap_or(20);
    let bar: String = (0..20).map(|n| if n < filled { '#' } else { '.' }).collect();
    let pace = match remaining(run, 0, state.now.mono) {
        // A rest is no pace.
        Some((rate, left)) if !run.is_over() && !run.is_paused() && run.stopped().is_none() => {
            format!(", {rate:.1} a second, {} s left", left.as_secs())
        }
        _ => String::new(),
    };
    format!("[{bar}] {ended} of {meant}{pace}")
}

fn why(tab: &ListsTab, at: u32, one: &ListRow) -> String {
    match tab.outcome(at as usize) {
        Some((_, Some(problem))) => problem.line(),
        Some(_) => String::new(),
        None => crate::domain::Untrusted::from(one.row.reason.as_str()).cell(),
    }
}

/// The list as lines.
pub fn lines(state: &State, look: &Appearance) -> Vec<String> {
    let tab = &state.lists;
    let row = |at: &u32| {
        let one = tab.rows.get(*at as usize)?;
        let (word, _) = word(tab, look, *at as usize, one);
        let provider = one.row.provider().map_or("", |provider| provider.as_str());
        let name = one.row.account.as_ref().map_or(&one.row.input, |account| &account.username).cell();
        Some(format!("line {}: {word} {provider} {name} {}", one.row.line, why(tab, *at, one)))
    };
    std::iter::once(title(tab, look)).chain(tab.visible.iter().filter_map(row)).collect()
}

fn row(tab: &ListsTab, look: &Appearance, buffer: &mut Buffer, area: Rect, at: u32, one: &ListRow) {
    let is_selected = tab.selected == Some(at);
    let (word, style) = word(tab, look, at as usize, one);
    let marker = if is_selected { look.glyphs.marker } else { " " };
    let x = put(buffer, area.x, area.y, marker, 1, look.theme.plain);
    let x =
        put(buffer, x, area.y, &fit(&one.row.line.to_string(), 7, look.glyphs.ellipsis), area.width, look.theme.muted);
    let x = put(buffer, x, area.y, &fit(&cut(&word, 13, look.glyphs.ellipsis), 14, ""), area.width, style);
    let provider = one.row.provider().map_or("", |provider| provider.as_str());
    let x = put(buffer, x, area.y, &fit(provider, 12, look.glyphs.ellipsis), area.width, look.theme.plain);
    let name = one.row.account.as_ref().map_or(&one.row.input, |account| &account.username).cell();
    let name_style = if is_selected { look.theme.selected } else { look.theme.plain };
    let width = if area.width > 70 { 22 } else { 14 };
    put(buffer, x, area.y, &cut(&name, width, look.glyphs.ellipsis), area.width, name_style);
    let x = x + u16::try_from(width + 1).unwrap_or(0);
    let room = usize::from(area.right().saturating_sub(x));
    let why = why(tab, at, one);
    put(buffer, x, area.y, &cut(&why, room, look.glyphs.ellipsis), area.right().saturating_sub(x), look.theme.muted);
}

fn word(tab: &ListsTab, look: &Appearance, at: usize, one: &ListRow) -> (String, Style) {
    if one.dropped {
        return ("dropped".to_owned(), look.theme.muted);
    }
    let plain = |word: &str| word.replace('_', " ");
    if let Some(run) = &tab.run {
        match run.state(at) {
            RowState::Ended(outcome, _) => {
                let style = match outcome {
                    outcome if outcome.is_done() => look.theme.success,
                    Outcome::Failed | Outcome::StillLocked | Outcome::Unknown => look.theme.danger,
                    _ => look.theme.warning,
                };
                return (plain(outcome.word()), style);
            }
            RowState::Looking => return ("looking".to_owned(), look.theme.focus),
            RowState::Running => return ("at work".to_owned(), look.theme.focus),
            RowState::Waiting if run.stopped().is_some() => return ("not done".to_owned(), look.theme.warning),
            RowState::Waiting => return ("waiting".to_owned(), look.theme.plain),
            RowState::NotMeant => {}
        }
    }
    let style = match one.row.verdict {
        Verdict::Unlock => look.theme.danger,
        Verdict::Open | Verdict::Duplicate => look.theme.muted,
        _ => look.theme.warning,
    };
    (plain(one.row.verdict.word()), style)
}

/// What is known of the row under the cursor: its candidates, or its own progress.
fn details(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) {
    let Some((at, one)) = state.lists.current() else {
        pane::frame(buffer, look, area, "Row", "", false);
        return;
    };
    let head = format!("Row {} line {}", look.glyphs.dot, one.row.line);
    let inside = pane::frame(buffer, look, area, &head, "", false);
    if inside.is_empty() {
        return;
    }
    let mut lines: Vec<(String, Style)> = vec![(format!("in the list: {}", one.row.input.cell()), look.theme.plain)];
    if let Some(account) = &one.row.account {
        lines.push((format!("{} {}", account.key.provider, account.key.id.cell()), look.theme.muted));
    }
    if let Some(flow) = state.lists.run.as_ref().and_then(|run| run.flow(at)) {
        let steps = flow.steps().iter().map(|step| {
            let at = clock_millis(step.at, &state.session.zone);
            (format!("{at}  {} {}", fit(step.state.word(), 12, ""), step.detail.cell()), look.theme.plain)
        });
        lines = steps.collect();
    } else if let Some((outcome, problem)) = state.lists.outcome(at) {
        let why = problem.map(|problem| format!(": {}", problem.line())).unwrap_or_default();
        lines.push((format!("{}{why}", outcome.word().replace('_', " ")), look.theme.plain));
    } else {
        lines.push((crate::domain::Untrusted::from(one.row.reason.as_str()).cell(), look.theme.plain));
        for candidate in &one.row.candidates {
            lines.push((
                format!("c: {} {} {}", candidate.key.provider, candidate.key.id.cell(), candidate.label.cell()),
                look.theme.warning,
            ));
        }
    }
    let width = usize::from(inside.width.saturating_sub(2));
    let wrapped: Vec<(String, Style)> = lines
        .into_iter()
        .flat_map(|(text, style)| wrap(&text, width).into_iter().map(move |line| (line, style)))
        .collect();
    // The newest steps stand at the end.
    let skip = wrapped.len().saturating_sub(usize::from(inside.height));
    for (n, (text, style)) in wrapped.iter().skip(skip).enumerate() {
        put(buffer, inside.x + 1, inside.y + u16::try_from(n).unwrap_or(0), text, inside.width - 1, *style);
    }
}

fn empty(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) {
    let words = if state.lists.planning > 0 {
        "looking up the list"
    } else {
        "o opens a list; or paste one here; or go to the desk (1), mark people with space and press B"
    };
    for (n, line) in wrap(words, usize::from(area.width.saturating_sub(2))).iter().enumerate() {
        let y = area.y + u16::try_from(n).unwrap_or(0);
        if y < area.bottom() {
            put(buffer, area.x + 1, y, line, area.width.saturating_sub(1), look.theme.muted);
        }
    }
}
