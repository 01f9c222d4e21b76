//! Searching for users.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::{Code, Cursor, MatchMode, Page, Problem, Query};
use crate::provider::paging::incomplete;

use super::FreeIpa;
use super::{read, rpc};

/// Users in one answer: the API has no pages.
const MOST: usize = 500;

/// Whoever fits. FreeIPA finds a text anywhere in the usual names; what is kept begins like it.
pub async fn page(ipa: &FreeIpa, query: &Query, _: Option<&Cursor>) -> Result<Page, Problem> {
    let text = query.text.as_data();
    // An id is asked for by its name; a unique id alone can't be.
    let asked = read::parts(text).map_or(text, |(name, _)| name);
    let (words, options) = match query.how {
        // Its search looks at names only in part: an address has an option of its own.
        MatchMode::Exact if asked.contains('@') => {
            (vec![], json!({"all": true, "raw": true, "sizelimit": MOST, "mail": asked}))
        }
        _ => {
            let word = asked.split_whitespace().next().unwrap_or_default();
            (vec![word], json!({"all": true, "raw": true, "sizelimit": MOST}))
        }
    };
    let at = Timestamp::now();
    let Some(answer) = ipa.call("user_find", &words, &options).await? else { return Ok(Page::default()) };
    let entries = answer.get("result").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut page = Page { looked_at: entries.len() as u64, ..Page::default() };
    for entry in entries {
        match read::unread(ipa, entry, at) {
            Some(account) => page.accounts.push(account),
            None => page.problems.push(rpc::SPEC.odd("a user without a name or a unique id")),
        }
    }
    page.accounts.retain(|account| match query.how {
        MatchMode::Exact => account.is_exactly(text),
        MatchMode::Prefix => text.is_empty() || account.fits(text),
    });
    let is_cut = answer.get("truncated").and_then(Value::as_bool).unwrap_or(entries.len() >= MOST);
    page.incomplete = is_cut.then(|| incomplete("FreeIPA gives no more of a search, and has no pages"));
    Ok(page)
}

/// FreeIPA has no list of the locked, and its count can't be asked for by the API.
pub fn locked(ipa: &FreeIpa, _: Option<&Cursor>) -> std::future::Ready<Result<Page, Problem>> {
    std::future::ready(Err(ipa.client.noted(Problem::new(
        Code::Unsupported,
        "FreeIPA's API has no list of who is locked",
        "each server counts for itself, and tells it of one user at a time",
        "search for the person",
    ))))
}
