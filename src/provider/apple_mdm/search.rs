//! Finding people's Macs.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::domain::{Account, AccountNames, Code, Cursor, MatchMode, Page, Problem, Query, QueryWords, Untrusted};

use super::mac_map::{MacAssignment, MacMap};
use super::read::{account, from_map};
use super::{AppleMdm, inventory};

/// So many lines are looked through in a moment.
const MANY: usize = 1_000;
/// Lines of the map to a page.
const PAGE: usize = 50;

/// One page of hits: the administrator's map first, then the server's own list.
pub async fn page(mdm: &AppleMdm, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
    let as_of = Timestamp::now();
    // An account's own id needs no search, and no server's search knows it.
    if query.how == MatchMode::Exact && inventory::parts(&query.text).is_ok() {
        let accounts: Vec<Account> = account(mdm, &query.text).await?.into_iter().collect();
        return Ok(Page { looked_at: accounts.len() as u64, accounts, ..Page::default() });
    }
    let (in_map, at) = place(from);
    let mut page = Page::default();
    if in_map {
        let skip: usize = at.as_data().parse().unwrap_or(0);
        let hits = hits(&mdm.map, query, skip).await;
        let shown = hits.iter().take(PAGE).filter_map(|at| mdm.map.entries().get(*at));
        page.accounts.extend(shown.map(|entry| from_map(mdm, entry, as_of)));
        if hits.len() > PAGE {
            page.next = Some(Cursor(format!("map {}", skip + PAGE).into()));
            return Ok(page);
        }
    }
    let cursor = (!in_map).then_some(Cursor(at));
    let found = mdm.server.devices(query, cursor.as_ref()).await?;
    // A list that isn't whole proves nobody's absence.
    let (cut, odd): (Vec<Problem>, _) = found.problems.into_iter().partition(|one| one.code == Code::Incomplete);
    (page.incomplete, page.problems) = (cut.into_iter().next(), odd);
    page.next = found.next.map(|next| Cursor(format!("api {}", next.0.as_data()).into()));
    for mac in &found.macs {
        let accounts: Vec<Account> = mac
            .accounts(mdm.map.entries())
            .into_iter()
            .map(|one| inventory::account(&mdm.info, mac, one, as_of))
            .collect();
        let is_meant = query.how == MatchMode::Exact && mac.is_exactly(&query.text);
        if accounts.is_empty() && is_meant {
            page.problems.push(without_accounts(mac));
        }
        for account in accounts.into_iter().filter(|account| fits(account, query)) {
            // The map may write the Mac's id in another case than the server.
            if !page.accounts.iter().any(|known| known.key.id.same_name(account.key.id.as_data())) {
                page.accounts.push(account);
            }
        }
    }
    page.looked_at = page.accounts.len() as u64;
    Ok(page)
}

/// The places of the entries that fit, from the `skip`th on, and of one more than a page has. A long map is looked
/// through beside the screen's own thread.
async fn hits(map: &MacMap, query: &Query, skip: usize) -> Vec<usize> {
    let (shared, query) = (map.clone(), query.clone());
    let look = move || {
        let words = QueryWords::of(query.text.as_data());
        let entries = shared.entries().iter().enumerate();
        let fitting = entries.filter(|(_, entry)| is_meant(entry, &query, &words)).map(|(at, _)| at);
        fitting.skip(skip).take(PAGE + 1).collect()
    };
    if map.entries().len() < MANY { look() } else { tokio::task::spawn_blocking(look).await.unwrap_or_default() }
}

/// True where the query means that entry, by the entry's own fields.
fn is_meant(entry: &MacAssignment, query: &Query, words: &QueryWords) -> bool {
    let text = query.text.as_data();
    let guessed = || Cow::Owned(inventory::mapped(entry).short_name);
    let username = entry.short_name.as_ref().map_or_else(guessed, Cow::Borrowed);
    let names = AccountNames {
        username: Some(&*username),
        owner: entry.owner.username.as_ref(),
        email: entry.owner.email.as_ref(),
        display_name: entry.owner.name.as_ref(),
        employee_id: None,
    };
    let is_id = || {
        [Some(&entry.udid), entry.serial.as_ref()].into_iter().flatten().any(|id| id.same_name(text))
            || text.split_once('/').is_some_and(|(udid, name)| entry.udid.same_name(udid) && username.same_name(name))
    };
    (query.how == MatchMode::Prefix && names.fit(words)) || names.is_exactly(text) || is_id()
}

/// Found, and nobody knows its accounts: that isn't nobody.
fn without_accounts(mac: &inventory::Device) -> Problem {
    let why = format!("{} has neither a person nor accounts in the server's inventory", mac.id.line());
    let next = "name its person and short name in the provider's map";
    Problem::new(Code::NotFound, "the Mac is there, and its accounts aren't known", why, next)
}

fn place(from: Option<&Cursor>) -> (bool, Untrusted) {
    match from.and_then(|from| from.0.as_data().split_once(' ')) {
        Some(("api", rest)) => (false, rest.into()),
        Some((_, rest)) => (true, rest.into()),
        None => (true, Untrusted::default()),
    }
}

fn fits(account: &Account, query: &Query) -> bool {
    let text = query.text.as_data();
    account.is_exactly(text) || (query.how == MatchMode::Prefix && account.fits(text))
}

/// Nobody: no server reports who is locked.
pub fn locked(_: &AppleMdm, _: Option<&Cursor>) -> std::future::Ready<Result<Page, Problem>> {
    std::future::ready(Ok(Page::default()))
}
