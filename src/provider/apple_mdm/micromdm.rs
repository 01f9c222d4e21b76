//! `MicroMDM`: takes anything for any Mac with 201, so that the Mac is asked for first and the echo is checked.

use serde_json::json;

use crate::domain::{Code, Problem, ReportedStep, StepState, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;
use crate::provider::BoxFuture;
use crate::provider::http::{Request, Response};
use crate::provider::json::{JsonKind, Object, Shape};
use crate::provider::push_inbox::PushInbox;

use super::client::{BASIC_ERRORS, Client, api};
use super::inventory::Device;
use super::server::{
    CommandPresence, CommandRequest, CommandStatus, DeviceRef, KeyProbes, LoginScheme, MdmServerSpec, NO_FEATURES,
    NO_PATHS, Server, ServerFeatures,
};
use super::settings::MicroMdmFormat;

/// `null` where there is none.
const DEVICES: Shape = Shape { name: "a list of devices", needs: &[("devices", JsonKind::List)] };
/// Users of the user channel. The answer also holds tokens and password hashes: they are never read, and the answer is
/// never logged.
const USERS: Shape = Shape { name: "a list of users", needs: &[("users", JsonKind::List)] };
const TAKEN: Shape = Shape {
    name: "a command that was taken",
    needs: &[("payload.command_uuid", JsonKind::Text), ("payload.command.request_type", JsonKind::Text)],
};
/// `{}` where nothing is pending.
const PENDING: Shape = Shape { name: "a queue", needs: &[] };

/// Texts of a 500 that say that the request was never taken (observed).
const REFUSALS: [&str; 5] =
    ["must contain UDID", "unknown RequestType", "request is malformed", "parse payload", "invalid character"];

/// What it declares of itself.
pub const SPEC: MdmServerSpec = MdmServerSpec {
    word: "micromdm",
    aliases: &[],
    api: &api("MicroMDM", BASIC_ERRORS),
    login: LoginScheme::Basic("micromdm"),
    // It takes a name twice, and queues it twice.
    features: ServerFeatures { answers_by_webhook: true, lists_users: true, ..NO_FEATURES },
    check: KeyProbes {
        version: Some("/version"),
        login: Some("/v1/commands/unbolt-check"),
        beyond: Some("/v1/dep/account"),
        ..NO_PATHS
    },
    make: |client, settings, push_inbox| {
        Box::new(MicroMdm { client, push_inbox: push_inbox.clone(), format: settings.format })
    },
};

/// One `MicroMDM`.
pub struct MicroMdm {
    client: Client,
    push_inbox: PushInbox,
    format: MicroMdmFormat,
}

impl MicroMdm {
    /// The Mac as it is enrolled. It ignores a filter by UDID and sends all Macs; by serial number it sends one.
    async fn row(&self, device: &DeviceRef) -> Result<Option<Object>, Problem> {
        let body = match &device.serial {
            Some(serial) => json!({"filter_serial": [serial.as_data()]}),
            None => json!({"filter_udid": [device.id.as_data()]}),
        };
        let list = self.client.post_json(self.client.url("/v1/devices"), &body, &DEVICES).await?;
        Ok(list.objects("devices").into_iter().find(|row| row.is("udid", device.id.as_data())))
    }

    /// The managed user of that Mac, who is known by the user channel alone.
    async fn managed_user(&self, id: &Untrusted) -> Option<Object> {
        let list = self.client.post_json(self.client.url("/v1/users"), &json!({}), &USERS).await.ok()?;
        list.objects("users").into_iter().find(|user| user.is("udid", id.as_data()))
    }

    async fn request(&self, command: &CommandRequest) -> Result<Request, Problem> {
        let enrolled = self.row(&command.device).await?.filter(|row| row.flag("enrollment_status") == Some(true));
        // As it is enrolled: another spelling of the same UDID is a queue that nobody fetches.
        let udid = enrolled.and_then(|row| row.text("udid")).ok_or_else(|| {
            let why = "it would take the command all the same, and nobody would fetch it";
            let next = "correct the UDID in the map of Macs, or enrol the Mac again";
            Problem::new(Code::NotFound, "MicroMDM has no such Mac enrolled", why, next)
        })?;
        Ok(match self.format {
            MicroMdmFormat::Json => {
                // The key is `username`: with `user_name` the server queues an empty name with 201 (observed).
                let mut body = json!({
                    "udid": udid.as_data(), "request_type": command.command.request_type(), "command_uuid": command.uuid,
                });
                if let (Some(name), Some(body)) = (command.command.user_name(), body.as_object_mut()) {
                    body.insert("username".to_owned(), json!(name));
                }
                Request::post_json(self.client.url("/v1/commands"), &body)
            }
            MicroMdmFormat::Plist => Request::post(
                self.client.url(&format!("/v1/commands/{}", udid.url())),
                command.command.to_plist(&command.uuid),
            ),
        })
    }

    fn judge(&self, command: &CommandRequest, response: &Response) -> Option<UnlockReply> {
        if !response.is_created() {
            let is_refusal = !response.is_success() && REFUSALS.iter().any(|refusal| response.text().contains(refusal));
            let problem = || Problem { code: Code::BadRequest, ..self.client.spec.problem(response) };
            return is_refusal.then(|| UnlockReply::NotDone(problem()));
        }
        let payload = self.client.parsed(response, &TAKEN).ok()?.object("payload")?;
        let echo = payload.object("command")?;
        let is_name = |given: Option<Untrusted>| given.as_ref().map(Untrusted::as_data) == command.command.user_name();
        let same = payload.is("command_uuid", &command.uuid)
            && echo.text("request_type").is_some_and(|kind| kind.as_data() == command.command.request_type())
            && (self.format != MicroMdmFormat::Json || is_name(echo.text("username")));
        if !same {
            let why = "it took something else than what was sent";
            return Some(UnlockReply::InDoubt(self.client.spec.not_understood(response, why)));
        }
        let words = "MicroMDM has it for the Mac and wakes it by itself; whether that works, it doesn't say";
        Some(UnlockReply::Queued(vec![ReportedStep::new(StepState::Queued, words)], None))
    }

    async fn queue(&self, command: &CommandRequest) -> Result<CommandPresence, Problem> {
        let udid = self.row(&command.device).await?.and_then(|row| row.text("udid"));
        let udid = udid.unwrap_or_else(|| command.device.id.clone());
        let url = self.client.url(&format!("/v1/commands/{}", udid.url()));
        let queued = self.client.get(url, &PENDING).await?.objects("commands");
        // Absent means fetched, answered, put off, or not written yet: nothing is proved.
        let is_there = queued.iter().any(|queued| queued.is("uuid", &command.uuid));
        let words = is_there.then(|| "it is in MicroMDM's queue for the Mac".into());
        Ok(words.map_or(CommandPresence::CantTell, CommandPresence::Has))
    }
}

impl Server for MicroMdm {
    fn device<'a>(&'a self, device: &'a DeviceRef) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move {
            let Some(row) = self.row(device).await? else { return Ok(None) };
            let mut mac = Device { id: device.id.clone(), ..Device::default() };
            if row.flag("enrollment_status") != Some(true) {
                mac.refuses = Some("the Mac is no longer enrolled in MicroMDM");
            }
            mac.aliases.extend(row.text("serial_number"));
            mac.note("Serial number", row.text("serial_number").as_ref());
            mac.note("Last seen", row.text("last_seen").as_ref());
            if let Some(user) = self.managed_user(&device.id).await {
                mac.note("Managed user", user.text("user_shortname").as_ref());
                mac.note("Managed user's name", user.text("user_longname").as_ref());
            }
            Ok(Some(mac))
        })
    }

    fn enqueue<'a>(&'a self, proof: &'a Recorded<Unlock>, command: &'a CommandRequest) -> BoxFuture<'a, UnlockReply> {
        Box::pin(async move {
            let request = self.request(command).await;
            self.client.unlock(proof, request, |response| self.judge(command, response)).await
        })
    }

    fn follow<'a>(&'a self, command: &'a CommandRequest) -> BoxFuture<'a, Result<CommandStatus, Problem>> {
        Box::pin(async move {
            let answers = self.push_inbox.answers(&command.uuid);
            let heard = CommandPresence::Has(Untrusted::default());
            let queue = if answers.is_empty() { self.queue(command).await? } else { heard };
            Ok(CommandStatus { answers, queue })
        })
    }
}
