//! Iru (formerly Kandji): answers an unlock with nothing but 200, so that its result is matched by time. Written from
//! its API's description; not run.

mod wire;

use jiff::Timestamp;
use reqwest::Url;
use serde_json::{Value, json};

use crate::domain::{
    Code, Cursor, DeviceAnswer, DeviceStatus, Problem, Progress, Query, StepState, UnlockReply, Untrusted,
};
use crate::provider::BoxFuture;
use crate::provider::apple_mdm::client::{Link, json_body, segment};
use crate::provider::apple_mdm::correlate;
use crate::provider::apple_mdm::inventory::Device;
use crate::provider::apple_mdm::server::{Devices, Followed, Held, Order, Server};
use crate::provider::auth;
use crate::provider::http::{Request, Response, TransportError};

use wire::{CommandRow, Details, Row, device, link, moment};

const DEVICES: &str = "/api/v1/devices";
/// Macs to a page: each costs one further question for its accounts.
const PAGE: usize = 20;
const EVIDENCE: &str = "asked Iru";
/// One Iru tenant.
pub struct Iru {
    /// The way to it.
    pub link: Link,
}

impl Iru {
    /// Three questions by three fields; the server has none over all of them.
    async fn page(&self, query: &Query, from: Option<&Cursor>) -> Result<Devices, Problem> {
        let offset: usize = from.and_then(|from| from.0.as_data().parse().ok()).unwrap_or(0);
        let text = query.text.as_data();
        let fields: &[&str] = if text.is_empty() {
            &[""]
        } else if text.contains('@') {
            &["user_email"]
        } else {
            &["user_name", "user_email", "serial_number"]
        };
        let mut rows: Vec<Row> = Vec::new();
        let mut full = false;
        for field in fields {
            let some: Vec<Row> = self.rows(Request::get(self.list_url(field, text, offset))).await?;
            full |= some.len() >= PAGE;
            for row in some {
                if rows.iter().all(|known| known.device_id != row.device_id) {
                    rows.push(row);
                }
            }
        }
        let next = full.then(|| Cursor((offset + PAGE).to_string().into()));
        let mut page = Devices { next, ..Devices::default() };
        let asking = rows.iter().map(|row| self.details(&row.device_id));
        let details = futures_util::future::join_all(asking).await;
        for (row, details) in rows.into_iter().zip(details) {
            match details {
                Ok(details) => page.macs.push(device(row, details.unwrap_or_default())),
                Err(problem) => page.problems.push(problem),
            }
        }
        Ok(page)
    }

    fn list_url(&self, field: &str, text: &str, offset: usize) -> Url {
        let mut url = self.link.url(DEVICES);
        let mut pairs = url.query_pairs_mut();
        if !field.is_empty() {
            pairs.append_pair(field, text);
        }
        pairs
            .append_pair("platform", "Mac")
            .append_pair("limit", &PAGE.to_string())
            .append_pair("offset", &offset.to_string());
        drop(pairs);
        url
    }

    /// The list is bare, or one day wrapped in `results`.
    async fn rows<T: serde::de::DeserializeOwned>(&self, ask: Request) -> Result<Vec<T>, Problem> {
        let answer = auth::read(&self.link, ask).await?;
        if answer.status != 200 {
            return Err(self.link.problem(&answer)).inspect_err(|problem| self.link.http.note_problem(problem));
        }
        let value: Value = self.link.parsed(&answer)?;
        let list = ["results", "commands"].iter().find_map(|name| value.get(name)).cloned().unwrap_or(value);
        // A wrapped list of a wrapped list: `{"commands": {"results": […]}}`.
        let list = list.get("results").cloned().unwrap_or(list);
        serde_json::from_value(list).map_err(|e| self.link.not_understood(&answer, &e.to_string()))
    }

    async fn details(&self, id: &Untrusted) -> Result<Option<Details>, Problem> {
        let answer =
            auth::read(&self.link, Request::get(self.link.url(&format!("{DEVICES}/{}/details", segment(id))))).await?;
        match answer.status {
            200 => self.link.parsed(&answer).map(Some),
            404 => Ok(None),
            _ => Err(self.link.problem(&answer)),
        }
    }

