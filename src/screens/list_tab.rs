//! The tabs that are looked at: a list of lines, and below it what the selected one says at length.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::Grade;
use crate::domain::ProviderName;
use crate::domain::Record;
use crate::domain::Untrusted;
use crate::flow::unlock::lock_words;
use crate::screens::State;
use crate::screens::layout::bulk_details;
use crate::screens::list_state::ListState;
use crate::screens::tab::Tab;

use crate::widgets::format::Severity;
use crate::widgets::format::clock;
use crate::widgets::format::clock_seconds;
use crate::widgets::format::since_until;
use crate::widgets::format::state as state_words;
use crate::widgets::pane;
use crate::widgets::text_width::fit;
use crate::widgets::text_width::put;
use crate::widgets::text_width::wrap;
use crate::widgets::theme::Appearance;

/// One line: its columns with their widths, the last one as wide as there is room; and its mark.
struct Line {
    columns: Vec<(String, usize, Style)>,
    mark: &'static str,
}

/// What a tab shows.
struct Content {
    title: String,
    right: String,
    lines: ListState,
    rows: Vec<Line>,
    /// What stands there while there is nothing to list, and what to do next.
    empty: String,
    /// The title and text of the pane below.
    details: (String, Vec<String>),
}

fn content(state: &State, look: &Appearance) -> Content {
    match Tab::of(state.focus) {
        Tab::Locked => locked(state, look),
        Tab::Ledger => ledger(state, look),
        _ => providers(state, look),
    }
}

/// The tab as lines.
pub fn lines(state: &State, look: &Appearance) -> Vec<String> {
    let content = content(state, look);
    if content.rows.is_empty() {
        return vec![content.title, content.empty];
    }
    let row = |line: &Line| line.columns.iter().map(|(text, _, _)| text.trim()).collect::<Vec<_>>().join(", ");
    content.rows.iter().map(row).collect()
}

pub fn draw(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) {
    let content = content(state, look);
    let low = bulk_details(area.height);
    let list = Rect::new(area.x, area.y, area.width, area.height - low);
    let inside = pane::frame(buffer, look, list, &content.title, &content.right, true);
    if inside.is_empty() {
        return;
    }
    if content.rows.is_empty() {
        for (n, line) in wrap(&content.empty, usize::from(inside.width.saturating_sub(2))).iter().enumerate() {
            let y = inside.y + u16::try_from(n).unwrap_or(0);
            if y < inside.bottom() {
                put(buffer, inside.x + 1, y, line, inside.width.saturating_sub(1), look.theme.muted);
            }
        }
    }
    let visible = content.rows.iter().enumerate().skip(content.lines.top).take(usize::from(inside.height));
    for ((at, line), y) in visible.zip(inside.y..) {
        row(look, buffer, Rect::new(inside.x, y, inside.width, 1), line, at == content.lines.at);
    }
    let below = Rect::new(area.x, list.bottom(), area.width, low);
    let inside = pane::frame(buffer, look, below, &content.details.0, "", false);
    if inside.is_empty() {
        return;
    }
    let lines = content.details.1.iter().flat_map(|text| wrap(text, usize::from(inside.width.saturating_sub(2))));
    for (line, y) in lines.zip(inside.y..inside.bottom()) {
        put(buffer, inside.x + 1, y, &line, inside.width.saturating_sub(1), look.theme.plain);
    }
}

fn row(look: &Appearance, buffer: &mut Buffer, area: Rect, line: &Line, is_selected: bool) {
    let marker = if is_selected { look.glyphs.marker } else { line.mark };
    let mut x = put(buffer, area.x, area.y, marker, 1, look.theme.plain).max(area.x + 1) + 1;
    let last = line.columns.len().saturating_sub(1);
    for (n, (text, width, style)) in line.columns.iter().enumerate() {
        let room = usize::from(area.right().saturating_sub(x));
        if room == 0 {
            break;
        }
        let width = if n == last { room } else { (*width).min(room) };
        // Only the first column is reversed: fewer bytes for each move.
        let style = if n == 0 && is_selected { look.theme.selected } else { *style };
        let text = if n == 0 {
            crate::widgets::text_width::cut(text, width, look.glyphs.ellipsis)
        } else {
            fit(text, width, look.glyphs.ellipsis)
        };
        put(buffer, x, area.y, &text, area.width, style);
        x += u16::try_from(width + 1).unwrap_or(0);
    }
}

fn locked(state: &State, look: &Appearance) -> Content {
    let tab = &state.locked;
    let (now, zone) = (state.now.wall, &state.session.zone);
    let rows = tab.rows.iter().map(|account| {
        let (since, until) = since_until(account, now, zone);
        let (sign, word, tone) = state_words(account, look.glyphs);
        Line {
            columns: vec![
                (account.label().cell(), 18, look.theme.plain),
                (account.key.provider.to_string(), 9, look.theme.muted),
                (format!("{sign} {word}"), 8, look.tone(tone)),
                (account.username.cell(), 12, look.theme.muted),
                (times(since, until), 0, look.theme.plain),
            ],
            mark: if tab.marks.contains(&account.key) { "+" } else { " " },
        }
    });
    let as_of = tab.as_of.map(|at| format!("as of {}", clock_seconds(at, zone))).unwrap_or_default();
    let details = match tab.selected() {
        Some(account) => {
            vec![format!("{} in {}, id {}", account.username.cell(), account.key.provider, account.key.id.cell()), {
                let (since, until) = since_until(account, now, zone);
                let why =
                    if account.is_read() { lock_words(account) } else { "cause as yet unread (Enter)".to_owned() };
                [why, since, until].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
            }]
        }
        None => Vec::new(),
    };
    let remarks = tab.remarks.iter().map(|(name, words)| format!("{name}: {}", Untrusted::from(words.as_str()).cell()));
    let asking: Vec<&str> = tab.asking.iter().map(ProviderName::as_str).collect();
    Content {
        title: format!("Locked {} {}", look.glyphs.dot, tab.rows.len()),
        right: if asking.is_empty() { as_of } else { format!("asking {}", asking.join(", ")) },
        lines: tab.lines,
        rows: rows.collect(),
        empty: if asking.is_empty() {
            "Nobody is listed as locked; what a list can't see stands below. r asks again.".to_owned()
        } else {
            "Asking who is locked; rows come as the systems tell them.".to_owned()
        },
        details: ("What the lists can't see".to_owned(), details.into_iter().chain(remarks).collect()),
    }
}

