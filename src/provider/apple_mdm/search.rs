//! Finding people's Macs.

use jiff::Timestamp;

use crate::domain::Account;
use crate::domain::Code;
use crate::domain::Cursor;
use crate::domain::Match;
use crate::domain::Page;
use crate::domain::Problem;
use crate::domain::Query;
use crate::domain::Untrusted;

use super::AppleMdm;
use super::inventory;
use super::mac_inventory::MacEntry;
use super::read::account;
use super::read::from_map;

/// Lines of the map to a page.
const PAGE: usize = 50;

/// One page of hits: the administrator's map first, then the server's own list.
pub async fn page(mdm: &AppleMdm, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
    let as_of = Timestamp::now();
    // An account's own id needs no search, and no server's search knows it.
    if query.how == Match::Exact && inventory::parts(&query.text).is_ok() {
        let accounts: Vec<Account> = account(mdm, &query.text).await?.into_iter().collect();
        return Ok(Page { looked_at: accounts.len() as u64, accounts, ..Page::default() });
    }
    let (in_map, at) = place(from);
    let mut page = Page::default();
    if in_map {
        let hits: Vec<&MacEntry> = mdm.map.iter().filter(|entry| fits(&from_map(mdm, entry, as_of), query)).collect();
        let skip: usize = at.as_data().parse().unwrap_or(0);
        page.accounts.extend(hits.iter().skip(skip).take(PAGE).map(|entry| from_map(mdm, entry, as_of)));
        if hits.len() > skip + PAGE {
            page.next = Some(Cursor(format!("map {}", skip + PAGE).into()));
            return Ok(page);
        }
    }
    let cursor = (!in_map).then_some(Cursor(at));
    let found = mdm.server.devices(query, cursor.as_ref()).await?;
    page.problems = found.problems;
    page.next = found.next.map(|next| Cursor(format!("api {}", next.0.as_data()).into()));
    for mac in &found.macs {
        let accounts: Vec<Account> =
            mac.accounts(&mdm.map).into_iter().map(|one| inventory::account(&mdm.info.name, mac, one, as_of)).collect();
        let is_meant = query.how == Match::Exact && mac.is_exactly(&query.text);
        if accounts.is_empty() && is_meant {
            page.problems.push(without_accounts(mac));
        }
        for account in accounts.into_iter().filter(|account| fits(account, query)) {
            if page.accounts.iter().all(|known| known.key != account.key) {
                page.accounts.push(account);
            }
        }
    }
    page.looked_at = page.accounts.len() as u64;
    Ok(page)
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
    match query.how {
        Match::Exact => account.is_exactly(query.text.as_data()),
        Match::Prefix => account.fits(query.text.as_data()) || account.is_exactly(query.text.as_data()),
    }
}

/// Nobody: no server reports who is locked.
pub fn locked(_: &AppleMdm, _: Option<&Cursor>) -> std::future::Ready<Result<Page, Problem>> {
    std::future::ready(Ok(Page::default()))
}
