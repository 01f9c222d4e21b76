//! The Macs themselves: they come when they are told to and awake, fetch one command after the other, and answer.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use plist::{Dictionary, Value};

use crate::sim::context::SimContext;
use crate::sim::world::{Mac, QueuedCommand};

use super::webhook;

/// How long a push takes to bring a Mac here.
const ON_ITS_WAY: Duration = Duration::from_millis(120);
/// After "not now" a Mac comes again by itself when its conditions change.
const LATER: Duration = Duration::from_millis(900);

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
            let waits = |command: &&mut QueuedCommand| {
                matches!(command.status.as_str(), "Pending" | "NotNow") && !offered.contains(&command.uuid)
            };
            let Some(mut command) = mac.commands.iter_mut().find(waits).map(|command| command.clone()) else { break };
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
    let known = command.user_name.as_ref().is_some_and(|name| mac.accounts.contains(name));
    let mut reply = Dictionary::new();
    let status = match (scripted.as_str(), command.request_type.as_str()) {
        ("not_now", _) => "NotNow",
        ("format_error", _) => "CommandFormatError",
        ("strange", _) => "Postponed",
        ("error", _) => {
            reply.insert(
                "ErrorChain".to_owned(),
                chain("The operation couldn\u{2019}t be completed.", "SimulatedErrorDomain", 12_031),
            );
            "Error"
        }
        (_, "UnlockUserAccount") if command.user_name.as_deref().unwrap_or_default().is_empty() => "CommandFormatError",
        (_, "UnlockUserAccount") if !known => {
            let words = format!(
                "The user account \u{201c}{}\u{201d} was not found.",
                command.user_name.as_deref().unwrap_or_default()
            );
            reply.insert("ErrorChain".to_owned(), chain(&words, "SimulatedErrorDomain", 12_099));
            "Error"
        }
        (_, "UnlockUserAccount") => {
            if command.user_name.as_ref() == Some(&mac.short_name) {
                (mac.locked, mac.failed_logins, mac.failed_at) = (false, 0, None);
            }
            "Acknowledged"
        }
        (_, "UserList") => {
            let user = |name: &String| {
                let mut user = Dictionary::new();
                user.insert("UserName".to_owned(), name.as_str().into());
                user.insert("IsLoggedIn".to_owned(), false.into());
                Value::Dictionary(user)
            };
            reply.insert("Users".to_owned(), Value::Array(mac.accounts.iter().map(user).collect()));
            "Acknowledged"
        }
        _ => "CommandFormatError",
    };
    reply.insert("CommandUUID".to_owned(), command.uuid.as_str().into());
    reply.insert("Status".to_owned(), status.into());
    reply.insert("UDID".to_owned(), mac.udid.as_str().into());
    let mut bytes = Vec::new();
    let _ = Value::Dictionary(reply).to_writer_xml(&mut bytes);
    (command.status, command.updated, command.result) = (status.to_owned(), now, Some(bytes));
}

fn chain(words: &str, domain: &str, code: i64) -> Value {
    let mut link = Dictionary::new();
    link.insert("ErrorCode".to_owned(), code.into());
    link.insert("ErrorDomain".to_owned(), domain.into());
    link.insert("LocalizedDescription".to_owned(), words.into());
    Value::Array(vec![Value::Dictionary(link)])
}
