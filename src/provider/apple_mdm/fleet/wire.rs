//! Fleet's shapes, and what they are here.

use jiff::Timestamp;

use crate::domain::{BadLogins, DeviceAnswer, DeviceStatus, Untrusted};
use crate::provider::apple_mdm::command_result;
use crate::provider::apple_mdm::inventory::{Device, LocalUser, Owner};
use crate::provider::apple_mdm::server::CommandRequest;
use crate::provider::json::{JsonKind, Object, Shape};

/// A page of hosts.
pub const HOSTS: Shape = Shape { name: "a list of hosts", needs: &[("hosts", JsonKind::List)] };
/// One host.
pub const HOST: Shape = Shape { name: "a host", needs: &[("host.id", JsonKind::Text), ("host.uuid", JsonKind::Text)] };
/// What became of sending a command.
pub const RAN: Shape = Shape { name: "a command that was sent", needs: &[("command_uuid", JsonKind::Text)] };
/// Results of a command; none of them yet may be nothing at all.
pub const RESULTS: Shape = Shape { name: "results of a command", needs: &[] };
/// A live query's answer.
pub const LIVE: Shape = Shape { name: "a live query", needs: &[("host_id|rows|error|status", JsonKind::Any)] };

/// A row as an answer; none while the Mac hasn't answered.
pub fn answer(row: &Object, command: &CommandRequest) -> Option<DeviceAnswer> {
    let word = row.text("status").filter(|word| !word.same_name("Pending"))?;
    let status = DeviceStatus::named(&word);
    let outside = DeviceAnswer {
        event: row.text("updated_at").unwrap_or_default(),
        ..command.answer(status.clone(), row.moment("updated_at"), "asked Fleet")
    };
    let Some(result) = row.text("result") else { return Some(outside) };
    Some(match command_result::read(result.as_data(), &outside) {
        // The row's own word counts: it is the newest.
        Ok(answer) => DeviceAnswer { status, ..answer },
        Err(why) => DeviceAnswer { detail: why.into(), ..outside },
    })
}

/// A host as a Mac here.
pub fn device(host: &Object) -> Device {
    let end_user = host.objects("end_users").into_iter().next().unwrap_or_default();
    let other = end_user.objects("other_emails").first().and_then(|other| other.text("email"));
    let idp = end_user.text("idp_username");
    let is_address = |text: &Untrusted| text.as_data().contains('@');
    let email = idp.clone().filter(is_address).or(other);
    let mut device = Device {
        id: host.text("uuid").unwrap_or_default(),
        aliases: host.text("hardware_serial").into_iter().collect(),
        owner: Owner { username: idp.filter(|idp| !is_address(idp)), email, name: end_user.text("idp_full_name") },
        locals: LocalUser::list(host, "users", None),
        other_id: host.text("id"),
        ..Device::default()
    };
    let mdm = host.object("mdm").unwrap_or_default();
    let status = mdm.text("enrollment_status").unwrap_or_default();
    let is_foreign = match mdm.text("name") {
        Some(name) => !name.same_name("Fleet"),
        // A foreign server is named by its address alone.
        None => mdm.text("server_url").is_some() && mdm.raw("name").is_some(),
    };
    device.refuses = match status.as_data() {
        "Off" | "Pending" => Some("the Mac isn't enrolled in MDM: Fleet can't send it a command"),
        "On (personal)" => Some("the Mac was enrolled by its user, and there Apple forbids this command"),
        _ if is_foreign => Some("the Mac is managed by another MDM server: Fleet can't send it a command"),
        _ => None,
    };
    device.note("Device name", host.text("hostname").as_ref());
    device.note("Serial number", host.text("hardware_serial").as_ref());
    device.note("macOS", host.text("os_version").as_ref());
    device.note("Last seen", host.text("seen_time").as_ref());
    device.note("MDM enrolment", Some(&status));
    device
}

/// The Mac's own count for one of its accounts, as it answers osquery, which gives every column as text.
pub fn bad_logins(live: &Object, short_name: &Untrusted) -> BadLogins {
    if let Some(error) = live.text("error") {
        return unasked(&error.line());
    }
    if live.is("status", "offline") {
        return unasked("it is offline");
    }
    let rows = live.objects("rows");
    let own = rows.iter().find(|row| row.text("username").as_ref() == Some(short_name));
    let Some(row) = own else { return unasked("its answer doesn't hold this account") };
    let number = |name: &str| row.text(name).and_then(|text| text.as_data().trim().parse::<f64>().ok());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, cut to its range")]
    let count = number("failed_login_count").map(|count| count.clamp(0.0, 1e9) as u32);
    let Some(count) = count else { return unasked("its count is no number") };
    #[allow(clippy::cast_possible_truncation, reason = "seconds, some with a fraction")]
    let last = number("failed_login_timestamp").filter(|at| *at > 0.0).map(|at| at as i64);
    let last = last.and_then(|at| Timestamp::from_second(at).ok());
    let scope = format!("the Mac's own count, asked live at {}", Timestamp::now().strftime("%H:%M:%SZ"));
    BadLogins { last, scope: Some(scope.into()), ..BadLogins::exact(count, None) }
}

/// No count, and why.
pub fn unasked(why: &str) -> BadLogins {
    BadLogins::not_reported(&format!("the Mac couldn't be asked for failed logins: {why}"))
}
