//! Iru's shapes, and what they are here.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::domain::{ChainLink, Untrusted};
use crate::provider::apple_mdm::inventory::{Device, Local, Owner};

/// The states of a command, as numbers.
const STATES: [(i64, &str); 5] = [(1, "Pending"), (2, "Running"), (3, "Acknowledged"), (4, "Error"), (5, "NotNow")];

#[derive(Deserialize)]
pub struct Row {
    #[serde(default)]
    pub device_id: Untrusted,
    pub device_name: Option<Untrusted>,
    pub serial_number: Option<Untrusted>,
    pub os_version: Option<Untrusted>,
    pub last_check_in: Option<Untrusted>,
    pub model: Option<Untrusted>,
    #[serde(default)]
    pub platform: String,
    /// An object, or an empty text where nobody is assigned.
    #[serde(default)]
    pub user: Value,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Details {
    pub general: Option<General>,
    pub users: Option<Users>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct General {
    pub device_name: Option<Untrusted>,
    pub serial_number: Option<Untrusted>,
    pub os_version: Option<Untrusted>,
    pub assigned_user: Value,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Users {
    pub regular_users: Option<Vec<RegularUser>>,
}

#[derive(Deserialize)]
pub struct RegularUser {
    pub username: Option<Untrusted>,
    pub name: Option<Untrusted>,
    pub uid: Option<Value>,
}

#[derive(Deserialize)]
pub struct CommandRow {
    pub command_type: Option<Untrusted>,
    pub request_type: Option<Untrusted>,
    pub status: Option<i64>,
    #[serde(default)]
    pub error_chain: Vec<Value>,
    pub date_requested: Option<Untrusted>,
    pub date_completed: Option<Untrusted>,
}

impl CommandRow {
    /// True for an unlock of an account, by either name.
    pub fn is_unlock(&self) -> bool {
        let mut names = [&self.command_type, &self.request_type].into_iter().flatten();
        names.any(|name| name.as_data().to_lowercase().replace(['_', ' '], "").contains("unlock"))
    }

    /// Its state as a word; the number where there is none for it.
    pub fn word(&self) -> String {
        let number = self.status.unwrap_or_default();
        let known = STATES.iter().find(|state| state.0 == number);
        known.map_or_else(|| number.to_string(), |state| state.1.to_owned())
    }
}

/// A time as it is written there; none where it is none.
pub fn moment(text: Option<&Untrusted>) -> Option<Timestamp> {
    text?.as_data().parse().ok()
}

/// A link of the error chain, whatever it is.
pub fn link(value: &Value) -> ChainLink {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(Untrusted::from);
    ChainLink {
        code: value.get("ErrorCode").and_then(Value::as_i64),
        domain: text("ErrorDomain").unwrap_or_default(),
        text: text("LocalizedDescription")
            .or_else(|| text("USEnglishDescription"))
            .unwrap_or_else(|| value.as_str().map_or_else(|| value.to_string(), str::to_owned).into()),
    }
}

fn owner(user: &Value) -> Owner {
    let text = |key: &str| user.get(key).and_then(Value::as_str).map(Untrusted::from).filter(|text| !text.is_blank());
    Owner { username: None, email: text("email"), name: text("name") }
}

/// A row with its details as a Mac here.
pub fn device(row: Row, details: Details) -> Device {
    let general = details.general.unwrap_or_default();
    let mut user = owner(&row.user);
    if user.email.is_none() {
        user = owner(&general.assigned_user);
    }
    let serial = row.serial_number.or(general.serial_number);
    let locals = details.users.and_then(|users| users.regular_users).map(|users| {
        let local = |user: RegularUser| {
            let uid = user.uid.and_then(|uid| uid.as_i64().or_else(|| uid.as_str()?.parse().ok()));
            Some(Local { short_name: user.username?, full_name: user.name, uid })
        };
        users.into_iter().filter_map(local).collect()
    });
    let mut device = Device {
        id: row.device_id,
        aliases: serial.iter().cloned().collect(),
        owner: user,
        locals,
        ..Device::default()
    };
    device.note("Device name", row.device_name.or(general.device_name).as_ref());
    device.note("Serial number", serial.as_ref());
    device.note("Model", row.model.as_ref());
    device.note("macOS", row.os_version.or(general.os_version).as_ref());
    device.note("Last check-in", row.last_check_in.as_ref());
    if !row.platform.is_empty() && row.platform != "Mac" {
        device.refuses = Some("it is no Mac");
    }
    device
}