    async fn send(&self, order: &Order) -> UnlockReply {
        let Some(name) = order.command.user_name() else {
            return UnlockReply::NotDone(Problem::new(
                Code::Refused,
                "Iru has no request for a Mac's accounts",
                "",
                "switch check_user_list off for this provider",
            ));
        };
        let url = self.link.url(&format!("{DEVICES}/{}/action/unlockaccount", segment(&order.device)));
        let ask = json_body(Request::post(url, json!({"UserName": name}).to_string().into_bytes()));
        match auth::change(&self.link, ask).await {
            Ok(answer) => self.judge(&answer),
            Err(TransportError::NotSent(problem) | TransportError::Rejected(problem)) => UnlockReply::NotDone(problem),
            // It names the command itself: a request that may have arrived is never repeated.
            Err(TransportError::Ambiguous(problem)) => UnlockReply::InDoubt(problem),
        }
    }

    fn judge(&self, answer: &Response) -> UnlockReply {
        let words = String::from_utf8_lossy(&answer.body).to_lowercase();
        match answer.status {
            200 => UnlockReply::Queued(vec![Progress::new(StepState::Queued, "Iru has it for the Mac")], None),
            400 if words.contains("already running") => UnlockReply::NotDone(Problem {
                next: "wait for the command that runs; then look at the account again".into(),
                ..self.link.problem(answer)
            }),
            400 if words.contains("not allowed") => UnlockReply::NotDone(Problem {
                next: "a Mac enrolled by its user, or one that isn't supervised, refuses this command".into(),
                ..self.link.problem(answer)
            }),
            429 => {
                let wait = answer.retry_after().unwrap_or(std::time::Duration::from_secs(5));
                UnlockReply::Throttled(wait, self.link.problem(answer))
            }
            201..=299 | 408 | 500.. => UnlockReply::InDoubt(self.link.problem(answer)),
            _ => UnlockReply::NotDone(self.link.problem(answer)),
        }
    }

    async fn look(&self, order: &Order) -> Result<Followed, Problem> {
        let asked_at = self.link.http.on_server_clock(order.asked_at);
        let mut url = self.link.url(&format!("{DEVICES}/{}/commands", segment(&order.device)));
        url.query_pairs_mut().append_pair("limit", "300");
        let rows: Vec<CommandRow> = self.rows(Request::get(url)).await?;
        let is_unlock = |row: &&CommandRow| {
            row.is_unlock() && correlate::fits(moment(row.date_requested.as_ref()), asked_at, order.within)
        };
        // None proves nothing, and of several nobody knows which one is ours.
        let mut fitting = rows.iter().filter(is_unlock);
        let (Some(row), None) = (fitting.next(), fitting.next()) else {
            return Ok(Followed { answers: Vec::new(), held: Held::CantTell });
        };
        let held = Held::Yes("Iru has it for the Mac".into());
        let word = row.word();
        if matches!(word.as_str(), "Pending" | "Running") {
            return Ok(Followed { answers: Vec::new(), held });
        }
        let answer = DeviceAnswer {
            command: order.uuid.as_str().into(),
            device: order.device.clone(),
            status: DeviceStatus::named(&word.into()),
            chain: row.error_chain.iter().map(link).collect(),
            users: None,
            detail: correlate::BY_TIME.into(),
            event: Untrusted::default(),
            at: moment(row.date_completed.as_ref()).unwrap_or_else(Timestamp::now),
            evidence: EVIDENCE.to_owned(),
        };
        Ok(Followed { answers: vec![answer], held })
    }
}

impl Server for Iru {
    fn link(&self) -> &Link {
        &self.link
    }

    fn devices<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Devices, Problem>> {
        Box::pin(self.page(query, from))
    }

    fn device<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move {
            let url = self.link.url(&format!("{DEVICES}/{}", segment(id)));
            let answer = auth::read(&self.link, Request::get(url)).await?;
            let row: Row = match answer.status {
                200 => self.link.parsed(&answer)?,
                404 => return Ok(None),
                _ => return Err(self.link.problem(&answer)),
            };
            let details = self.details(id).await?.unwrap_or_default();
            Ok(Some(device(Row { device_id: id.clone(), ..row }, details)))
        })
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
