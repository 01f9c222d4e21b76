//! Iru's shapes, and what they are here.

use crate::domain::{ErrorChainItem, Untrusted};
use crate::provider::apple_mdm::inventory::{Device, LocalUser, Owner};
use crate::provider::json::{JsonKind, Object, Shape};

/// The states of a command, as numbers.
const STATES: [(i64, &str); 5] = [(1, "Pending"), (2, "Running"), (3, "Acknowledged"), (4, "Error"), (5, "NotNow")];

/// One Mac of a list.
pub const ROW: Shape = Shape { name: "a device", needs: &[("device_id", JsonKind::Text)] };
/// A Mac's details.
pub const DETAILS: Shape = Shape { name: "a device's details", needs: &[("general|users", JsonKind::Any)] };
/// One command of a Mac.
pub const COMMAND: Shape = Shape { name: "a command", needs: &[("command_type|request_type", JsonKind::Text)] };

/// True for an unlock of an account, by either name.
pub fn is_unlock(row: &Object) -> bool {
    let mut names = ["command_type", "request_type"].iter().filter_map(|name| row.text(name));
    names.any(|name| name.as_data().to_lowercase().replace(['_', ' '], "").contains("unlock"))
}

/// The state of a command as a word; the number where there is none for it.
pub fn word(row: &Object) -> String {
    let number = row.integer("status").unwrap_or_default();
    let known = STATES.iter().find(|state| state.0 == number);
    known.map_or_else(|| number.to_string(), |state| state.1.to_owned())
}

/// The error chain of a command, whatever its links are.
pub fn chain(row: &Object) -> Vec<ErrorChainItem> {
    let link = |raw: &&serde_json::value::RawValue| {
        let link: Object = serde_json::from_str(raw.get()).unwrap_or_default();
        let plain = || crate::provider::json::text(raw.get()).unwrap_or_else(|| raw.get().into());
        let text = link.text("LocalizedDescription").or_else(|| link.text("USEnglishDescription"));
        ErrorChainItem {
            code: link.integer("ErrorCode"),
            domain: link.text("ErrorDomain").unwrap_or_default(),
            text: text.unwrap_or_else(plain),
        }
    };
    row.list("error_chain").iter().map(link).collect()
}

/// A person; an empty text stands where nobody is assigned.
fn owner(user: Option<Object>) -> Owner {
    let user = user.unwrap_or_default();
    Owner { username: None, email: user.text("email"), name: user.text("name") }
}

/// A row with its details as a Mac here.
pub fn device(row: &Object, details: &Object) -> Device {
    let general = details.object("general").unwrap_or_default();
    let mut user = owner(row.object("user"));
    if user.email.is_none() {
        user = owner(general.object("assigned_user"));
    }
    let told = |name: &str| row.text(name).or_else(|| general.text(name));
    let serial = told("serial_number");
    let users = details.object("users").unwrap_or_default();
    let mut device = Device {
        id: row.text("device_id").unwrap_or_default(),
        aliases: serial.iter().cloned().collect(),
        owner: user,
        locals: LocalUser::list(&users, "regular_users", Some("name")),
        ..Device::default()
    };
    device.note("Device name", told("device_name").as_ref());
    device.note("Serial number", serial.as_ref());
    device.note("Model", row.text("model").as_ref());
    device.note("macOS", told("os_version").as_ref());
    device.note("Last check-in", row.text("last_check_in").as_ref());
    device.note("Last user", general.text("last_user").as_ref());
    let is_mac = |platform: &Untrusted| platform.as_data() == "Mac";
    device.refuses = row.text("platform").filter(|platform| !is_mac(platform)).map(|_| "it is no Mac");
    device
}
