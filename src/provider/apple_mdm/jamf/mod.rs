//! Jamf Pro: the Jamf Pro API, and the Classic API as a fall-back. Written from clients and documents; not run.

mod classic_xml;
mod wire;

use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};

use crate::config::JamfApi;
use crate::domain::{
    Code, Cursor, DeviceAnswer, DeviceStatus, Problem, Progress, Query, StepState, UnlockReply, Untrusted,
};
use crate::provider::BoxFuture;
use crate::provider::auth;
use crate::provider::http::{Request, Response, TransportError};

use crate::provider::apple_mdm::client::{Link, json_body};
use crate::provider::apple_mdm::correlate;
use crate::provider::apple_mdm::inventory::Device;
use crate::provider::apple_mdm::server::{Devices, Followed, Held, Order, Server};

use wire::{CommandRow, Commands, Inventory, Made, PAGE, device, is_unlock, moment, page, wanted};

const INVENTORY: &str = "/api/v1/computers-inventory";
const COMMANDS: &str = "/api/v2/mdm/commands";
/// Pages looked through where the server can't filter by the wanted fields.
const MOST_PAGES: usize = 40;
const EVIDENCE: &str = "asked Jamf Pro";

/// One Jamf Pro.
pub struct Jamf {
    /// The way to it.
    pub link: Link,
    /// Which of its interfaces sends the command.
    pub api: JamfApi,
}

impl Jamf {
    fn inventory(&self, number: usize, filter: Option<&str>) -> Url {
        let mut url = self.link.url(INVENTORY);
        let mut pairs = url.query_pairs_mut();
        for section in ["GENERAL", "HARDWARE", "USER_AND_LOCATION", "LOCAL_USER_ACCOUNTS"] {
            pairs.append_pair("section", section);
        }
        pairs.append_pair("page", &number.to_string()).append_pair("page-size", &PAGE.to_string());
        if let Some(filter) = filter {
            pairs.append_pair("filter", filter);
        }
        drop(pairs);
        url
    }

    async fn page(&self, query: &Query, from: Option<&Cursor>) -> Result<Devices, Problem> {
        let number: usize = from.and_then(|from| from.0.as_data().parse().ok()).unwrap_or(0);
        if query.text.is_blank() {
            return Ok(page(self.link.json(Request::get(self.inventory(number, None))).await?, number));
        }
        let filter = wanted(query);
        let answer = auth::read(&self.link, Request::get(self.inventory(number, Some(&filter)))).await?;
        match answer.status {
            200 => Ok(page(self.link.parsed(&answer)?, number)),
            // Which of these fields can be filtered by isn't documented: then everybody is looked through.
            400 => self.look_through(query).await,
            _ => Err(self.link.problem(&answer)),
        }
    }

    async fn look_through(&self, query: &Query) -> Result<Devices, Problem> {
        let mut all = Devices::default();
        for number in 0..MOST_PAGES {
            let one = page(self.link.json(Request::get(self.inventory(number, None))).await?, number);
            let fits = |device: &Device| {
                let owner = &device.owner;
                let names = [&owner.username, &owner.email, &owner.name].into_iter().flatten().chain(&device.aliases);
                let text = query.text.as_data().to_lowercase();
                names.into_iter().any(|name| name.as_data().to_lowercase().contains(&text))
            };
            let is_last = one.next.is_none();
            all.macs.extend(one.macs.into_iter().filter(fits));
            if is_last {
                return Ok(all);
            }
        }
        all.problems.push(Problem::new(
            Code::TooLarge,
            "Jamf Pro has more Macs than were looked through",
            format!("it can't filter by people, and {} were read one by one", MOST_PAGES * PAGE),
            "search by the Mac's serial number, or name the person in a map",
        ));
        Ok(all)
    }

    async fn computer(&self, udid: &Untrusted) -> Result<Option<Device>, Problem> {
        let filter = format!("udid=={}", udid.rsql());
        let found: Inventory = self.link.json(Request::get(self.inventory(0, Some(&filter)))).await?;
        Ok(found.results.into_iter().filter(|one| one.udid.same_name(udid.as_data())).map(device).next())
    }

