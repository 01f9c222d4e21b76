//! The Macs themselves: they come when they are told to and awake, fetch one command after the other, and answer.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, json};

use crate::sim::context::SimContext;
use crate::sim::world::{Mac, QueuedCommand, ReceivedCommand};

use super::webhook;

/// How long a push takes to bring a Mac here.
const ON_ITS_WAY: Duration = Duration::from_millis(120);
/// After "not now" a Mac comes again by itself when its conditions change.
const LATER: Duration = Duration::from_millis(900);

/// Puts a command into a Mac's queue, and lets it come where Apple takes the push.
pub fn give(shared: &Arc<SimContext>, mac: &mut Mac, server: &'static str, asked: ReceivedCommand) {
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
            let waits = |command: &&QueuedCommand| {
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
fn answer(mac: &mut Mac, command: &mut QueuedCommand, now: Timestamp) {
    let scripted = if mac.script.is_empty() { String::new() } else { mac.script.remove(0) };
    let name = command.user_name.as_deref().unwrap_or_default();
    let chain = |words: &str, code: i64| json!([{"ErrorCode": code, "ErrorDomain": "SimulatedErrorDomain", "LocalizedDescription": words}]);
    let mut reply = Map::new();
    let status = match (scripted.as_str(), command.request_type.as_str()) {
        ("not_now", _) => "NotNow",
        ("format_error", _) => "CommandFormatError",
        ("strange", _) => "Postponed",
        ("error", _) => {
            let words = "The operation couldn\u{2019}t be completed.";
            reply.insert("ErrorChain".to_owned(), chain(words, 12_031));
            "Error"
        }
        (_, "UnlockUserAccount") if name.is_empty() => "CommandFormatError",
        (_, "UnlockUserAccount") if !mac.accounts.iter().any(|own| own == name) => {
            let words = format!("The user account \u{201c}{name}\u{201d} was not found.");
            reply.insert("ErrorChain".to_owned(), chain(&words, 12_099));
            "Error"
        }
        (_, "UnlockUserAccount") => {
            if name == mac.short_name {
                (mac.locked, mac.failed_logins, mac.failed_at) = (false, 0, None);
            }
            "Acknowledged"
        }
        (_, "UserList") => {
            let users = mac.accounts.iter().map(|name| json!({"UserName": name, "IsLoggedIn": false}));
            reply.insert("Users".to_owned(), users.collect());
            "Acknowledged"
        }
        _ => "CommandFormatError",
    };
    for (key, value) in [("CommandUUID", command.uuid.as_str()), ("Status", status), ("UDID", mac.udid.as_str())] {
        reply.insert(key.to_owned(), value.into());
    }
    let mut bytes = Vec::new();
    let _ = plist::to_writer_xml(&mut bytes, &reply);
    (command.status, command.updated, command.result) = (status.to_owned(), now, Some(bytes));
}
