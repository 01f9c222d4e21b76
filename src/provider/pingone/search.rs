//! Searching users, page by page.

use jiff::Timestamp;
use reqwest::Url;

use crate::domain::{Account, Code, Cursor, MatchMode, Page, Problem, Query, Untrusted};
use crate::provider::http::Request;
use crate::provider::paging::page_of;

use super::wire::{USER, USERS};
use super::{PingOne, mapping, scim_filter};

/// Rows asked for at once: more than any screen shows.
const ROWS: u32 = 50;
/// Rows asked for where everybody is looked through: the service gives no more (paging-ordering-collections).
const MOST_ROWS: u32 = 200;

/// One page of a search.
pub async fn page(ping: &PingOne, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
    pick(ping, query, from, ROWS, |_| true).await
}

/// One page of everybody, and of them those whose account is locked: `account.status` is in no list of filter
/// attributes. A lock of the password layer alone doesn't show here.
pub async fn locked(ping: &PingOne, from: Option<&Cursor>) -> Result<Page, Problem> {
    pick(ping, &Query::new("", MatchMode::Prefix), from, MOST_ROWS, |account| account.lock.is_locked()).await
}

async fn pick(
    ping: &PingOne,
    query: &Query,
    from: Option<&Cursor>,
    rows: u32,
    keeps: impl Fn(&Account) -> bool,
) -> Result<Page, Problem> {
    let url = match from {
        Some(Cursor(href)) => same_origin(&ping.client.base, href)?,
        None => {
            let filter = scim_filter::filter(query).map(|filter| format!("filter={}&", Untrusted::from(filter).url()));
            ping.client.url(&format!("/users?{}limit={rows}", filter.unwrap_or_default()))
        }
    };
    let response = ping.client.read(Request::get(url)).await?;
    let odd = |why: &str| ping.client.noted(ping.client.spec.not_understood(&response, why));
    let collection = ping.client.parsed(&response, &USERS).map_err(|problem| ping.client.noted(problem))?;
    let embedded = collection.object("_embedded").unwrap_or_default();
    let (users, total) = (embedded.list("users"), collection.count("count"));
    // An empty answer is believed only when it says so itself.
    if users.is_empty() && collection.count("size").or(total).is_some_and(|said| said > 0) && from.is_none() {
        return Err(odd("a list of users that names a number of them and holds none"));
    }
    let now = Timestamp::now();
    let map = |user: &_| Ok(mapping::listed(ping, user, now).filter(&keeps));
    let mut page = page_of(users, &USER, map, odd);
    page.total = total.map(u64::from);
    page.next = collection.object("_links").and_then(|links| links.inner_text("next", "href")).map(Cursor);
    Ok(page)
}

/// The next page's address, if it is the configured API's own. The token goes nowhere else.
fn same_origin(environment: &Url, href: &Untrusted) -> Result<Url, Problem> {
    let elsewhere = || {
        Problem::new(
            Code::Redirected,
            "the next page lies outside the configured API and was not fetched",
            href.line(),
            "check base_url; a gateway in between must rewrite the links of its answers",
        )
    };
    let url = environment.join(href.as_data()).map_err(|_| elsewhere())?;
    let below = url.path().strip_prefix(environment.path()).is_some_and(|rest| rest.starts_with('/'));
    if url.origin() == environment.origin() && below && url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err(elsewhere())
    }
}

#[cfg(test)]
mod tests;
