//! Searching the directory: criteria by POST; where the service is older, the 2021.1 form by GET.

mod ask;

use jiff::SignedDuration;
use serde_json::value::RawValue;

use crate::domain::{Account, Cursor, MatchMode, Page, Problem, Query, Untrusted};
use crate::provider::http::Response;
use crate::provider::ids::guid;
use crate::provider::json::Object;
use crate::provider::paging::incomplete;
use crate::provider::poll_result::{checked, normal_id, wrong_account};

use super::wire::filetime;
use super::{Adaxes, ids, read};
use ask::{ask, filter};

pub use ask::criteria;

/// Hits asked for: the older form's maximum, without pages.
const ROWS: usize = 1_000;
/// Hits asked for when nothing was typed: more than any screen shows.
const FIRST_ROWS: usize = 50;
/// Where the hits stand in the answer: the wrapper's name was not seen in a vendor page.
const WRAPPERS: [&str; 5] = ["objects", "value", "items", "results", "directoryObjects"];
/// Where a list was cut and can't be paged: the locks of the last days first, a lock that still holds is among them.
const RECENT_DAYS: [i64; 3] = [1, 7, 30];

/// The hits of a search.
pub async fn page(adaxes: &Adaxes, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
    let text = query.text.as_data();
    if query.how == MatchMode::Exact && ids::is_id(text) {
        return resolved(adaxes, &query.text).await;
    }
    let rows = if text.is_empty() { FIRST_ROWS } else { ROWS };
    let mut page = ask(adaxes, &filter(query), rows, from, |_| true).await?;
    match query.how {
        MatchMode::Exact => page.accounts.retain(|account| account.is_exactly(text)),
        MatchMode::Prefix => page.accounts.retain(|account| account.fits(text)),
    }
    Ok(page)
}

/// What the service resolved by its id is found: it compares them better than a text is compared here. A GUID, and
/// whatever else can be compared, has to fit all the same.
async fn resolved(adaxes: &Adaxes, id: &Untrusted) -> Result<Page, Problem> {
    let read = read::account(adaxes, id).await;
    let account = match guid(id.as_data()) {
        Some(guid) => checked(&guid.to_string().into(), read)?,
        None => read?,
    };
    let differs = |account: &&Account| {
        let is_comparable = |own: &&Untrusted| ids::is_id(own.as_data()) && !ids::is_dn(own.as_data());
        let mut comparable = account.aliases.iter().filter(is_comparable).peekable();
        comparable.peek().is_some() && !comparable.any(|own| normal_id(own.as_data()) == normal_id(id.as_data()))
    };
    if let Some(other) = account.as_ref().filter(|_| ids::is_sid(id.as_data())).filter(differs) {
        return Err(wrong_account(id, &other.key.id));
    }
    Ok(Page { accounts: account.into_iter().collect(), is_resolved: true, ..Page::default() })
}

/// The locked ones. `lockoutTime` stays set after a lockout has run out, so the service's own flag decides.
pub async fn locked(adaxes: &Adaxes, from: Option<&Cursor>) -> Result<Page, Problem> {
    let now = adaxes.client.http.server_now();
    let day = from.and_then(|from| from.0.as_data().strip_prefix("day ")?.parse::<usize>().ok());
    let since = |days: &i64| filetime(now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now));
    let first = day.and_then(|at| RECENT_DAYS.get(at)).map_or(1, since);
    let done = day.and_then(|at| RECENT_DAYS.get(at.checked_sub(1)?)).map(since);
    let but_done = done.map(|done| format!("(!(lockoutTime>={done}))")).unwrap_or_default();
    let filter = format!("(&(lockoutTime>={first}){but_done})");
    let cookie = from.filter(|_| day.is_none());
    let mut page = ask(adaxes, &filter, ROWS, cookie, |account| account.lock.is_locked()).await?;
    let is_cut = page.looked_at >= ROWS as u64 && page.next.is_none();
    match day {
        // Cut, and no way to page on: ask by age, the newest first.
        None if is_cut => page.next = Some(Cursor("day 0".into())),
        Some(at) => {
            page.incomplete =
                is_cut.then(|| incomplete("Adaxes gives no more of a search, and has no pages")).or(page.incomplete);
            page.next = (at < RECENT_DAYS.len()).then(|| Cursor(format!("day {}", at + 1).into()));
        }
        None => {}
    }
    // By age the same rows may come again: that is no server that repeats itself.
    page.fingerprint = page.fingerprint.filter(|_| day.is_none());
    Ok(page)
}

/// The hits of an answer.
pub struct SearchHits {
    pub rows: Vec<Box<RawValue>>,
    /// What the next page is asked for with, and under which name, where the service pages.
    pub cookie: Option<Untrusted>,
}

/// The hits of an answer: a bare list, or one of the wrappers that clients were seen to accept.
pub fn hits(adaxes: &Adaxes, response: &Response) -> Result<SearchHits, Problem> {
    let odd = |why: &str| adaxes.client.noted(adaxes.client.spec.not_understood(response, why));
    if let Some(rows) = response.json() {
        return Ok(SearchHits { rows, cookie: None });
    }
    let object: Object = response.json().ok_or_else(|| odd("no list of objects"))?;
    let rows = WRAPPERS.iter().find(|name| object.has_list(name));
    let rows = rows.map(|name| object.list(name).into_iter().map(ToOwned::to_owned).collect());
    // The member's own name wasn't seen in a vendor page either.
    let name = object.names().find(|name| name.to_lowercase().contains("cookie"));
    let cookie = name.and_then(|name| Some(format!("{name}={}", object.text(name)?.as_data()).into()));
    Ok(SearchHits { rows: rows.ok_or_else(|| odd("no list of objects"))?, cookie })
}
