//! Where the panes stand, by the size of the terminal. Narrow ones stack them; low ones fold them in this order: the
//! lowest pane first, then the one without the focus. A zoomed pane has everything.

use ratatui::layout::{Constraint, Layout as Split, Rect};

use super::keymap::KeyContext;
use super::state::State;
use super::{locked, session_unlocks};

/// From this width on, search and status stand side by side.
const WIDE: u16 = 100;
/// From this height on, what was done in this session stands below the search.
const HIGH: u16 = 34;
/// The rows of that.
const SESSION: u16 = 11;
/// From this width on, what was done for the person has a column of its own.
const VERY_WIDE: u16 = 160;
/// Smaller terminals are told so instead.
const SMALLEST: (u16, u16) = (30, 8);
/// Below this height the lowest pane folds, unless it has the focus.
const FOLD_PROGRESS: u16 = 17;
/// With fewer rows than this between head line and footer one pane shows.
const LOW: u16 = 9;
/// The lowest pane with nothing under way: its border and a line.
const IDLE: u16 = 3;

/// The areas of a frame; a folded pane's is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The head line.
    pub header: Rect,
    /// The search.
    pub search: Rect,
    /// The accounts.
    pub status: Rect,
    /// What was done for the person, where there is a column for it.
    pub history: Rect,
    /// What was done in this session for anybody, where there is room for it.
    pub session: Rect,
    /// The unlock, the history or the log.
    pub progress: Rect,
    /// The rows of another tab.
    pub list: Rect,
    /// What its selected row says at length.
    pub details: Rect,
    /// Keys or a message.
    pub footer: Rect,
    /// How many rows of a list fit.
    pub list_rows: usize,
    /// How many rows of Locked fit.
    pub locked_rows: usize,
}

/// True when nothing useful fits.
pub fn is_too_small(size: (u16, u16)) -> bool {
    size.0 < SMALLEST.0 || size.1 < SMALLEST.1
}

/// What the size of panes depends on beside the terminal's size.
#[derive(Clone, Copy, Debug)]
pub struct ContentSizes {
    /// Where keys go.
    pub focus: KeyContext,
    /// True when the lowest pane has more to show than a line.
    pub is_active: bool,
    /// True when the pane with the focus has everything.
    pub is_zoomed: bool,
    /// The rows of a list that is short by nature; none of one that may be long.
    pub list_rows: Option<u16>,
}

/// The areas for the state.
pub fn layout(state: &State) -> Layout {
    let is_active = state.log.shows || !session_unlocks::current(state).is_empty();
    let list_rows = match state.tab() {
        super::tab::Tab::Systems => u16::try_from(state.providers.len()).ok(),
        _ => None,
    };
    let needs = ContentSizes { focus: state.pane(), is_active, is_zoomed: state.zoomed, list_rows };
    let mut layout = areas(state.size, needs);
    if layout.header.is_empty() {
        return layout;
    }
    // Border and heads are no rows; a filter that is typed or on, or how a run goes, has a line.
    let rows = |height: u16, above: u16| usize::from(height.saturating_sub(3 + above)).max(1);
    let filtered = u16::from(
        state.list_ref().is_some_and(|list| !list.filter.value().is_empty()) || state.focus == KeyContext::Filter,
    );
    let bars = match state.tab() {
        super::tab::Tab::Lists => super::lists::run_view::height(state),
        super::tab::Tab::Ledger => super::ledger::view::height(state),
        _ => 0,
    };
    layout.list_rows = rows(layout.list.height, filtered + bars);
    let heads = match state.tab() {
        super::tab::Tab::Locked => locked::view::summary_charts::head_lines(state, layout.list),
        _ => 0,
    };
    layout.locked_rows = rows(layout.list.height, filtered + heads);
    layout
}

/// The areas for a size.
pub fn areas(size: (u16, u16), needs: ContentSizes) -> Layout {
    let (width, height) = size;
    if is_too_small(size) {
        return Layout::default();
    }
    let whole = Rect::new(0, 0, width, height);
    let [header, body, footer] =
        Split::vertical([Constraint::Length(1), Constraint::Min(0), Constraint::Length(1)]).areas(whole);
    let mut layout = Layout { header, footer, ..Layout::default() };
    let below = if needs.is_zoomed { 0 } else { 7.min(body.height / 3) };
    // A short list leaves its room to the details.
    let below = match needs.list_rows {
        Some(_) if needs.is_zoomed => body.height,
        Some(rows) => body.height.saturating_sub(rows + 3).max(below),
        _ => below,
    };
    [layout.list, layout.details] = Split::vertical([Constraint::Min(0), Constraint::Length(below)]).areas(body);
    if needs.is_zoomed || (width < WIDE && height < FOLD_PROGRESS) {
        match needs.focus {
            KeyContext::Progress => layout.progress = body,
            KeyContext::Status => layout.status = body,
            // Half of it would show nobody.
            _ if needs.is_zoomed || body.height < LOW => layout.search = body,
            _ => {
                let top = (body.height / 2).max(4).min(body.height);
                [layout.search, layout.status] =
                    Split::vertical([Constraint::Length(top), Constraint::Min(0)]).areas(body);
            }
        }
    } else if width >= WIDE {
        wide(&mut layout, body, needs, height);
    } else {
        let low = if needs.is_active { (body.height * 3 / 10).max(6) } else { IDLE };
        let search = if needs.is_active { (body.height * 3 / 11).max(5) } else { body.height * 3 / 8 };
        [layout.search, layout.status, layout.progress] =
            Split::vertical([Constraint::Length(search), Constraint::Min(0), Constraint::Length(low)]).areas(body);
    }
    layout
}

fn wide(layout: &mut Layout, body: Rect, needs: ContentSizes, height: u16) {
    let is_very_wide = body.width >= VERY_WIDE;
    let folds = height < FOLD_PROGRESS && needs.focus != KeyContext::Progress;
    let active = (body.height / 3).clamp(6, 14).min(body.height / 2);
    let low = match (folds, needs.is_active || needs.focus == KeyContext::Progress) {
        (true, _) => 0,
        (false, true) => active,
        // What was done stands in its own column.
        (false, false) if is_very_wide => 0,
        (false, false) => IDLE,
    };
    let [top, progress] = Split::vertical([Constraint::Min(0), Constraint::Length(low)]).areas(body);
    layout.progress = progress;
    if is_very_wide {
        [layout.search, layout.status, layout.history] =
            Split::horizontal([Constraint::Percentage(32), Constraint::Min(0), Constraint::Percentage(24)]).areas(top);
    } else {
        [layout.search, layout.status] =
            Split::horizontal([Constraint::Length(body.width * 2 / 5), Constraint::Min(0)]).areas(top);
    }
    if height >= HIGH {
        [layout.search, layout.session] =
            Split::vertical([Constraint::Min(0), Constraint::Length(SESSION)]).areas(layout.search);
    }
}