    async fn send(&self, order: &Order) -> UnlockReply {
        let Some(name) = order.command.user_name() else {
            return UnlockReply::NotDone(Problem::new(
                Code::Refused,
                "Jamf Pro knows the Mac's accounts already",
                "",
                "switch check_user_list off for this provider",
            ));
        };
        let device = match self.computer(&order.device).await {
            Ok(Some(device)) => device,
            Ok(None) => {
                return UnlockReply::NotDone(Problem::new(
                    Code::NotFound,
                    "Jamf Pro has no such Mac",
                    "",
                    "search for the person again",
                ));
            }
            Err(problem) => return UnlockReply::NotDone(problem),
        };
        if self.api != JamfApi::Classic {
            match self.send_v2(&device, name).await {
                // The command isn't one that this version knows: certain that nothing was done.
                Err(_) if self.api == JamfApi::Auto => {}
                Err(problem) => return UnlockReply::NotDone(*problem),
                Ok(reply) => return reply,
            }
        }
        let computer = device.number.clone().unwrap_or_default();
        let ask = Request::post(self.link.url(classic_xml::UNLOCK), classic_xml::body(&computer, name))
            .with(CONTENT_TYPE, HeaderValue::from_static("application/xml"))
            .with(ACCEPT, HeaderValue::from_static("application/xml"));
        match auth::change(&self.link, ask).await {
            Ok(answer) => self.judge(&answer, |body| classic_xml::text(body, "command_uuid")),
            Err(TransportError::NotSent(problem) | TransportError::Rejected(problem)) => UnlockReply::NotDone(problem),
            Err(TransportError::Ambiguous(problem)) => UnlockReply::InDoubt(problem),
        }
    }

    /// An error means that this interface doesn't know the command.
    async fn send_v2(&self, device: &Device, name: &str) -> Result<UnlockReply, Box<Problem>> {
        let id = device.other_id.as_ref().map(Untrusted::as_data).unwrap_or_default();
        let body = json!({
            "clientData": [{"managementId": id}],
            "commandData": {"commandType": "UNLOCK_USER_ACCOUNT", "userName": name},
        });
        let ask = json_body(Request::post(self.link.url(COMMANDS), body.to_string().into_bytes()));
        let answer = match auth::change(&self.link, ask).await {
            Ok(answer) => answer,
            Err(TransportError::NotSent(problem) | TransportError::Rejected(problem)) => {
                return Ok(UnlockReply::NotDone(problem));
            }
            Err(TransportError::Ambiguous(problem)) => return Ok(UnlockReply::InDoubt(problem)),
        };
        let words = String::from_utf8_lossy(&answer.body);
        let unknown_command = words.contains("commandType") || words.contains("UNLOCK_USER_ACCOUNT");
        if matches!(answer.status, 404 | 405) || (answer.status == 400 && unknown_command) {
            return Err(Box::new(self.link.problem(&answer)));
        }
        let id_of = |body: &[u8]| {
            let made: Value = serde_json::from_slice(body).ok()?;
            // One command as an object, or a list of them.
            let one = made.as_array().and_then(|all| all.first()).unwrap_or(&made);
            serde_json::from_value::<Made>(one.clone()).ok()?.id
        };
        Ok(self.judge(&answer, id_of))
    }

    fn judge(&self, answer: &Response, id_of: impl Fn(&[u8]) -> Option<Untrusted>) -> UnlockReply {
        match answer.status {
            200 | 201 => {
                let words = "Jamf Pro has it for the Mac and wakes it by itself";
                UnlockReply::Queued(vec![Progress::new(StepState::Queued, words)], id_of(&answer.body))
            }
            429 => {
                let wait = answer.retry_after().unwrap_or(std::time::Duration::from_secs(5));
                UnlockReply::Throttled(wait, self.link.problem(answer))
            }
            // Jamf names the command itself: a request that may have arrived is never repeated.
            202..=299 | 408 | 500.. => UnlockReply::InDoubt(self.link.problem(answer)),
            _ => UnlockReply::NotDone(self.link.problem(answer)),
        }
    }

