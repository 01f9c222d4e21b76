//! The Macs themselves: they come when they are told to and awake, fetch one command after the other, and answer.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sim::context::{SimContext, present};
use crate::sim::world::{Mac, MacCommand};

use super::webhook;

/// How long a push takes to bring a Mac here.
const ON_ITS_WAY: Duration = Duration::from_millis(120);
/// After "not now" a Mac comes again by itself when its conditions change.
const LATER: Duration = Duration::from_millis(900);

/// Puts a command into a Mac's queue, and lets it come where Apple takes the push.
pub fn give(shared: &Arc<SimContext>, mac: &mut Mac, server: &'static str, asked: MacCommand) {
    mac.queue(server, asked, shared.now());
    if mac.push == "ok" {
        wake(shared, &mac.udid);
    }
}

/// Lets a Mac come, if it is awake then.
pub fn wake(shared: &Arc<SimContext>, udid: &str) {
    come(shared, udid, ON_ITS_WAY);
}

fn come(shared: &Arc<SimContext>, udid: &str, after: Duration) {
    let (shared, udid) = (Arc::clone(shared), udid.to_owned());
    tokio::spawn(async move {
        tokio::time::sleep(after).await;
        connect(&shared, &udid).await;
    });
}

/// One connection: every command once, those it puts off included.
async fn connect(shared: &Arc<SimContext>, udid: &str) {
    let mut offered: Vec<String> = Vec::new();
    let mut put_off = false;
    loop {
        let answered = {
            let now = shared.now();
            let mut world = shared.world();
            let Some(mac) = world.mac(udid).and_then(|person| person.mac.as_mut()) else { return };
            if mac.asleep {
                return;
            }
            let waits = |command: &&MacCommand| {
                matches!(command.status.as_str(), "Pending" | "NotNow") && !offered.contains(&command.uuid)
            };
            let Some(mut command) = mac.commands.iter().find(waits).cloned() else { break };
            offered.push(command.uuid.clone());
            answer(mac, &mut command, now);
            put_off |= command.status == "NotNow";
            if let Some(kept) = mac.commands.iter_mut().find(|kept| kept.uuid == command.uuid) {
                kept.clone_from(&command);
            }
            command
        };
        webhook::tell(shared, udid, &answered).await;
    }
    if put_off {
        come(shared, udid, LATER);
    }
}

/// Does a command, or says why not.
fn answer(mac: &mut Mac, command: &mut MacCommand, now: Timestamp) {
    let scripted = if mac.script.is_empty() { String::new() } else { mac.script.remove(0) };
    let name = command.user_name.as_deref().unwrap_or_default();
    let failed = |words: &str, code: i64| {
        let link = json!({"ErrorCode": code, "ErrorDomain": "SimulatedErrorDomain", "LocalizedDescription": words});
        ("Error", json!([link]), Value::Null)
    };
    let plain = |status: &'static str| (status, Value::Null, Value::Null);
    let (status, chain, users) = match (scripted.as_str(), command.request_type.as_str()) {
        ("not_now", _) => plain("NotNow"),
        ("format_error", _) => plain("CommandFormatError"),
        ("strange", _) => plain("Postponed"),
        ("error", _) => failed("The operation couldn\u{2019}t be completed.", 12_031),
        (_, "UnlockUserAccount") if name.is_empty() => plain("CommandFormatError"),
        (_, "UnlockUserAccount") if !mac.accounts.iter().any(|own| own == name) => {
            failed(&format!("The user account \u{201c}{name}\u{201d} was not found."), 12_099)
        }
        (_, "UnlockUserAccount") => {
            if name == mac.short_name {
                (mac.locked, mac.failed_logins, mac.failed_at) = (false, 0, None);
            }
            plain("Acknowledged")
        }
        (_, "UserList") => {
            let user = |name: &String| json!({"UserName": name, "IsLoggedIn": false});
            ("Acknowledged", Value::Null, mac.accounts.iter().map(user).collect())
        }
        _ => plain("CommandFormatError"),
    };
    let reply = present(json!({
        "ErrorChain": chain, "Users": users, "CommandUUID": command.uuid, "Status": status, "UDID": mac.udid,
    }));
    let mut bytes = Vec::new();
    let _ = plist::to_writer_xml(&mut bytes, &reply);
    (command.status, command.updated, command.result) = (status.to_owned(), now, Some(bytes));
}