fn times(since: String, until: String) -> String {
    [since, until].into_iter().filter(|time| !time.is_empty()).collect::<Vec<_>>().join("  ")
}

fn ledger(state: &State, look: &Appearance) -> Content {
    let tab = &state.ledger;
    let (now, zone) = (state.now.wall, &state.session.zone);
    let rows = tab.rows.iter().map(|row| {
        let tone = match row.outcome {
            _ if row.open || row.contradicted.is_some() => Severity::Warning,
            "unlocked" | "acknowledged" | "already_open" => Severity::Success,
            "left_alone" => Severity::Muted,
            _ => Severity::Danger,
        };
        Line {
            columns: vec![
                (
                    clock(row.at, now, zone),
                    if row.at.duration_since(now).abs().as_hours() < 24 { 5 } else { 16 },
                    look.theme.plain,
                ),
                (outcome_words(row), 16, look.tone(tone)),
                (row.key.provider.to_string(), 10, look.theme.muted),
                (row.username.cell(), 16, look.theme.plain),
                (row.ticket.as_ref().map(Untrusted::cell).unwrap_or_default(), 12, look.theme.muted),
                (row.operator.cell(), 0, look.theme.muted),
            ],
            mark: " ",
        }
    });
    let mut details = Vec::new();
    if let Some(row) = tab.selected() {
        details.push(format!("{} in {}, id {}", row.username.cell(), row.key.provider, row.key.id.cell()));
        if !row.seen.is_empty() {
            let layer = if row.layer.is_empty() { String::new() } else { format!("{} layer: ", row.layer) };
            details.push(format!("{layer}seen and confirmed as {}", row.seen));
        }
        let verified =
            row.verified.as_ref().map(|how| format!(", caller verified by {}", how.cell())).unwrap_or_default();
        details.push(match (&row.rule, &row.intent) {
            (Some(rule), _) => format!("nothing was sent: {} (rule {})", row.why.cell(), rule.cell()),
            (None, Some(intent)) => format!("intent {intent}{verified}"),
            (None, None) => String::new(),
        });
        if row.rule.is_none() && !row.why.is_blank() {
            details.push(row.why.cell());
        }
        if let Some(status) = &row.contradicted {
            details.push(format!("contradicted: the Mac also answered {}", status.cell()));
        }
    }
    let as_of = tab.as_of.map(|at| format!("as of {}", clock_seconds(at, zone))).unwrap_or_default();
    Content {
        title: format!("Ledger {} {}", look.glyphs.dot, tab.rows.len()),
        right: if tab.reading { "reading".to_owned() } else { as_of },
        lines: tab.lines,
        rows: rows.collect(),
        empty: match &tab.problem {
            Some(why) => format!("The ledger can't be read: {why}"),
            None if tab.reading => "Reading the ledger.".to_owned(),
            None => "Nothing was unlocked yet. What is unlocked on the desk is recorded here first.".to_owned(),
        },
        details: ("Record".to_owned(), details),
    }
}

/// The outcome; one that a Mac's later answer contradicts says so.
fn outcome_words(row: &Record) -> String {
    let word = row.outcome.replace('_', " ");
    if row.contradicted.is_some() { format!("{word} ?") } else { word }
}

fn providers(state: &State, look: &Appearance) -> Content {
    let tab = &state.systems;
    let rows = tab.rows().map(|(name, one)| {
        let (word, tone) = match one.grade {
            Grade::Good => ("ok", Severity::Success),
            Grade::NotTold => ("not told", Severity::Muted),
            Grade::Warn => ("WARN", Severity::Warning),
            Grade::Bad => ("FAIL", Severity::Danger),
        };
        Line {
            columns: vec![
                (name.to_string(), 10, look.theme.plain),
                (word.to_owned(), 8, look.tone(tone)),
                (one.topic.replace('_', " "), 11, look.theme.muted),
                (one.says.cell(), 0, look.theme.plain),
            ],
            mark: " ",
        }
    });
    let details = tab.rows().nth(tab.lines.at).map(|(name, one)| {
        let next = if one.next.is_empty() { String::new() } else { format!("Next: {}", one.next) };
        vec![format!("{name}: {}", one.says.cell()), next]
    });
    let as_of = tab.as_of.map(|at| format!("as of {}", clock_seconds(at, &state.session.zone))).unwrap_or_default();
    let checking: Vec<&str> = tab.checking.iter().map(ProviderName::as_str).collect();
    Content {
        title: "Providers".to_owned(),
        right: if checking.is_empty() { as_of } else { format!("checking {}", checking.join(", ")) },
        lines: tab.lines,
        rows: rows.collect(),
        empty: "Looking at each provider: name, certificate, clock, login, rights.".to_owned(),
        details: ("At length".to_owned(), details.unwrap_or_default()),
    }
}
