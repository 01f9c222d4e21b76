//! The requests as they were sent: a list of its own, to be quoted to the other side's support.

use std::collections::VecDeque;

use jiff::tz::TimeZone;

use crate::domain::RequestLogEntry;
use crate::screens::keymap::KeyContext;
use crate::screens::layout::layout;
use crate::screens::list_state::{ListState, Rows, SortKey};
use crate::screens::message::Effect;
use crate::screens::state::State;

/// Requests that are kept.
const KEPT: usize = 500;

/// The requests, and how they are looked at.
#[derive(Clone, Debug, Default)]
pub struct RequestLog {
    /// Oldest first.
    pub exchanges: VecDeque<RequestLogEntry>,
    /// Selection, filter and order of them; without an order the newest stands first.
    pub list: ListState,
    /// True while the lowest pane shows them.
    pub shows: bool,
}

impl RequestLog {
    /// Keeps one. Who reads an older one stays there.
    pub fn note(&mut self, exchange: RequestLogEntry) {
        let selected = self.list.selected().filter(|_| self.list.at > 0);
        self.exchanges.push_back(exchange);
        let dropped = usize::from(self.exchanges.len() > KEPT);
        if dropped > 0 {
            self.exchanges.pop_front();
        }
        if self.shows {
            self.arrange();
            self.list.select_or_first(selected.and_then(|row| row.checked_sub(dropped)));
        }
    }

    /// Filters and orders anew.
    pub fn arrange(&mut self) {
        let mut list = std::mem::take(&mut self.list);
        list.arrange(self);
        if list.sort.is_none() {
            list.shown.reverse();
        }
        self.list = list;
    }

    /// The selected request.
    pub fn selected(&self) -> Option<&RequestLogEntry> {
        self.exchanges.get(self.list.selected()?)
    }
}

impl Rows for RequestLog {
    fn count(&self) -> usize {
        self.exchanges.len()
    }

    fn columns(&self) -> usize {
        5
    }

    fn text(&self, at: usize) -> String {
        self.exchanges.get(at).map(|one| quoted(one, &TimeZone::UTC)).unwrap_or_default()
    }

    fn key(&self, at: usize, column: usize) -> SortKey {
        let Some(one) = self.exchanges.get(at) else { return SortKey::Absent };
        match column {
            0 => SortKey::latest(Some(one.at)),
            1 => SortKey::text(one.provider.as_str()),
            // What failed first.
            2 => SortKey::Number(-i64::from(one.status.unwrap_or(u16::MAX))),
            3 => SortKey::Number(-i64::try_from(one.took.as_millis()).unwrap_or(i64::MAX)),
            _ => SortKey::text(one.method),
        }
    }
}

/// The answer's status, or why there was none.
pub fn status(exchange: &RequestLogEntry) -> String {
    exchange.status.map_or_else(|| exchange.fault.unwrap_or("").to_owned(), |status| status.to_string())
}

/// A request in a line, as it is quoted.
pub fn quoted(exchange: &RequestLogEntry, zone: &TimeZone) -> String {
    let at = exchange.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f %Z");
    let id = exchange.correlation_id.as_ref().map(|id| format!(" id {}", id.log())).unwrap_or_default();
    format!(
        "{at} {} {} {} ms {} {}{id}",
        exchange.provider,
        status(exchange),
        exchange.took.as_millis(),
        exchange.method,
        exchange.url.log(),
    )
}

/// Shows them, or the unlock again.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    state.log.shows = !state.log.shows;
    state.scrolled = 0;
    if state.log.shows {
        state.log.arrange();
        (state.log.list.at, state.log.list.top) = (0, 0);
    }
    state.changed();
    // Where there is no room for every pane, the one that was asked for shows.
    if state.log.shows && layout(state).progress.is_empty() {
        return crate::screens::focus::to(state, KeyContext::Progress);
    }
    Vec::new()
}

/// Copies the selected request with the other side's id of it.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some(exchange) = state.log.selected() else { return Vec::new() };
    let text = quoted(exchange, &state.session.zone);
    state.copy(text, "the request was sent to your terminal's clipboard")
}
