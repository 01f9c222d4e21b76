//! Searching users, and listing the locked ones: sorted by `_id`, a hundred a page.

use std::ops::ControlFlow;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::{Code, Cursor, MatchMode, Page, Problem, Query};
use crate::provider::http::Request;
use crate::provider::paging::{each_page, page_of};
use crate::provider::poll_result;

use super::wire::{USER, USERS};
use super::{JumpCloud, mapping, read};

/// "Limited to 100".
const ROWS: u64 = 100;
/// Rows asked for when nothing was typed: more than any screen shows.
const FIRST_ROWS: u64 = 50;
/// The fields that are searched for a text (its own example), and those that not every version may know.
const FIELDS: [&str; 6] = ["username", "email", "displayname", "firstname", "lastname", "employeeIdentifier"];
const MORE_FIELDS: [&str; 2] = ["alternateEmail", "systemUsername"];

/// One page of a search. The service matches parts of a text; beginnings are picked by the caller, and an exact name is
/// looked for through all pages.
pub async fn page(jump: &JumpCloud, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
    let text = query.text.as_data();
    if text.is_empty() {
        return ask(jump, json!({"limit": FIRST_ROWS, "sort": "_id"}), from.cloned()).await;
    }
    if query.how == MatchMode::Exact {
        return exact(jump, query).await;
    }
    // Several words are a name: each is looked for, and all must fit.
    let mut page = find(jump, text.split_whitespace().next().unwrap_or(text), from.cloned()).await?;
    page.accounts.retain(|account| account.fits(text));
    Ok(page)
}

async fn exact(jump: &JumpCloud, query: &Query) -> Result<Page, Problem> {
    let text = query.text.as_data();
    let mut all = Page::default();
    let take = |page: Page| {
        all.looked_at += page.looked_at;
        all.accounts.extend(page.accounts.into_iter().filter(|account| account.is_exactly(text)));
        all.problems.extend(page.problems);
        ControlFlow::Continue(())
    };
    match each_page(|from| Box::pin(find(jump, text, from)), take).await {
        Err(problem) if problem.code == Code::Incomplete => all.incomplete = Some(problem),
        read => read?,
    }
    // No search knows a user by its id.
    if all.accounts.is_empty() && jump.user_url(&query.text, "").is_ok() {
        all.accounts.extend(poll_result::checked(&query.text, read::account(jump, &query.text).await)?);
    }
    Ok(all)
}

async fn find(jump: &JumpCloud, term: &str, from: Option<Cursor>) -> Result<Page, Problem> {
    let body =
        |fields: &[&str]| json!({"limit": ROWS, "sort": "_id", "searchFilter": {"searchTerm": term, "fields": fields}});
    match ask(jump, body(&[&FIELDS[..], &MORE_FIELDS[..]].concat()), from.clone()).await {
        Err(problem) if problem.code == Code::BadRequest => ask(jump, body(&FIELDS), from).await,
        answer => answer,
    }
}

/// One page of the locked users. The search lags behind reads, so each hit is to be read before it is acted on; and a
/// row that says itself that it isn't locked is none, whatever was asked for.
pub async fn locked(jump: &JumpCloud, from: Option<&Cursor>) -> Result<Page, Problem> {
    let body = json!({"filter": {"and": [{"account_locked": true}]}, "limit": ROWS, "sort": "_id"});
    let mut page = ask(jump, body, from.cloned()).await?;
    page.accounts.retain(|account| account.lock.is_locked());
    Ok(page)
}

async fn ask(jump: &JumpCloud, mut body: Value, from: Option<Cursor>) -> Result<Page, Problem> {
    let skip = Cursor::number(from.as_ref()) as u64;
    let limit = body.get("limit").and_then(Value::as_u64).unwrap_or(ROWS);
    if let Some(body) = body.as_object_mut() {
        body.insert("skip".to_owned(), json!(skip));
    }
    let response = jump.client.read(Request::post_json(jump.client.url("/api/search/systemusers"), &body)).await?;
    let odd = |why: &str| jump.client.noted(jump.client.spec.not_understood(&response, why));
    let found = jump.client.parsed(&response, &USERS).map_err(|problem| jump.client.noted(problem))?;
    let (rows, total) = (found.list("results"), found.count("totalCount").map(u64::from));
    if rows.is_empty() && total.is_some_and(|total| total > skip) {
        return Err(odd("a list of users that names a number of them and holds none"));
    }
    let now = Timestamp::now();
    let mut page = page_of(rows, &USER, |user| Ok(mapping::listed(jump, user, now)), odd);
    page.total = total;
    let next = skip + page.looked_at;
    let is_more = match total {
        Some(total) => next < total,
        // Without a number a page that isn't full is the last.
        None => page.looked_at >= limit,
    };
    page.next = (page.looked_at > 0 && is_more).then(|| Cursor(next.to_string().into()));
    Ok(page)
}
