//! The one loop over pages: no page twice, and never more of them than anybody can want. What was cut says so.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::ControlFlow;

use serde_json::value::RawValue;

use crate::domain::{Account, Code, Cursor, Page, Problem};

use super::BoxFuture;
use super::json::{Object, Shape};

/// Pages that are read of one list.
const MOST_PAGES: u64 = 20_000;
/// Rows that are looked at in one list.
const MOST_ROWS: u64 = 1_000_000;
/// Empty pages in a row that are read before it is given up.
const EMPTY_PAGES: u32 = 3;
/// Rows that are taken from one page: no API gives more than a thousand, whatever it is asked for.
const MOST_ROWS_A_PAGE: u64 = 10_000;

/// Reads a list page by page; `take` may end it early.
///
/// # Errors
/// The problem of the page that couldn't be read, or why the list is not whole.
pub async fn each_page<'a>(
    fetch: impl Fn(Option<Cursor>) -> BoxFuture<'a, Result<Page, Problem>>,
    mut take: impl FnMut(Page) -> ControlFlow<()>,
) -> Result<(), Problem> {
    let (mut cursors, mut prints, mut ids) = (HashSet::new(), HashSet::new(), HashSet::new());
    let (mut pages, mut rows, mut empty) = (0u64, 0u64, 0u32);
    let (mut from, mut cut): (Option<Cursor>, Option<Problem>) = (None, None);
    loop {
        let mut page = fetch(from).await?;
        pages += 1;
        rows += page.looked_at.max(page.accounts.len() as u64);
        let next = page.next.take();
        let repeats = page.fingerprint.is_some_and(|print| !prints.insert(print));
        empty = if page.looked_at == 0 && page.accounts.is_empty() { empty + 1 } else { 0 };
        page.accounts.retain(|account| ids.insert(digest(&account.key)));
        cut = cut.or(page.incomplete.take());
        if take(page).is_break() {
            return Ok(());
        }
        from = match next {
            None => return cut.map_or(Ok(()), Err),
            Some(_) if repeats => return Err(incomplete("the server sends the same page again and again")),
            Some(_) if empty >= EMPTY_PAGES => return Err(incomplete("the server sends empty pages without an end")),
            Some(next) if !cursors.insert(digest(&next)) => {
                return Err(incomplete("the server's pages lead back to one that was read"));
            }
            Some(_) if pages >= MOST_PAGES => return Err(incomplete(format!("after {pages} pages there was no end"))),
            Some(_) if rows >= MOST_ROWS => return Err(incomplete(format!("after {rows} rows there was no end"))),
            Some(next) => Some(next),
        };
    }
}

/// A page of these rows. `map` makes an account of a row, or leaves it out; what can't be understood is one problem.
pub fn page_of<'a>(
    rows: impl IntoIterator<Item = &'a RawValue>,
    shape: &Shape,
    map: impl Fn(&Object) -> Result<Option<Account>, String>,
    odd: impl Fn(&str) -> Problem,
) -> Page {
    let (mut page, mut ids, mut print) = (Page::default(), HashSet::new(), DefaultHasher::new());
    for row in rows {
        if page.looked_at >= MOST_ROWS_A_PAGE {
            let why = format!("the server sent more than {MOST_ROWS_A_PAGE} rows in one page");
            page.incomplete = Some(incomplete(why));
            break;
        }
        page.looked_at += 1;
        row.get().hash(&mut print);
        match Object::read(row.get(), shape).and_then(|object| map(&object)) {
            // The same account twice is one account.
            Ok(Some(account)) if ids.insert(account.key.clone()) => page.accounts.push(account),
            Ok(_) => {}
            Err(why) => page.problems.push(odd(&why)),
        }
    }
    page.fingerprint = (page.looked_at > 0).then(|| print.finish());
    page
}

/// Why a list is not whole.
pub fn incomplete(why: impl Into<String>) -> Problem {
    Problem::new(
        Code::Incomplete,
        "the list is not whole",
        why.into(),
        "what is listed is right, and more may be missing: search for the person by name",
    )
}

fn digest(what: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}
