//! Above the people who are locked: when it happened, and how many each system lists.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::domain::ProviderName;
use crate::screens::State;
use crate::screens::locked::state::{self, SystemQuery};
use crate::widgets::Appearance;
use crate::widgets::bar_chart::{SystemBar, bars};
use crate::widgets::format::clock;
use crate::widgets::sparkline::{counts, strip};
use crate::widgets::theme::Theme;

/// Below this height the strip of lock times leaves.
const STRIP_FROM: u16 = 14;
/// The border, the heads of the table and two people: what is lower has no bars.
const LEAST: u16 = 5;
/// The parts of the strip.
const PARTS: usize = 30;
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// So many locks in one minute are no series of typing errors.
const AT_ONCE: u64 = 10;

/// How many lines stand above the heads of the table.
pub fn head_lines(state: &State, list: Rect) -> u16 {
    // Colours take no room.
    let appearance = Appearance::with(Theme::default(), false);
    let bars = u16::try_from(systems(state, &appearance, list.width.saturating_sub(4)).len()).unwrap_or(0);
    let rows = list.height.saturating_sub(LEAST);
    bars.min(list.height / 3).min(rows) + u16::from(has_strip(state, list))
}

fn has_strip(state: &State, list: Rect) -> bool {
    list.height >= STRIP_FROM && !state.locked.rows.is_empty()
}

/// The strip of lock times and a bar for each system.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect, pane: Rect) {
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let has_strip = has_strip(state, pane);
    let [top, below] = Split::vertical([Constraint::Length(u16::from(has_strip)), Constraint::Min(0)]).areas(area);
    if has_strip {
        times(frame, state, appearance, top);
    }
    frame.render_widget(Paragraph::new(systems(state, appearance, area.width)), below);
}

fn times(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
    let now = state.now.wall;
    let moments: Vec<_> =
        state.locked.rows.iter().filter_map(|account| state::since(std::iter::once(account))).collect();
    let within = |span: SignedDuration| moments.iter().filter(|at| now.duration_since(**at) <= span).count();
    let (label, span) = if within(HOUR) > 0 { ("last hour", HOUR) } else { ("last 24 h", DAY) };
    let bars = counts(moments.iter().copied(), now, span, PARTS);
    // By minutes from now: how many, and the first of them.
    let mut minutes: BTreeMap<i64, (u64, Timestamp)> = BTreeMap::new();
    for at in moments.iter().filter(|at| now.duration_since(**at) <= span) {
        let one = minutes.entry(now.duration_since(*at).as_secs().div_euclid(60)).or_insert((0, *at));
        *one = (one.0 + 1, one.1.min(*at));
    }
    let busiest = minutes.values().max_by_key(|(count, at)| (*count, *at));
    let (words, style) = match busiest {
        Some((count, at)) => {
            let at = clock(*at, now, &state.session.zone);
            if *count >= AT_ONCE {
                (format!("{at}  {count} at once: looks like password guessing"), appearance.theme.danger)
            } else {
                (format!("{} in all, most at {at}: {count}", within(span)), appearance.theme.muted)
            }
        }
        None => ("none".to_owned(), appearance.theme.muted),
    };
    strip(frame, appearance, area, label, &bars, (&words, style));
}

fn systems(state: &State, appearance: &Appearance, width: u16) -> Vec<Line<'static>> {
    let theme = &appearance.theme;
    let bar = |(name, system): &(ProviderName, SystemQuery)| {
        let (count, style): (Result<u64, String>, Style) = match system {
            SystemQuery { problem: Some(problem), .. } => {
                let kept = state.locked.count(name);
                let kept = if system.is_stale && kept > 0 { format!("; {kept} as read before") } else { String::new() };
                (Err(format!("{} not read: {}{kept}", appearance.glyphs.unknown, problem.what)), theme.danger)
            }
            SystemQuery { can_list: false, .. } => (Err(format!("{} can't list", appearance.glyphs.none)), theme.muted),
            SystemQuery { is_asking: true, .. } => (Err("asking".to_owned()), theme.muted),
            SystemQuery { is_cut: true, .. } => {
                (Err(format!("more than {}: `unbolt locked`", state::MOST)), theme.warning)
            }
            _ => (Ok(state.locked.count(name) as u64), theme.danger),
        };
        SystemBar { name: name.to_string(), count, style }
    };
    let (failed, well): (Vec<_>, Vec<_>) =
        state.locked.systems.iter().partition(|(_, system)| system.problem.is_some());
    let all: Vec<SystemBar> = failed.into_iter().chain(well).map(bar).collect();
    bars(appearance, &all, width)
}
