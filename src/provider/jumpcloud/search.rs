//! Searching users, and listing the locked ones: sorted by `_id`, a hundred a page.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::domain::{Cursor, Match, Page, Problem, Query};

use super::wire::{Found, User};
use super::{JumpCloud, errors, read};

/// "Limited to 100".
const ROWS: u64 = 100;

/// One page of a search. The service matches parts of a text; beginnings and exact names are picked by the caller.
pub async fn page(jump: &JumpCloud, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
    let text = query.text.as_data();
    let mut body = members(json!({"limit": if text.is_empty() { 50 } else { ROWS }, "sort": "_id"}));
    if !text.is_empty() {
        // Several words are a name: each is looked for, and all must fit.
        let term = match query.how {
            Match::Exact => json!(text),
            Match::Prefix => json!(text.split_whitespace().next().unwrap_or(text)),
        };
        let fields = ["username", "email", "displayname", "firstname", "lastname", "employeeIdentifier"];
        body.insert("searchFilter".to_owned(), json!({"searchTerm": term, "fields": fields}));
    }
    let mut page = ask(jump, body, from).await?;
    match query.how {
        Match::Exact => {
            if page.accounts.is_empty()
                && text.len() == 24
                && let Some(account) = read::account(jump, &query.text).await.unwrap_or(None)
            {
                page.accounts.push(account);
            }
            page.accounts.retain(|account| account.is_exactly(text));
        }
        Match::Prefix => page.accounts.retain(|account| account.fits(text)),
    }
    Ok(page)
}

/// One page of the locked users. The search lags behind reads, so each hit is to be read before it is acted on.
pub async fn locked(jump: &JumpCloud, from: Option<&Cursor>) -> Result<Page, Problem> {
    let body = json!({"filter": {"and": [{"account_locked": true}]}, "limit": ROWS, "sort": "_id"});
    ask(jump, members(body), from).await
}

fn members(body: Value) -> Map<String, Value> {
    match body {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

async fn ask(jump: &JumpCloud, mut body: Map<String, Value>, from: Option<&Cursor>) -> Result<Page, Problem> {
    let skip: u64 = from.and_then(|cursor| cursor.0.as_data().parse().ok()).unwrap_or(0);
    body.insert("skip".to_owned(), json!(skip));
    let answer = errors::read_json(jump, jump.url("/api/search/systemusers"), &Value::Object(body)).await?;
    if answer.status != 200 {
        return Err(errors::problem(&answer)).inspect_err(|problem| jump.http.note_problem(problem));
    }
    let found: Found<'_> = serde_json::from_slice(&answer.body)
        .map_err(|e| errors::not_understood(&answer, &e.to_string()))
        .inspect_err(|problem| jump.http.note_problem(problem))?;
    let now = Timestamp::now();
    let rows = u64::try_from(found.results.len()).unwrap_or(0);
    let mut page = Page { total: found.total_count, looked_at: rows, ..Page::default() };
    for row in found.results {
        let user = serde_json::from_str::<User>(row.get()).map_err(|e| e.to_string());
        match user.and_then(|user| read::listed(jump, &user, now).ok_or_else(|| "a user without an id".to_owned())) {
            Ok(account) => page.accounts.push(account),
            Err(why) => page.problems.push(errors::not_understood(&answer, &why)),
        }
    }
    let next = skip + rows;
    page.next = (rows > 0 && page.total.is_some_and(|total| next < total)).then(|| Cursor(next.to_string().into()));
    Ok(page)
}
