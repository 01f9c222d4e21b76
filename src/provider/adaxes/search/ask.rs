//! A search on the wire, in the newer form and the older one.

use std::sync::atomic::Ordering;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::{Account, Code, Cursor, MatchMode, Page, Problem, Query, Untrusted, phone_digits};
use crate::provider::adaxes::read::PROPERTIES;
use crate::provider::adaxes::wire::OBJECT;
use crate::provider::adaxes::{Adaxes, mapping};
use crate::provider::http::{Request, Response};
use crate::provider::json::Object;
use crate::provider::paging::page_of;

use super::hits;

/// An LDAP filter over names and addresses.
pub(super) fn filter(query: &Query) -> String {
    let text = query.text.as_data();
    let names = ["sAMAccountName", "userPrincipalName", "mail", "displayName", "givenName", "sn", "employeeID"];
    let any = |value: &str, star: &str| {
        let value = Untrusted::from(value).ldap_filter();
        let terms = names.map(|name| format!("({name}={value}{star})")).concat();
        format!("(|{terms})")
    };
    match query.how {
        MatchMode::Exact => any(text, ""),
        MatchMode::Prefix if text.is_empty() => "(sAMAccountName=*)".to_owned(),
        MatchMode::Prefix => {
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

pub(super) async fn ask(
    adaxes: &Adaxes,
    filter: &str,
    rows: usize,
    cookie: Option<&Cursor>,
    keeps: impl Fn(&Account) -> bool,
) -> Result<Page, Problem> {
    let response = if adaxes.is_old.load(Ordering::Relaxed) {
        old_form(adaxes, filter, rows).await?
    } else {
        match new_form(adaxes, filter, rows, cookie).await {
            // A gateway's 404 shows nothing of the service's age: only where the older form is answered it is older.
            Err(problem) if matches!(problem.code, Code::NotFound | Code::Unsupported) => {
                let older = old_form(adaxes, filter, rows).await.map_err(|_| problem)?;
                adaxes.is_old.store(true, Ordering::Relaxed);
                older
            }
            answer => answer?,
        }
    };
    let hits = hits(adaxes, &response)?;
    let odd = |why: &str| adaxes.client.noted(adaxes.client.spec.not_understood(&response, why));
    let now = Timestamp::now();
    let map = |object: &Object| mapping::account(adaxes, object, now).map(|account| Some(account).filter(&keeps));
    let mut page = page_of(hits.rows.iter().map(AsRef::as_ref), &OBJECT, map, odd);
    page.next = hits.cookie.map(Cursor);
    page.total = page.next.is_none().then_some(page.looked_at);
    Ok(page)
}

/// The body of a search in the newer form: its criteria, the properties that are told, and how many rows.
pub fn criteria(kind: &str, filter: &str, properties: &str, rows: usize) -> Value {
    json!({
        "criteria": {"objectTypes": [{"type": kind, "items": {"type": "Advanced", "ldapFilter": filter}}]},
        "select": {"properties": properties},
        "sizeLimit": rows,
    })
}

async fn new_form(adaxes: &Adaxes, filter: &str, rows: usize, cookie: Option<&Cursor>) -> Result<Response, Problem> {
    let mut body = criteria("user", filter, PROPERTIES, rows);
    // It goes back under the name that it came by.
    if let (Some((name, cookie)), Some(body)) =
        (cookie.and_then(|cookie| cookie.0.as_data().split_once('=')), body.as_object_mut())
    {
        body.insert(name.to_owned(), Value::from(cookie));
    }
    adaxes.client.read(Request::post_json(adaxes.client.url("/api/directoryObjects/search"), &body)).await
}

async fn old_form(adaxes: &Adaxes, filter: &str, rows: usize) -> Result<Response, Problem> {
    // 2021.1 has a name of its own for the locked ones.
    let filter = if filter.contains("lockoutTime") { "LockedOutAccounts" } else { filter };
    let filter = Untrusted::from(filter).url();
    let url = format!("/api/directoryObjects/search?filter={filter}&properties={PROPERTIES}&sizeLimit={rows}");
    adaxes.client.read(Request::get(adaxes.client.url(&url))).await
}
