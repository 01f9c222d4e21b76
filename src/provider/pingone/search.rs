//! Searching users, page by page.

use jiff::Timestamp;
use reqwest::Url;

use crate::domain::{Code, Cursor, Page, Problem, Query, Untrusted};
use crate::provider::auth;
use crate::provider::http::Request;

use super::wire::{Collection, User};
use super::{PingOne, errors, mapping, scim_filter};

/// Rows asked for at once: more than any screen shows. The service may give fewer, and takes up to 200
/// (paging-ordering-collections).
const ROWS: u32 = 50;

/// One page of a search.
pub async fn page(ping: &PingOne, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
    let url = match from {
        Some(Cursor(href)) => same_origin(&ping.environment, href)?,
        None => {
            let mut url = ping.url(&[&"users".into()]);
            let filter = scim_filter::filter(query).map(|filter| format!("filter={}&", Untrusted::from(filter).url()));
            url.set_query(Some(&format!("{}limit={ROWS}", filter.unwrap_or_default())));
            url
        }
    };
    let answer = auth::read(ping, Request::get(url)).await?;
    if answer.status != 200 {
        return Err(errors::problem(&answer)).inspect_err(|problem| ping.http.note_problem(problem));
    }
    let collection: Collection<'_> = serde_json::from_slice(&answer.body)
        .map_err(|e| errors::not_understood(&answer, &e))
        .inspect_err(|problem| ping.http.note_problem(problem))?;
    let now = Timestamp::now();
    let mut page = Page { total: collection.count, ..Page::default() };
    for row in collection.embedded.users {
        match serde_json::from_str::<User>(row.get()) {
            Ok(user) => page.accounts.push(mapping::listed(ping, &user, now)),
            Err(e) => page.problems.push(errors::not_understood(&answer, &e)),
        }
    }
    page.looked_at = (page.accounts.len() + page.problems.len()) as u64;
    page.next = collection.links.next.map(|link| Cursor(link.href));
    Ok(page)
}

/// One page of everybody, and of them those whose account is locked: `account.status` is in no list of filter
/// attributes. A lock of the password layer alone doesn't show here.
pub async fn locked(ping: &PingOne, from: Option<&Cursor>) -> Result<Page, Problem> {
    let mut page = page(ping, &Query::new("", crate::domain::Match::Prefix), from).await?;
    page.accounts.retain(|account| account.lock.is_locked());
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
mod tests {
    use super::*;

    #[test]
    fn only_the_apis_own_pages_are_followed() {
        let environment = Url::parse("https://api.pingone.eu/v1/environments/e1").unwrap();
        let cases = [
            ("https://api.pingone.eu/v1/environments/e1/users?cursor=x", true),
            ("/v1/environments/e1/users?cursor=x", true),
            ("https://api.pingone.eu.evil.example/v1/environments/e1/users", false),
            ("http://api.pingone.eu/v1/environments/e1/users", false),
            ("https://api.pingone.eu:8443/v1/environments/e1/users", false),
            ("https://api.pingone.eu/v1/environments/e2/users", false),
            ("https://api.pingone.eu/v1/environments/e1evil/users", false),
            ("https://a:b@api.pingone.eu/v1/environments/e1/users", false),
            ("//evil.example/v1/environments/e1/users", false),
            ("https://api.pingone.eu/v1/environments/e1/../e2/users", false),
        ];
        for (href, follows) in cases {
            assert_eq!(same_origin(&environment, &href.into()).is_ok(), follows, "{href}");
        }
    }
}
