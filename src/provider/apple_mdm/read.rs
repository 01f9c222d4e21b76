//! Reading one account of a Mac.

use jiff::Timestamp;

use crate::domain::{Account, MayUnlock, Problem, Untrusted};

use super::AppleMdm;
use super::inventory::{self, Device, MacAccount};
use super::mac_map::MacAssignment;

/// The account that an entry of the map names, before the server is asked.
pub fn from_map(mdm: &AppleMdm, entry: &MacAssignment, as_of: Timestamp) -> Account {
    let mut mac = Device { id: entry.udid.clone(), ..Device::default() };
    note_entry(&mut mac, entry);
    inventory::account(&mdm.info, &mac, inventory::mapped(entry), as_of)
}

fn note_entry(mac: &mut Device, entry: &MacAssignment) {
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
    let (device_id, short_name) = inventory::parts(id)?;
    let as_of = Timestamp::now();
    let entry = mdm.entry(&device_id);
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
    let Some(found) = mac.accounts(mdm.map.entries()).into_iter().find(is_it) else { return Ok(None) };
    let bad_logins = mdm.server.failed_logins(&mac, &short_name).await;
    let mut account = inventory::account(&mdm.info, &mac, found, as_of);
    account.bad_logins = bad_logins.unwrap_or(account.bad_logins);
    account.asked_first = mdm.check_user_list.then_some("the question for the Mac's accounts");
    Ok(Some(account))
}
