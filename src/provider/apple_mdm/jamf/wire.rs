//! The shapes of the Jamf Pro API, and what they are here.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::domain::{Cursor, Match, Query, Untrusted};
use crate::provider::apple_mdm::inventory::{Device, Local, Owner};
use crate::provider::apple_mdm::server::Devices;

/// Macs in one answer.
pub const PAGE: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inventory {
    #[serde(default)]
    pub total_count: Option<u64>,
    #[serde(default)]
    pub results: Vec<Computer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Computer {
    #[serde(default)]
    pub id: Untrusted,
    #[serde(default)]
    pub udid: Untrusted,
    pub general: Option<General>,
    pub hardware: Option<Hardware>,
    pub user_and_location: Option<UserAndLocation>,
    pub local_user_accounts: Option<Vec<LocalAccount>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct General {
    pub name: Option<Untrusted>,
    pub management_id: Option<Untrusted>,
    pub last_contact_time: Option<Untrusted>,
    pub supervised: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hardware {
    pub serial_number: Option<Untrusted>,
    pub model: Option<Untrusted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserAndLocation {
    pub username: Option<Untrusted>,
    pub realname: Option<Untrusted>,
    pub email: Option<Untrusted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalAccount {
    pub username: Option<Untrusted>,
    pub full_name: Option<Untrusted>,
    pub uid: Option<Value>,
}

#[derive(Deserialize)]
pub struct Made {
    pub id: Option<Untrusted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Commands {
    #[serde(default)]
    pub results: Vec<CommandRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandRow {
    pub uuid: Option<Untrusted>,
    #[serde(default, alias = "commandState")]
    pub status: Untrusted,
    #[serde(alias = "commandType")]
    pub command: Option<Untrusted>,
    #[serde(alias = "dateSent")]
    pub date_sent: Option<Untrusted>,
    pub date_completed: Option<Untrusted>,
}

/// Names that begin like the text, or are exactly it; the text is data for the filter.
pub fn wanted(query: &Query) -> String {
    let value = match query.how {
        Match::Exact => query.text.rsql(),
        Match::Prefix => query.text.rsql_prefix(),
    };
    let fields = [
        "userAndLocation.username",
        "userAndLocation.email",
        "userAndLocation.realname",
        "hardware.serialNumber",
        "general.name",
    ];
    let mut parts: Vec<String> = fields.iter().map(|field| format!("{field}=={value}")).collect();
    parts.push(format!("udid=={}", query.text.rsql()));
    parts.join(",")
}

pub fn moment(text: Option<&Untrusted>) -> Option<Timestamp> {
    text.and_then(|text| text.as_data().parse().ok())
}

pub fn is_unlock(command: Option<&Untrusted>) -> bool {
    let plain =
        |text: &str| text.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect::<String>();
    command.is_some_and(|command| plain(command.as_data()) == "unlockuseraccount")
}

pub fn page(inventory: Inventory, number: usize) -> Devices {
    let full = inventory.results.len() >= PAGE;
    let more = full && inventory.total_count.is_none_or(|total| total > ((number + 1) * PAGE) as u64);
    let next = more.then(|| Cursor((number + 1).to_string().into()));
    Devices { macs: inventory.results.into_iter().map(device).collect(), problems: Vec::new(), next }
}

pub fn device(computer: Computer) -> Device {
    let user = computer.user_and_location;
    let general = computer.general;
    let hardware = computer.hardware;
    let serial = hardware.as_ref().and_then(|hardware| hardware.serial_number.clone());
    let locals = computer.local_user_accounts.map(|accounts| {
        let local = |account: LocalAccount| {
            // A number or a text, by version.
            let uid = account.uid.and_then(|uid| uid.as_i64().or_else(|| uid.as_str()?.parse().ok()));
            Some(Local { short_name: account.username?, full_name: account.full_name, uid })
        };
        accounts.into_iter().filter_map(local).collect()
    });
    let mut device = Device {
        id: computer.udid,
        aliases: serial.iter().cloned().collect(),
        number: Some(computer.id),
        owner: user.map_or_else(Owner::default, |user| Owner {
            username: user.username.filter(|name| !name.is_blank()),
            email: user.email.filter(|email| !email.is_blank()),
            name: user.realname.filter(|name| !name.is_blank()),
        }),
        locals,
        other_id: general.as_ref().and_then(|general| general.management_id.clone()),
        ..Device::default()
    };
    device.note("Device name", general.as_ref().and_then(|general| general.name.as_ref()));
    device.note("Serial number", serial.as_ref());
    device.note("Model", hardware.as_ref().and_then(|hardware| hardware.model.as_ref()));
    device.note("Last contact", general.as_ref().and_then(|general| general.last_contact_time.as_ref()));
    let supervised = general.as_ref().and_then(|general| general.supervised);
    device.note("Supervised", supervised.map(|is| if is { "yes" } else { "no" }.into()).as_ref());
    device
}
