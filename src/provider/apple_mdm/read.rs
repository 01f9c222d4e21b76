//! Finding people's Macs and reading one account.

use jiff::Timestamp;

use crate::domain::{Account, Code, Cursor, Match, MayUnlock, Page, Problem, Query, Untrusted};

use super::AppleMdm;
use super::inventory::{self, Device, MacAccount};
use super::mac_inventory::MacEntry;

/// Lines of the map to a page.
const PAGE: usize = 50;

/// One page of hits: the administrator's map first, then the server's own list.
pub async fn page(mdm: &AppleMdm, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
    let as_of = Timestamp::now();
    // An account's own id needs no search, and no server's search knows it.
    if query.how == Match::Exact && inventory::parts(&query.text).is_some() {
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
    Problem::new(
        Code::NotFound,
        "the Mac is there, and its accounts aren't known",
        format!("{} has neither a person nor accounts in the server's inventory", mac.id.line()),
        "name its person and short name in the provider's map",
    )
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

fn from_map(mdm: &AppleMdm, entry: &MacEntry, as_of: Timestamp) -> Account {
    let mut mac = Device { id: entry.udid.clone(), ..Device::default() };
    note_entry(&mut mac, entry);
    inventory::account(&mdm.info.name, &mac, inventory::mapped(entry), as_of)
}

fn note_entry(mac: &mut Device, entry: &MacEntry) {
    mac.aliases.push(entry.udid.clone());
    if let Some(serial) = &entry.serial
        && !mac.aliases.contains(serial)
    {
        mac.aliases.push(serial.clone());
        mac.note("Serial number", Some(serial));
    }
}

/// One account in full; none when the server has no such Mac, or the Mac no such account.
pub async fn account(mdm: &AppleMdm, id: &Untrusted) -> Result<Option<Account>, Problem> {
    let Some((device_id, short_name)) = inventory::parts(id) else {
        return Err(Problem::new(
            Code::BadId,
            "this is no account of a Mac",
            format!("`{}` is not a Mac's id, a slash and a short name", id.line()),
            "search for the person and act on the account that is found",
        ));
    };
    let as_of = Timestamp::now();
    let entry = mdm.map.iter().find(|entry| entry.udid.same_name(device_id.as_data()));
    let Some(mut mac) = mdm.server.device(&mdm.device_ref(&device_id)).await? else {
        // The map names it, and the server has no such Mac: that isn't nobody, and says what to correct.
        let in_map =
            entry.map(|entry| from_map(mdm, entry, as_of)).filter(|account| account.key.id.same_name(id.as_data()));
        let refused = MayUnlock::No("the server has no such Mac enrolled: correct the UDID in the map of Macs".into());
        return Ok(in_map.map(|account| Account { may_unlock: refused, ..account }));
    };
    if let Some(entry) = entry {
        note_entry(&mut mac, entry);
    }
    let is_it = |one: &MacAccount| one.short_name == short_name;
    let Some(found) = mac.accounts(&mdm.map).into_iter().find(is_it) else { return Ok(None) };
    let bad_logins = mdm.server.failed_logins(&mac, &short_name).await;
    let mut account = inventory::account(&mdm.info.name, &mac, found, as_of);
    account.bad_logins = bad_logins.unwrap_or(account.bad_logins);
    Ok(Some(account))
}
