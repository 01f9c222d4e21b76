//! Fleet's shapes, and what they are here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::{BadLogins, DeviceAnswer, DeviceStatus, Untrusted};
use crate::provider::apple_mdm::command_result::{self, Heard};
use crate::provider::apple_mdm::inventory::{Device, Local, Owner};
use crate::provider::apple_mdm::server::Order;

const EVIDENCE: &str = "asked Fleet";

#[derive(Deserialize)]
pub struct Hosts {
    #[serde(default)]
    pub hosts: Vec<HostRow>,
}

#[derive(Deserialize)]
pub struct HostRow {
    #[serde(default)]
    pub uuid: Untrusted,
    #[serde(default)]
    pub platform: String,
}

#[derive(Deserialize)]
pub struct One {
    pub host: Host,
}

#[derive(Deserialize)]
pub struct Host {
    pub id: u64,
    #[serde(default)]
    pub uuid: Untrusted,
    pub hostname: Option<Untrusted>,
    pub hardware_serial: Option<Untrusted>,
    pub os_version: Option<Untrusted>,
    pub seen_time: Option<Untrusted>,
    #[serde(default)]
    pub users: Option<Vec<User>>,
    #[serde(default)]
    pub end_users: Option<Vec<EndUser>>,
    pub mdm: Option<Mdm>,
}

#[derive(Deserialize)]
pub struct User {
    #[serde(default)]
    pub username: Untrusted,
    pub uid: Option<i64>,
}

#[derive(Deserialize, Default)]
pub struct EndUser {
    pub idp_username: Option<Untrusted>,
    pub idp_full_name: Option<Untrusted>,
    #[serde(default)]
    pub other_emails: Option<Vec<OtherEmail>>,
}

#[derive(Deserialize)]
pub struct OtherEmail {
    pub email: Option<Untrusted>,
}

#[derive(Deserialize)]
pub struct Mdm {
    pub enrollment_status: Option<String>,
}

#[derive(Deserialize)]
pub struct Ran {
    pub command_uuid: Option<String>,
    #[serde(default)]
    pub failed_uuids: Option<Vec<Untrusted>>,
}

#[derive(Deserialize)]
pub struct Results {
    #[serde(default)]
    pub results: Option<Vec<ResultRow>>,
}

#[derive(Deserialize)]
pub struct ResultRow {
    #[serde(default)]
    pub host_uuid: Untrusted,
    #[serde(default)]
    pub status: Untrusted,
    pub updated_at: Option<Untrusted>,
    pub result: Option<Untrusted>,
}

#[derive(Deserialize)]
pub struct Live {
    #[serde(default)]
    pub rows: Option<Vec<CountRow>>,
    pub error: Option<Untrusted>,
}

/// osquery gives every column as text.
#[derive(Deserialize)]
pub struct CountRow {
    pub username: Option<Untrusted>,
    pub failed_login_count: Option<Untrusted>,
    pub failed_login_timestamp: Option<Untrusted>,
}

/// A row as an answer; none while the Mac hasn't answered.
pub fn told(row: &ResultRow, order: &Order) -> Option<DeviceAnswer> {
    if row.status.is_blank() || row.status.same_name("Pending") {
        return None;
    }
    let at = row.updated_at.as_ref().and_then(|at| at.as_data().parse().ok()).unwrap_or_else(Timestamp::now);
    let event = row.updated_at.clone().unwrap_or_default();
    let status = DeviceStatus::named(&row.status);
    let plain = |detail: String| DeviceAnswer {
        command: order.uuid.as_str().into(),
        device: order.device.clone(),
        status: status.clone(),
        chain: Vec::new(),
        users: None,
        detail: detail.into(),
        event: event.clone(),
        at,
        evidence: EVIDENCE.to_owned(),
    };
    let Some(result) = row.result.as_ref().filter(|result| !result.is_blank()) else {
        return Some(plain(String::new()));
    };
    let heard = Heard { event: event.clone(), at, evidence: EVIDENCE.to_owned() };
    let read =
        STANDARD.decode(result.as_data()).map_err(|e| e.to_string()).and_then(|raw| command_result::read(&raw, heard));
    Some(match read {
        // The row's own word counts: it is the newest.
        Ok(answer) => DeviceAnswer { status, ..answer },
        Err(why) => plain(format!("the Mac's own answer can't be read: {why}")),
    })
}

/// A host as a Mac here.
pub fn device(host: &Host) -> Device {
    let end_user = host.end_users.as_ref().and_then(|users| users.first());
    let other = end_user.and_then(|user| user.other_emails.as_ref()?.first()?.email.clone());
    let idp = end_user.and_then(|user| user.idp_username.clone());
    let is_address = |text: &Untrusted| text.as_data().contains('@');
    let email = idp.clone().filter(is_address).or(other);
    let mut device = Device {
        id: host.uuid.clone(),
        aliases: host.hardware_serial.iter().cloned().collect(),
        owner: Owner {
            username: idp.filter(|idp| !is_address(idp)),
            email,
            name: end_user.and_then(|user| user.idp_full_name.clone()),
        },
        locals: host.users.as_ref().map(|users| {
            let local = |user: &User| Local { short_name: user.username.clone(), full_name: None, uid: user.uid };
            users.iter().map(local).collect()
        }),
        other_id: Some(host.id.to_string().into()),
        ..Device::default()
    };
    let status = host.mdm.as_ref().and_then(|mdm| mdm.enrollment_status.as_deref()).unwrap_or("");
    device.refuses = match status {
        "Off" | "Pending" => Some("the Mac isn't enrolled in MDM: Fleet can't send it a command"),
        "On (personal)" => Some("the Mac was enrolled by its user, and there Apple forbids this command"),
        _ => None,
    };
    device.note("Device name", host.hostname.as_ref());
    device.note("Serial number", host.hardware_serial.as_ref());
    device.note("macOS", host.os_version.as_ref());
    device.note("Last seen", host.seen_time.as_ref());
    device.note("MDM enrolment", Some(&status.into()));
    device
}

/// The Mac's own count for one of its accounts, as it answers osquery.
pub fn bad_logins(live: Live, short_name: &Untrusted) -> BadLogins {
    if let Some(error) = live.error.filter(|error| !error.is_blank()) {
        return unasked(&error.line());
    }
    let rows = live.rows.unwrap_or_default();
    let own = rows.iter().find(|row| row.username.as_ref().is_some_and(|name| *name == *short_name));
    let Some(row) = own else { return unasked("its answer doesn't hold this account") };
    let number = |text: &Option<Untrusted>| text.as_ref().and_then(|text| text.as_data().trim().parse::<f64>().ok());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, cut to its range")]
    let count = number(&row.failed_login_count).map(|count| count.clamp(0.0, 1e9) as u32);
    let Some(count) = count else { return unasked("its count is no number") };
    #[allow(clippy::cast_possible_truncation, reason = "seconds, some with a fraction")]
    let last = number(&row.failed_login_timestamp).filter(|at| *at > 0.0).map(|at| at as i64);
    let mut bad = BadLogins::exact(count, None);
    bad.last = last.and_then(|at| Timestamp::from_second(at).ok());
    bad.scope = Some(format!("the Mac's own count, asked live at {}", Timestamp::now().strftime("%H:%M:%SZ")).into());
    bad
}

/// No count, and why.
pub fn unasked(why: &str) -> BadLogins {
    BadLogins::not_reported(&format!("the Mac couldn't be asked for failed logins: {why}"))
}
