//! Jamf Pro: the Jamf Pro API, and the Classic API as a fall-back. Written from clients and documents; not run.

mod classic_xml;
mod inventory;
mod wire;

use std::sync::atomic::AtomicUsize;

use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde_json::json;
use serde_json::value::RawValue;

use crate::domain::{Code, Cursor, Problem, Query, ReportedStep, StepState, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;
use crate::provider::BoxFuture;
use crate::provider::apple_mdm::client::{CLIENT_ERRORS, Client, api};
use crate::provider::apple_mdm::inventory::Device;
use crate::provider::apple_mdm::server::{
    BY_TIME, CommandPresence, CommandRequest, CommandStatus, DeviceRef, Devices, KeyProbes, LoginScheme, MdmServerSpec,
    NO_FEATURES, NO_PATHS, Server,
};
use crate::provider::apple_mdm::settings::JamfApi;
use crate::provider::http::{Request, Response};
use crate::provider::json::Object;

use wire::{answer, is_unlock, moment, told};

/// The inventory's addresses, the newest first: Jamf does away with the oldest.
const INVENTORIES: [&str; 3] =
    ["/api/v4/computers-inventory", "/api/v3/computers-inventory", "/api/v1/computers-inventory"];
const SECTIONS: &str = "section=GENERAL&section=HARDWARE&section=USER_AND_LOCATION&section=LOCAL_USER_ACCOUNTS";
const COMMANDS: &str = "/api/v2/mdm/commands";
/// What the Classic API speaks.
const XML: HeaderValue = HeaderValue::from_static("application/xml");
const HAS_IT: &str = "Jamf Pro has it for the Mac";
/// Macs in one answer.
const PAGE: usize = 50;
/// Macs looked through where the server can't filter by the wanted fields.
const MOST_LOOKED_THROUGH: u64 = 2_000;

/// What it declares of itself.
pub const SPEC: MdmServerSpec = MdmServerSpec {
    word: "jamf",
    aliases: &[],
    api: &api("Jamf Pro", CLIENT_ERRORS),
    login: LoginScheme::Client,
    features: NO_FEATURES,
    check: KeyProbes { version: Some("/api/v1/jamf-pro-version"), reads: true, who: Some("/api/v1/auth"), ..NO_PATHS },
    make: |client, settings, _| Box::new(Jamf { client, api: settings.api, inventory: AtomicUsize::new(0) }),
};

/// One Jamf Pro.
pub struct Jamf {
    client: Client,
    /// Which of its interfaces sends the command.
    api: JamfApi,
    /// Which of the inventory's addresses it has.
    inventory: AtomicUsize,
}

impl Jamf {
    async fn send(&self, proof: &Recorded<Unlock>, command: &CommandRequest) -> Result<UnlockReply, Problem> {
        let name = command.command.account()?;
        let is_gone = || Problem::new(Code::NotFound, "Jamf Pro has no such Mac", "", "search for the person again");
        let device = self.computer(&command.device.id).await?.ok_or_else(is_gone)?;
        if self.api != JamfApi::Classic {
            match self.send_v2(proof, &device, name).await? {
                // The command isn't one that this version knows: certain that nothing was done.
                UnlockReply::NotDone(problem)
                    if self.api == JamfApi::Auto && matches!(problem.code, Code::NotFound | Code::Unsupported) => {}
                reply => return Ok(reply),
            }
        }
        let body = classic_xml::body(&device.number.unwrap_or_default(), name);
        let request =
            Request::post(self.client.url(classic_xml::UNLOCK), body).with(CONTENT_TYPE, XML).with(ACCEPT, XML);
        let accept = |response: &Response| taken(response, classic_xml::text(&response.body, "command_uuid"));
        Ok(self.client.unlock(proof, Ok(request), accept).await)
    }

    async fn send_v2(&self, proof: &Recorded<Unlock>, device: &Device, name: &str) -> Result<UnlockReply, Problem> {
        let id = device.other_id.as_ref().ok_or_else(|| {
            let next = "see in Jamf Pro whether the Mac is still managed";
            Problem::new(Code::NotFound, "Jamf Pro has no management id for the Mac", "", next)
        })?;
        let body = json!({
            "clientData": [{"managementId": id.as_data()}],
            "commandData": {"commandType": "UNLOCK_USER_ACCOUNT", "userName": name},
        });
        let accept = |response: &Response| {
            let words = response.text();
            let names_command = words.contains("commandType") || words.contains("UNLOCK_USER_ACCOUNT");
            let problem = self.client.spec.problem(response);
            if problem.code == Code::BadRequest && names_command {
                return Some(UnlockReply::NotDone(Problem { code: Code::Unsupported, ..problem }));
            }
            // One command as an object, or a list of them.
            let one = response.json::<Vec<Object>>().and_then(|all| all.into_iter().next());
            taken(response, one.or_else(|| response.json()).and_then(|one| one.text("id")))
        };
        Ok(self.client.unlock(proof, Ok(Request::post_json(self.client.url(COMMANDS), &body)), accept).await)
    }

    async fn look(&self, command: &CommandRequest) -> Result<CommandStatus, Problem> {
        let asked_at = self.client.http.on_server_clock(command.asked_at);
        let filter = match &command.handle {
            Some(handle) => format!("uuid=={}", handle.rsql()),
            None => match self.computer(&command.device.id).await? {
                Some(device) => format!("clientManagementId=={}", device.other_id.unwrap_or_default().rsql()),
                None => return Ok(CommandStatus::from(CommandPresence::Unknown)),
            },
        };
        let commands = match (self.commands(&filter).await, &command.handle) {
            (Err(problem), Some(handle)) if matches!(problem.code, Code::NotFound | Code::Unsupported) => {
                return self.look_classic(command, handle).await;
            }
            (commands, _) => commands?,
        };
        let is_ours = |row: &&Object| match &command.handle {
            Some(handle) => row.is("uuid", handle.as_data()),
            None => is_unlock(row) && command.may_be_of(moment(row, "dateSent"), asked_at),
        };
        let mut fitting = commands.iter().filter(is_ours);
        let by_time = if command.handle.is_none() { BY_TIME } else { "" };
        // Of several nobody knows which one is ours.
        match (fitting.next(), fitting.next(), &command.handle) {
            (Some(row), None, _) => Ok(CommandStatus::has(HAS_IT, answer(row, command, by_time))),
            // The id may be of another kind than the list's: then its own page is asked.
            (_, _, Some(handle)) => self.look_classic(command, handle).await,
            _ => Ok(CommandStatus::from(CommandPresence::CantTell)),
        }
    }

    /// Commands as a list in `results`, or a bare one.
    async fn commands(&self, filter: &str) -> Result<Vec<Object>, Problem> {
        let filter = Untrusted::from(filter).url();
        let url: Url = self.client.url(&format!("{COMMANDS}?filter={filter}&sort=dateSent%3Adesc&page-size=100"));
        let response = self.client.read(Request::get(url)).await?;
        let odd = |why: &str| self.client.noted(self.client.spec.not_understood(&response, why));
        let rows: Vec<Object> = match response.json::<Object>() {
            Some(page) if page.has_list("results") => page.objects("results"),
            Some(_) => return Err(odd("no list of commands")),
            None => {
                let bare: Vec<Box<RawValue>> = response.json().ok_or_else(|| odd("no list"))?;
                bare.iter().filter_map(|row| serde_json::from_str(row.get()).ok()).collect()
            }
        };
        Ok(rows.iter().map(wire::command).collect())
    }

    async fn look_classic(&self, command: &CommandRequest, handle: &Untrusted) -> Result<CommandStatus, Problem> {
        let request = Request::get(self.client.url(&classic_xml::status_path(handle))).with(ACCEPT, XML);
        match self.client.read(request).await {
            Ok(response) => Ok(match classic_xml::text(&response.body, "status") {
                Some(word) => CommandStatus::has(HAS_IT, told(&word, None, Vec::new(), command, "")),
                None => CommandStatus::from(CommandPresence::CantTell),
            }),
            Err(problem) if problem.code == Code::NotFound => Ok(CommandStatus::from(CommandPresence::CantTell)),
            Err(problem) => Err(problem),
        }
    }
}

/// Jamf names the command itself: a request that may have arrived is never repeated.
fn taken(response: &Response, id: Option<Untrusted>) -> Option<UnlockReply> {
    if !(response.is_ok() || response.is_created()) || response.is_page() {
        return None;
    }
    let words = "Jamf Pro has it for the Mac and wakes it by itself";
    let queued = vec![ReportedStep::new(StepState::Queued, words)];
    Some(UnlockReply::Queued(queued, id))
}

impl Server for Jamf {
    fn devices<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Devices, Problem>> {
        Box::pin(self.page(query, from))
    }

    fn device<'a>(&'a self, mac: &'a DeviceRef) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(self.computer(&mac.id))
    }

    fn enqueue<'a>(&'a self, proof: &'a Recorded<Unlock>, command: &'a CommandRequest) -> BoxFuture<'a, UnlockReply> {
        Box::pin(async move { self.send(proof, command).await.unwrap_or_else(UnlockReply::NotDone) })
    }

    fn follow<'a>(&'a self, command: &'a CommandRequest) -> BoxFuture<'a, Result<CommandStatus, Problem>> {
        Box::pin(self.look(command))
    }
}
