//! `NanoMDM` and `NanoHUB`: one queue, `PUT …/enqueue/{id}` with the command itself, and answers by webhook. The client
//! names the command, so a second try with the same name can't queue it twice. `NanoHUB` has it below another path, and
//! an inventory that names the Macs.

use crate::domain::{Code, Outcome, Problem, ReportedStep, StepState, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;
use crate::provider::BoxFuture;
use crate::provider::http::{Request, Response};
use crate::provider::json::{JsonKind, Object, Shape};
use crate::provider::push_inbox::PushInbox;

use super::client::{BASIC_ERRORS, Client, api};
use super::inventory::Device;
use super::server::{
    CommandPresence, CommandRequest, CommandStatus, DeviceRef, KeyProbes, LoginScheme, MdmServerSpec, NO_PATHS, Server,
    ServerFeatures,
};
use super::wording::redacted;

const VERSION: Shape = Shape { name: "a version", needs: &[("version", JsonKind::Text)] };
/// By id; `{}` for a Mac that wasn't taken stock of yet (observed).
const INVENTORY: Shape = Shape { name: "an inventory", needs: &[] };

const FEATURES: ServerFeatures =
    ServerFeatures { answers_by_webhook: true, signs_webhooks: true, lists_users: true, takes_a_name_once: true };

/// What `NanoMDM` declares of itself.
pub const MDM: MdmServerSpec = MdmServerSpec {
    word: "nanomdm",
    aliases: &[],
    api: &api("NanoMDM", BASIC_ERRORS),
    login: LoginScheme::Basic("nanomdm"),
    features: FEATURES,
    check: KeyProbes { version: Some("/version"), beyond: Some("/v1/pushcert"), ..NO_PATHS },
    make: |client, _, push_inbox| {
        Box::new(Nano { client, push_inbox: push_inbox.clone(), path: "/v1/enqueue", has_inventory: false })
    },
};

/// What `NanoHUB` declares of itself; it behaves like the other.
pub const HUB: MdmServerSpec = MdmServerSpec {
    word: "nanohub",
    aliases: &[],
    api: &api("NanoHUB", BASIC_ERRORS),
    login: LoginScheme::Basic("nanohub"),
    features: FEATURES,
    check: KeyProbes { beyond: Some("/api/v1/nanomdm/pushcert"), ..MDM.check },
    make: |client, _, push_inbox| {
        let path = "/api/v1/nanomdm/enqueue";
        Box::new(Nano { client, push_inbox: push_inbox.clone(), path, has_inventory: true })
    },
};

/// One server of the two.
struct Nano {
    client: Client,
    push_inbox: PushInbox,
    /// The queue's path, up to the Mac's id.
    path: &'static str,
    has_inventory: bool,
}

impl Server for Nano {
    fn device<'a>(&'a self, device: &'a DeviceRef) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move {
            let mut mac = Device { id: device.id.clone(), ..Device::default() };
            if self.has_inventory {
                let id = device.id.as_data();
                let mut url = self.client.url("/api/v1/nanocmd/inventory");
                url.query_pairs_mut().append_pair("id", id);
                let stock = self.client.get(url, &INVENTORY).await?.object(id).unwrap_or_default();
                mac.aliases.extend(stock.text("serial_number"));
                mac.note("Device name", stock.text("device_name").as_ref());
                mac.note("Serial number", stock.text("serial_number").as_ref());
                mac.note("macOS", stock.text("os_version").as_ref());
                mac.note("Model", stock.text("model_name").as_ref());
            } else {
                // It has no question for a Mac; its version shows that it is there.
                let version = self.client.get(self.client.url("/version"), &VERSION).await?;
                mac.note("NanoMDM", version.text("version").as_ref());
            }
            Ok(Some(mac))
        })
    }

    fn enqueue<'a>(&'a self, proof: &'a Recorded<Unlock>, command: &'a CommandRequest) -> BoxFuture<'a, UnlockReply> {
        let url = self.client.url(&format!("{}/{}", self.path, command.device.id.url()));
        let request = Request::put(url, command.command.to_plist(&command.uuid));
        Box::pin(self.client.unlock(proof, Ok(request), |response| judge(&self.client, command, response)))
    }

    /// The server can't be asked about a command: what was told by the webhook is all there is.
    fn follow<'a>(&'a self, command: &'a CommandRequest) -> BoxFuture<'a, Result<CommandStatus, Problem>> {
        let answers = self.push_inbox.answers(&command.uuid);
        Box::pin(std::future::ready(Ok(CommandStatus { answers, queue: CommandPresence::CantTell })))
    }
}