    async fn look(&self, order: &Order) -> Result<Followed, Problem> {
        let asked_at = self.link.http.on_server_clock(order.asked_at);
        let filter = match &order.handle {
            Some(handle) => format!("uuid=={}", handle.rsql()),
            None => {
                let Some(device) = self.computer(&order.device).await? else {
                    return Ok(Followed { answers: Vec::new(), held: Held::No });
                };
                format!("clientManagementId=={}", device.other_id.unwrap_or_default().rsql())
            }
        };
        let mut url = self.link.url(COMMANDS);
        url.query_pairs_mut()
            .append_pair("filter", &filter)
            .append_pair("sort", "dateSent:desc")
            .append_pair("page-size", "100");
        let answer = auth::read(&self.link, Request::get(url)).await?;
        if matches!(answer.status, 404 | 405)
            && let Some(handle) = &order.handle
        {
            return self.look_classic(order, handle).await;
        }
        if answer.status != 200 {
            return Err(self.link.problem(&answer));
        }
        let commands: Commands = self.link.parsed(&answer)?;
        let is_ours = |row: &&CommandRow| match &order.handle {
            Some(handle) => row.uuid.as_ref().is_some_and(|uuid| uuid.same_name(handle.as_data())),
            None => {
                is_unlock(row.command.as_ref())
                    && correlate::fits(moment(row.date_sent.as_ref()), asked_at, order.within)
            }
        };
        let mut fitting = commands.results.iter().filter(is_ours);
        // Of several nobody knows which one is ours.
        let only = match (fitting.next(), fitting.next()) {
            (Some(row), None) => Some(row),
            _ => None,
        };
        let by_time = if order.handle.is_none() { correlate::BY_TIME } else { "" };
        Ok(match only {
            // The id may be of another kind than the list's: then its own page is asked.
            None => match &order.handle {
                Some(handle) => self.look_classic(order, handle).await?,
                None => Followed { answers: Vec::new(), held: Held::CantTell },
            },
            Some(row) => {
                told(order, &row.status, moment(row.date_completed.as_ref().or(row.date_sent.as_ref())), by_time)
            }
        })
    }

    async fn look_classic(&self, order: &Order, handle: &Untrusted) -> Result<Followed, Problem> {
        let ask = Request::get(self.link.url(&classic_xml::status_path(handle)))
            .with(ACCEPT, HeaderValue::from_static("application/xml"));
        let answer = auth::read(&self.link, ask).await?;
        match answer.status {
            200 => match classic_xml::text(&answer.body, "status") {
                Some(status) => Ok(told(order, &status, None, "")),
                None => Ok(Followed { answers: Vec::new(), held: Held::CantTell }),
            },
            404 => Ok(Followed { answers: Vec::new(), held: Held::CantTell }),
            _ => Err(self.link.problem(&answer)),
        }
    }
}

fn told(order: &Order, status: &Untrusted, at: Option<Timestamp>, detail: &str) -> Followed {
    // The Classic API words its states in sentences: "Pending", "Completed", "Failed - …".
    let lower = status.as_data().to_lowercase();
    let status = match lower.as_str() {
        "completed" => DeviceStatus::Acknowledged,
        _ if lower.starts_with("failed") => DeviceStatus::Error,
        _ => DeviceStatus::named(status),
    };
    let held = Held::Yes("Jamf Pro has it for the Mac".into());
    if status.word().eq_ignore_ascii_case("pending") {
        return Followed { answers: Vec::new(), held };
    }
    let answer = DeviceAnswer {
        command: order.handle.clone().unwrap_or_else(|| order.uuid.as_str().into()),
        device: order.device.clone(),
        status,
        chain: Vec::new(),
        users: None,
        detail: detail.into(),
        event: Untrusted::default(),
        at: at.unwrap_or_else(Timestamp::now),
        evidence: EVIDENCE.to_owned(),
    };
    Followed { answers: vec![answer], held }
}

impl Server for Jamf {
    fn link(&self) -> &Link {
        &self.link
    }

    fn devices<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Devices, Problem>> {
        Box::pin(self.page(query, from))
    }

    fn device<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(self.computer(id))
    }

    fn enqueue<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, UnlockReply> {
        Box::pin(self.send(order))
    }

    fn follow<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Followed> {
        Box::pin(async move {
            let unasked = |problem| Followed { answers: Vec::new(), held: Held::Unasked(problem) };
            self.look(order).await.unwrap_or_else(unasked)
        })
    }
}
