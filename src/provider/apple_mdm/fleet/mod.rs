//! Fleet: knows people, Macs and their accounts, and can be asked for answers and for failed logins. Written from its
//! documents and code (Fleet 4.76); not run.

mod wire;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::domain::{BadLogins, Cursor, DeviceAnswer, Problem, Progress, Query, StepState, UnlockReply, Untrusted};
use crate::provider::BoxFuture;
use crate::provider::apple_mdm::client::{Link, json_body, segment};
use crate::provider::apple_mdm::inventory::Device;
use crate::provider::apple_mdm::server::{Devices, Followed, Held, Order, Server};
use crate::provider::auth;
use crate::provider::http::{Request, Response, TransportError};

use wire::{Host, HostRow, Hosts, One, Ran, ResultRow, Results, bad_logins, device, told, unasked};

const API: &str = "/api/v1/fleet";
/// Hosts to a page: each costs one further question for its accounts.
const PAGE: usize = 20;
const COUNTS: &str = "SELECT u.username, p.failed_login_count, p.failed_login_timestamp FROM account_policy_data p JOIN users u USING (uid)";

/// One Fleet.
pub struct Fleet {
    /// The way to it.
    pub link: Link,
}

impl Fleet {
    async fn host(&self, id: &Untrusted) -> Result<Option<Host>, Problem> {
        let answer =
            auth::read(&self.link, Request::get(self.link.url(&format!("{API}/hosts/identifier/{}", segment(id)))))
                .await?;
        match answer.status {
            200 => Ok(Some(self.link.parsed::<One>(&answer)?.host)),
            404 => Ok(None),
            _ => Err(self.link.problem(&answer)),
        }
    }

    async fn page(&self, query: &Query, from: Option<&Cursor>) -> Result<Devices, Problem> {
        let number: usize = from.and_then(|from| from.0.as_data().parse().ok()).unwrap_or(0);
        let mut url = self.link.url(&format!("{API}/hosts"));
        url.query_pairs_mut()
            .append_pair("query", query.text.as_data())
            .append_pair("page", &number.to_string())
            .append_pair("per_page", &PAGE.to_string());
        let hosts: Hosts = self.link.json(Request::get(url)).await?;
        let full = hosts.hosts.len() >= PAGE;
        let macs: Vec<HostRow> = hosts.hosts.into_iter().filter(|host| host.platform == "darwin").collect();
        let mut page = Devices { next: full.then(|| Cursor((number + 1).to_string().into())), ..Devices::default() };
        let asking = macs.iter().map(|host| self.host(&host.uuid));
        for host in futures_util::future::join_all(asking).await {
            match host {
                Ok(Some(host)) => page.macs.push(device(&host)),
                Ok(None) => {}
                Err(problem) => page.problems.push(problem),
            }
        }
        Ok(page)
    }

    async fn send(&self, order: &Order) -> UnlockReply {
        let command = STANDARD.encode(order.command.to_plist(&order.uuid));
        let body = json!({"command": command, "host_uuids": [order.device.as_data()]}).to_string();
        let ask = json_body(Request::post(self.link.url(&format!("{API}/commands/run")), body.into_bytes()));
        match auth::change(&self.link, ask).await {
            Ok(answer) => self.judge(order, &answer).await,
            Err(TransportError::NotSent(problem) | TransportError::Rejected(problem)) => UnlockReply::NotDone(problem),
            Err(TransportError::Ambiguous(problem)) => self.ask_back(order, problem, "the answer was lost").await,
        }
    }

