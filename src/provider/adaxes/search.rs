//! Searching the directory: criteria by POST; where the service is older, the 2021.1 form by GET.

use std::sync::atomic::Ordering;

use jiff::{SignedDuration, Timestamp};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::domain::{Account, Code, Cursor, Match, Page, Problem, Query, Untrusted, phone_digits};
use crate::provider::http::{Request, Response};
use crate::provider::json::Object;
use crate::provider::paging::{incomplete, page_of};
use crate::provider::poll::{checked, normal_id};

use super::read::PROPERTIES;
use super::wire::{OBJECT, filetime};
use super::{Adaxes, ids, mapping, read};

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
    if query.how == Match::Exact && ids::is_id(text) {
        return resolved(adaxes, &query.text).await;
    }
    let rows = if text.is_empty() { FIRST_ROWS } else { ROWS };
    let mut page = ask(adaxes, &filter(query), rows, from, |_| true).await?.page;
    match query.how {
        Match::Exact => page.accounts.retain(|account| account.is_exactly(text)),
        Match::Prefix => page.accounts.retain(|account| account.fits(text)),
    }
    Ok(page)
}

/// What the service resolved by its id is found: it compares them better than a text is compared here. A GUID, and
/// whatever else can be compared, has to fit all the same.
async fn resolved(adaxes: &Adaxes, id: &Untrusted) -> Result<Page, Problem> {
    let read = read::account(adaxes, id).await;
    let account = match ids::guid(id.as_data()) {
        Some(guid) => checked(&guid.into(), read)?,
        None => read?,
    };
    let differs = |account: &Account| {
        let same_kind = account.aliases.iter().filter(|own| ids::is_dn(own.as_data()) == ids::is_dn(id.as_data()));
        let mut comparable = same_kind.filter(|own| ids::is_id(own.as_data())).peekable();
        comparable.peek().is_some() && !comparable.any(|own| normal_id(own.as_data()) == normal_id(id.as_data()))
    };
    if ids::is_sid(id.as_data())
        && let Some(other) = account.as_ref().filter(|account| differs(account))
    {
        return Err(crate::provider::poll::wrong_account(id, &other.key.id));
    }
    Ok(Page { accounts: account.into_iter().collect(), is_resolved: true, ..Page::default() })
}

/// The locked ones. `lockoutTime` stays set after a lockout has run out, so the service's own flag decides.
pub async fn locked(adaxes: &Adaxes, from: Option<&Cursor>) -> Result<Page, Problem> {
    let now = adaxes.client.http.server_now();
    let day = from.and_then(|from| from.0.as_data().strip_prefix("day ")?.parse::<usize>().ok());
    let since = |days: &i64| filetime(now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now));
    let filter = match day.map(|at| (RECENT_DAYS.get(at), at.checked_sub(1).and_then(|at| RECENT_DAYS.get(at)))) {
        None | Some((None, None)) => "(&(lockoutTime>=1))".to_owned(),
        Some((Some(days), None)) => format!("(&(lockoutTime>={}))", since(days)),
        Some((Some(days), Some(done))) => format!("(&(lockoutTime>={})(!(lockoutTime>={})))", since(days), since(done)),
        Some((None, Some(done))) => format!("(&(lockoutTime>=1)(!(lockoutTime>={})))", since(done)),
    };
    let cookie = from.filter(|_| day.is_none());
    let asked = ask(adaxes, &filter, ROWS, cookie, |account| account.lock.is_locked()).await?;
    let mut page = asked.page;
    let is_cut = asked.is_cut && page.next.is_none();
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

/// A page, and whether the service had more than it gave.
struct Asked {
    page: Page,
    is_cut: bool,
}

async fn ask(
    adaxes: &Adaxes,
    filter: &str,
    rows: usize,
    cookie: Option<&Cursor>,
    keeps: impl Fn(&Account) -> bool,
) -> Result<Asked, Problem> {
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
    let count = hits.rows.len();
    let raw: Vec<&RawValue> = hits.rows.iter().map(AsRef::as_ref).collect();
    let map = |object: &Object| mapping::account(adaxes, object, now).map(|account| Some(account).filter(&keeps));
    let mut page = page_of(raw, &OBJECT, map, odd);
    page.next = hits.cookie.map(Cursor);
    page.total = page.next.is_none().then_some(page.looked_at);
    Ok(Asked { page, is_cut: count >= rows })
}

async fn new_form(adaxes: &Adaxes, filter: &str, rows: usize, cookie: Option<&Cursor>) -> Result<Response, Problem> {
    let items = json!({"type": "Advanced", "ldapFilter": filter});
    let mut body = json!({
        "criteria": {"objectTypes": [{"type": "user", "items": items}]},
        "select": {"properties": PROPERTIES},
        "sizeLimit": rows,
    });
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
