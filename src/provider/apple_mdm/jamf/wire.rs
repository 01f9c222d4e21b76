//! The shapes of the Jamf Pro API, and what they are here.

use jiff::Timestamp;

use crate::domain::{DeviceAnswer, DeviceStatus, ErrorChainItem, MatchMode, Query, Untrusted};
use crate::provider::apple_mdm::inventory::{Device, LocalUser, Owner};
use crate::provider::apple_mdm::server::CommandRequest;
use crate::provider::json::{JsonKind, Object, Shape};

/// A page of the inventory.
pub const INVENTORY: Shape = Shape { name: "a list of computers", needs: &[("results", JsonKind::List)] };
/// One computer.
pub const COMPUTER: Shape = Shape { name: "a computer", needs: &[("udid", JsonKind::Text)] };

/// Names that begin like the text, or are exactly it; the text is data for the filter.
pub fn filter(query: &Query) -> String {
    let value = match query.how {
        MatchMode::Exact => query.text.rsql(),
        MatchMode::Prefix => query.text.rsql_prefix(),
    };
    let fields = [
        "userAndLocation.username",
        "userAndLocation.email",
        "userAndLocation.realname",
        "hardware.serialNumber",
        "general.name",
    ];
    let parts = fields.iter().map(|field| format!("{field}=={value}"));
    parts.chain([format!("udid=={}", query.text.rsql())]).collect::<Vec<_>>().join(",")
}

/// A command of the list: flat, or side by side with its client.
pub fn command(row: &Object) -> Object {
    row.object("command").unwrap_or_else(|| row.clone())
}

pub fn is_unlock(command: &Object) -> bool {
    let mut names = ["commandType", "command"].iter().filter_map(|name| command.text(name));
    names.any(|name| name.letters() == "unlockuseraccount")
}

/// When something happened; the start of 1970 stands for what hasn't.
pub fn moment(command: &Object, name: &str) -> Option<Timestamp> {
    command.moment(name).filter(|at| at.as_second() > 0)
}

/// What a command's row says of the Mac; none while it hasn't answered.
pub fn answer(command: &Object, request: &CommandRequest, detail: &str) -> Option<DeviceAnswer> {
    let word = command.text("commandState").or_else(|| command.text("status")).unwrap_or_default();
    let error = command.object("commandError").map(|error| ErrorChainItem {
        code: error.integer("errorCode"),
        domain: error.text("errorDomain").unwrap_or_default(),
        text: error
            .text("errorLocalizedDescription")
            .or_else(|| error.text("errorEnglishDescription"))
            .unwrap_or_default(),
    });
    let at = moment(command, "dateCompleted").or_else(|| moment(command, "dateSent"));
    told(&word, at, error.into_iter().collect(), request, detail)
}

/// A state as an answer. The Classic API words its states in sentences: "Pending", "Completed", "Failed - …".
pub fn told(
    word: &Untrusted,
    at: Option<Timestamp>,
    chain: Vec<ErrorChainItem>,
    request: &CommandRequest,
    detail: &str,
) -> Option<DeviceAnswer> {
    let lower = word.as_data().to_lowercase();
    let status = match lower.as_str() {
        "pending" => return None,
        "completed" => DeviceStatus::Acknowledged,
        _ if lower.starts_with("failed") => DeviceStatus::Error,
        _ => DeviceStatus::named(word),
    };
    Some(DeviceAnswer { chain, detail: detail.into(), ..request.answer(status, at, "asked Jamf Pro") })
}

/// A computer as a Mac here.
pub fn device(computer: &Object) -> Device {
    let user = computer.object("userAndLocation").unwrap_or_default();
    let general = computer.object("general").unwrap_or_default();
    let hardware = computer.object("hardware").unwrap_or_default();
    let serial = hardware.text("serialNumber");
    let other_id = general.text("managementId");
    let mut device = Device {
        id: computer.text("udid").unwrap_or_default(),
        aliases: serial.iter().cloned().collect(),
        number: computer.text("id"),
        owner: Owner { username: user.text("username"), email: user.text("email"), name: user.text("realname") },
        locals: LocalUser::list(computer, "localUserAccounts", Some("fullName")),
        refuses: other_id.is_none().then_some("Jamf Pro has no management id for the Mac: it isn't managed"),
        other_id,
        ..Device::default()
    };
    device.note("Device name", general.text("name").as_ref());
    device.note("Serial number", serial.as_ref());
    device.note("Model", hardware.text("model").as_ref());
    device.note("Last contact", general.text("lastContactTime").as_ref());
    let supervised = general.flag("supervised");
    device.note("Supervised", supervised.map(|is| if is { "yes" } else { "no" }.into()).as_ref());
    device
}
