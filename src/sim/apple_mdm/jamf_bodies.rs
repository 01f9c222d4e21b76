//! Computers as Jamf Pro's inventory tells them.

use serde_json::{Value, json};

use crate::sim::world::{Mac, SimPerson, fresh_uuid};

/// A whole computer.
pub fn computer_body(person: &SimPerson, mac: &Mac) -> Value {
    let account = |(n, name): (usize, &String)| json!({"uid": (501 + n).to_string(), "userGuid": fresh_uuid(), "username": name, "fullName": if *name == mac.short_name { format!("{} {}", person.given, person.family) } else { "IT Admin".to_owned() }, "admin": false});
    json!({
        "id": mac.number.to_string(), "udid": mac.udid,
        "general": {"name": mac.device_name, "managementId": mac.management_id, "lastContactTime": "2026-11-22T08:00:00Z", "supervised": true},
        "hardware": {"serialNumber": mac.serial, "model": "MacBook Pro"},
        "userAndLocation": {"username": person.username, "realname": format!("{} {}", person.given, person.family), "email": person.email},
        "localUserAccounts": mac.accounts.iter().enumerate().map(account).collect::<Vec<_>>(),
    })
}

/// A member of a computer that its list can be filtered by.
pub fn member(field: &str, person: &SimPerson, mac: &Mac) -> Option<String> {
    Some(match field {
        "id" => mac.number.to_string(),
        "userAndLocation.username" => person.username.clone(),
        "userAndLocation.email" => person.email.clone().unwrap_or_default(),
        "userAndLocation.realname" => format!("{} {}", person.given, person.family),
        "hardware.serialNumber" => mac.serial.clone(),
        "general.name" => mac.device_name.clone(),
        "general.managementId" => mac.management_id.clone(),
        "udid" => mac.udid.clone(),
        _ => return None,
    })
}