/// Queued is what the body says, whatever the status: a failed push answers 500 for a command that is queued, and a
/// lost body answers 200 for nothing (observed). None for an answer that is not of this server, as a gateway gives one.
fn judge(client: &Client, command: &CommandRequest, response: &Response) -> Option<UnlockReply> {
    let reply: Object = response.json()?;
    let of_ids = reply.object("status").unwrap_or_default();
    let own = of_ids.names().find(|id| command.device.id.same_name(id)).and_then(|id| of_ids.object(id));
    let own = own.unwrap_or_default();
    let told = |name: &str| reply.text(name).or_else(|| own.text(name));
    let problem = |code, what: String, why: Untrusted, next| {
        UnlockReply::NotDone(response.problem(Problem::new(code, what, why, next)))
    };
    let name = client.spec.system;
    if let Some(words) = told("command_error") {
        if is_there_already(words.as_data(), command) {
            let words =
                "the command is in the queue: an earlier try had arrived; whether the Mac was told, nobody said";
            return Some(UnlockReply::Queued(vec![ReportedStep::new(StepState::Queued, words)], None));
        }
        let what = format!("{name} didn't take the command");
        let next = "check the Mac's id: is it still enrolled?";
        return Some(problem(Code::BadRequest, what, redacted(words.as_data()), next));
    }
    match reply.text("command_uuid") {
        None if !response.is_ok() || of_ids.names().next().is_none() => None,
        None => Some(problem(
            Code::BadAnswer,
            format!("{name} queued nothing: it only woke the Mac"),
            "its answer names no command, as when the request's body was lost on the way".into(),
            "look for a proxy that drops the bodies of PUT requests",
        )),
        Some(uuid) if !uuid.same_name(&command.uuid) => Some(UnlockReply::InDoubt(
            client.spec.not_understood(response, "it names another command than the one that was sent"),
        )),
        Some(_) => Some(queued(name, &reply, &own)),
    }
}

/// Proof that an earlier try arrived. The SQL storages say it in their database's words.
fn is_there_already(words: &str, command: &CommandRequest) -> bool {
    let words = words.to_lowercase();
    let exists = words.contains("already exists") && words.contains(&command.uuid.to_lowercase());
    exists || (command.attempt > 1 && (words.contains("duplicate") || words.contains("unique constraint")))
}

fn queued(name: &str, reply: &Object, own: &Object) -> UnlockReply {
    let queued = ReportedStep::new(StepState::Queued, format!("{name} has it for the Mac"));
    let push = match reply.text("push_error").or_else(|| own.text("push_error")) {
        // The file and memory storages queue for an id that nobody ever enrolled with.
        Some(words) if words.as_data().to_lowercase().contains("push data missing") => {
            let unknown = Problem::new(
                Code::NotFound,
                format!("{name} knows no such Mac"),
                "it queued the command for an id that never enrolled; nobody will fetch it",
                "correct the UDID in the map of Macs",
            );
            return UnlockReply::Ended(Outcome::Failed, redacted(words.as_data()), Some(unknown));
        }
        Some(words) => ReportedStep::new(
            StepState::PushFailed,
            format!(
                "the Mac couldn't be told and gets it when it next comes by itself: {}",
                redacted(words.as_data()).as_data()
            ),
        ),
        None if reply.flag("no_push") == Some(true) => {
            ReportedStep::new(StepState::PushFailed, "the server was told not to wake the Mac")
        }
        None => {
            let id = own.text("push_result").map(|id| id.line()).unwrap_or_default();
            ReportedStep::new(StepState::Pushed, format!("Apple took the push {id}").trim_end().to_owned())
        }
    };
    UnlockReply::Queued(vec![queued, push], None)
}
