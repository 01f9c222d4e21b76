//! Searching the directory: criteria by POST; where the service is older, the 2021.1 form by GET.

use std::sync::atomic::Ordering;

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::domain::{Match, Page, Problem, Query, Untrusted, phone_digits};
use crate::provider::auth;
use crate::provider::http::{Request, Response};

use super::read::{PROPERTIES, assemble};
use super::{Adaxes, errors, ids, read};

/// Hits asked for; 1,000 is the service's own maximum, without pages.
const ROWS: u32 = 200;
/// Hits asked for when nothing was typed: more than any screen shows.
const FIRST_ROWS: u32 = 50;
/// Where the hits stand in the answer: the wrapper's name was not seen in a vendor page.
const WRAPPERS: [&str; 5] = ["objects", "value", "items", "results", "directoryObjects"];

/// The hits of a search.
pub async fn page(adaxes: &Adaxes, query: &Query) -> Result<Page, Problem> {
    let text = query.text.as_data();
    if query.how == Match::Exact && ids::is_id(text) {
        let account = read::account(adaxes, &query.text).await?;
        return Ok(Page { accounts: account.into_iter().collect(), ..Page::default() });
    }
    let mut page = ask(adaxes, &filter(query), if text.is_empty() { FIRST_ROWS } else { ROWS }).await?;
    match query.how {
        Match::Exact => page.accounts.retain(|account| account.is_exactly(text)),
        Match::Prefix => page.accounts.retain(|account| account.fits(text)),
    }
    Ok(page)
}

/// The locked ones. `lockoutTime` stays set after a lockout has run out, so the service's own flag decides.
pub async fn locked(adaxes: &Adaxes) -> Result<Page, Problem> {
    let mut page = ask(adaxes, "(&(lockoutTime>=1))", ROWS).await?;
    page.accounts.retain(|account| account.lock.is_locked());
    Ok(page)
}

/// An LDAP filter over names and addresses.
fn filter(query: &Query) -> String {
    let text = query.text.as_data();
    let names = ["sAMAccountName", "userPrincipalName", "mail", "displayName", "givenName", "sn", "employeeID"];
    let any = |value: &str, star: &str| {
        let value = Untrusted::from(value).ldap_filter();
        let terms = names.map(|name| format!("({name}={value}{star})")).concat();
        format!("(|{terms})")
    };
    match query.how {
        Match::Exact => any(text, ""),
        Match::Prefix if text.is_empty() => "(sAMAccountName=*)".to_owned(),
        Match::Prefix => {
            let each: String = text.split_whitespace().map(|word| any(word, "*")).collect();
            match phone_digits(text) {
                Some(_) => {
                    let number = Untrusted::from(text.trim()).ldap_filter();
                    format!("(|(&{each})(telephoneNumber=*{number}*)(mobile=*{number}*))")
                }
                None => format!("(&{each})"),
            }
        }
    }
}

async fn ask(adaxes: &Adaxes, filter: &str, rows: u32) -> Result<Page, Problem> {
    let answer = if adaxes.is_old.load(Ordering::Relaxed) {
        old_form(adaxes, filter, rows).await?
    } else {
        let answer = new_form(adaxes, filter, rows).await?;
        if matches!(answer.status, 404 | 405) {
            adaxes.is_old.store(true, Ordering::Relaxed);
            old_form(adaxes, filter, rows).await?
        } else {
            answer
        }
    };
    if answer.status != 200 {
        return Err(errors::problem(&answer)).inspect_err(|problem| adaxes.http.note_problem(problem));
    }
    hits(adaxes, &answer).inspect_err(|problem| adaxes.http.note_problem(problem))
}

async fn new_form(adaxes: &Adaxes, filter: &str, rows: u32) -> Result<Response, Problem> {
    let items = json!({"type": "Advanced", "ldapFilter": filter});
    let body = json!({
        "criteria": {"objectTypes": [{"type": "user", "items": items}]},
        "select": {"properties": PROPERTIES},
        "sizeLimit": rows,
    });
    let ask = Request::post(adaxes.url("/api/directoryObjects/search"), body.to_string().into_bytes())
        .with(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    auth::read(adaxes, ask).await
}

async fn old_form(adaxes: &Adaxes, filter: &str, rows: u32) -> Result<Response, Problem> {
    // 2021.1 has a name of its own for the locked ones.
    let filter = if filter.contains("lockoutTime") { "LockedOutAccounts" } else { filter };
    let mut url = adaxes.url("/api/directoryObjects/search");
    url.set_query(Some(&format!("filter={}&properties={PROPERTIES}&sizeLimit={rows}", Untrusted::from(filter).url())));
    auth::read(adaxes, Request::get(url)).await
}

/// The hits of an answer: a bare array, or one of the wrappers that clients were seen to accept.
fn hits(adaxes: &Adaxes, answer: &Response) -> Result<Page, Problem> {
    let wrong = |why: &str| errors::not_understood(answer, why);
    let rows: Vec<Box<RawValue>> = match serde_json::from_slice(&answer.body) {
        Ok(rows) => rows,
        Err(_) => {
            let mut object: serde_json::Map<String, Value> =
                serde_json::from_slice(&answer.body).map_err(|e| wrong(&e.to_string()))?;
            let rows =
                WRAPPERS.iter().find_map(|name| object.remove(*name)).ok_or_else(|| wrong("no list of objects"))?;
            serde_json::from_str(&rows.to_string()).map_err(|e| wrong(&e.to_string()))?
        }
    };
    let now = Timestamp::now();
    let mut page = Page { total: u64::try_from(rows.len()).ok(), ..Page::default() };
    for row in rows {
        match serde_json::from_str(row.get()).map_err(|e| e.to_string()) {
            Ok(object) => match assemble(adaxes, &object, now) {
                Some(account) => page.accounts.push(account),
                None => page.problems.push(wrong("an object without a GUID")),
            },
            Err(why) => page.problems.push(wrong(&why)),
        }
    }
    Ok(page)
}