    async fn judge(&self, order: &Order, answer: &Response) -> UnlockReply {
        match answer.status {
            200 => {}
            429 => {
                let wait = answer.retry_after().unwrap_or(std::time::Duration::from_secs(5));
                return UnlockReply::Throttled(wait, self.link.problem(answer));
            }
            // It queues first and pushes then: a push that failed for everybody is a 502, and the command is there.
            201..=299 | 408 | 500.. => {
                let words = format!("Fleet answered HTTP {}", answer.status);
                return self.ask_back(order, self.link.problem(answer), &words).await;
            }
            _ => return UnlockReply::NotDone(self.link.problem(answer)),
        }
        let ran: Ran = match self.link.parsed(answer) {
            Ok(ran) => ran,
            Err(problem) => return self.ask_back(order, problem, "the answer can't be read").await,
        };
        if !ran.command_uuid.is_some_and(|uuid| uuid.eq_ignore_ascii_case(&order.uuid)) {
            return UnlockReply::InDoubt(self.link.not_understood(answer, "it names another command"));
        }
        let failed = ran.failed_uuids.unwrap_or_default().iter().any(|id| id.same_name(order.device.as_data()));
        let queued = Progress::new(StepState::Queued, "Fleet has it for the Mac");
        let push = if failed {
            Progress::new(StepState::PushFailed, "the Mac couldn't be told and gets it when it next comes by itself")
        } else {
            Progress::new(StepState::Pushed, "Apple took the push")
        };
        UnlockReply::Queued(vec![queued, push], None)
    }

    /// Nothing is concluded from a failure before Fleet was asked whether it has the command.
    async fn ask_back(&self, order: &Order, problem: Problem, words: &str) -> UnlockReply {
        match self.results(order).await {
            Ok(Some(_)) => UnlockReply::Queued(
                vec![
                    Progress::new(StepState::Queued, "Fleet has it for the Mac, as asked back"),
                    Progress::new(StepState::PushFailed, format!("{words}: the Mac may not have been told")),
                ],
                None,
            ),
            Ok(None) | Err(_) => UnlockReply::InDoubt(problem),
        }
    }

    /// None when Fleet doesn't know the command.
    async fn results(&self, order: &Order) -> Result<Option<Vec<DeviceAnswer>>, Problem> {
        let mut url = self.link.url(&format!("{API}/commands/results"));
        url.query_pairs_mut().append_pair("command_uuid", &order.uuid);
        let answer = auth::read(&self.link, Request::get(url)).await?;
        match answer.status {
            200 => {}
            404 => return Ok(None),
            _ => return Err(self.link.problem(&answer)),
        }
        let results: Results = self.link.parsed(&answer)?;
        let own = |row: &ResultRow| row.host_uuid.is_blank() || row.host_uuid.same_name(order.device.as_data());
        let rows = results.results.unwrap_or_default().into_iter().filter(own);
        Ok(Some(rows.filter_map(|row| told(&row, order)).collect()))
    }
}

impl Server for Fleet {
    fn link(&self) -> &Link {
        &self.link
    }

    fn devices<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Devices, Problem>> {
        Box::pin(self.page(query, from))
    }

    fn device<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move { Ok(self.host(id).await?.as_ref().map(device)) })
    }

    fn failed_logins<'a>(&'a self, mac: &'a Device, short_name: &'a Untrusted) -> BoxFuture<'a, Option<BadLogins>> {
        Box::pin(async move {
            let host = mac.other_id.as_ref()?;
            let url = self.link.url(&format!("{API}/hosts/{}/query", segment(host)));
            let ask = json_body(Request::post(url, json!({"query": COUNTS}).to_string().into_bytes()));
            match self.link.json(ask).await {
                Ok(live) => Some(bad_logins(live, short_name)),
                Err(problem) => Some(unasked(&problem.line())),
            }
        })
    }

    fn enqueue<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, UnlockReply> {
        Box::pin(self.send(order))
    }

    fn follow<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Followed> {
        Box::pin(async move {
            match self.results(order).await {
                Ok(Some(answers)) => Followed { answers, held: Held::Yes("Fleet has it for the Mac".into()) },
                Ok(None) => Followed { answers: Vec::new(), held: Held::No },
                Err(problem) => Followed { answers: Vec::new(), held: Held::Unasked(problem) },
            }
        })
    }
}
