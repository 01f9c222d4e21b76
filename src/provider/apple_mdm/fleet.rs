//! Fleet: knows people, Macs and their accounts, and can be asked for answers and for failed logins. Written from its
//! documents and code (Fleet 4.76); not run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::domain::{
    BadLogins, Cursor, DeviceAnswer, DeviceStatus, Problem, Progress, Query, StepState, UnlockReply, Untrusted,
};
use crate::provider::Answering;
use crate::provider::http::{Answer, Ask, Fault};
use crate::provider::login;

use super::answer::{self, Heard};
use super::device::{Device, Local, Owner};
use super::link::{Link, json_body, segment};
use super::server::{Devices, Followed, Held, Order, Server};

const API: &str = "/api/v1/fleet";
/// Hosts to a page: each costs one further question for its accounts.
const PAGE: usize = 20;
const EVIDENCE: &str = "asked Fleet";
const COUNTS: &str = "SELECT u.username, p.failed_login_count, p.failed_login_timestamp FROM account_policy_data p JOIN users u USING (uid)";

/// One Fleet.
pub struct Fleet {
    /// The way to it.
    pub link: Link,
}

#[derive(Deserialize)]
struct Hosts {
    #[serde(default)]
    hosts: Vec<HostRow>,
}

#[derive(Deserialize)]
struct HostRow {
    #[serde(default)]
    uuid: Untrusted,
    #[serde(default)]
    platform: String,
}

#[derive(Deserialize)]
struct One {
    host: Host,
}

#[derive(Deserialize)]
struct Host {
    id: u64,
    #[serde(default)]
    uuid: Untrusted,
    hostname: Option<Untrusted>,
    hardware_serial: Option<Untrusted>,
    os_version: Option<Untrusted>,
    seen_time: Option<Untrusted>,
    #[serde(default)]
    users: Option<Vec<User>>,
    #[serde(default)]
    end_users: Option<Vec<EndUser>>,
    mdm: Option<Mdm>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    username: Untrusted,
    uid: Option<i64>,
}

#[derive(Deserialize, Default)]
struct EndUser {
    idp_username: Option<Untrusted>,
    idp_full_name: Option<Untrusted>,
    #[serde(default)]
    other_emails: Option<Vec<OtherEmail>>,
}

#[derive(Deserialize)]
struct OtherEmail {
    email: Option<Untrusted>,
}

#[derive(Deserialize)]
struct Mdm {
    enrollment_status: Option<String>,
}

#[derive(Deserialize)]
struct Ran {
    command_uuid: Option<String>,
    #[serde(default)]
    failed_uuids: Option<Vec<Untrusted>>,
}

#[derive(Deserialize)]
struct Results {
    #[serde(default)]
    results: Option<Vec<ResultRow>>,
}

#[derive(Deserialize)]
struct ResultRow {
    #[serde(default)]
    host_uuid: Untrusted,
    #[serde(default)]
    status: Untrusted,
    updated_at: Option<Untrusted>,
    result: Option<Untrusted>,
}

#[derive(Deserialize)]
struct Live {
    #[serde(default)]
    rows: Option<Vec<CountRow>>,
    error: Option<Untrusted>,
}

/// osquery gives every column as text.
#[derive(Deserialize)]
struct CountRow {
    username: Option<Untrusted>,
    failed_login_count: Option<Untrusted>,
    failed_login_timestamp: Option<Untrusted>,
}

impl Fleet {
    async fn host(&self, id: &Untrusted) -> Result<Option<Host>, Problem> {
        let answer =
            login::read(&self.link, Ask::get(self.link.url(&format!("{API}/hosts/identifier/{}", segment(id)))))
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
        let hosts: Hosts = self.link.json(Ask::get(url)).await?;
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
        let ask = json_body(Ask::post(self.link.url(&format!("{API}/commands/run")), body.into_bytes()));
        match login::change(&self.link, ask).await {
            Ok(answer) => self.judge(order, &answer).await,
            Err(Fault::NotSent(problem) | Fault::NotTaken(problem)) => UnlockReply::NotDone(problem),
            Err(Fault::InDoubt(problem)) => self.ask_back(order, problem, "the answer was lost").await,
        }
    }

    async fn judge(&self, order: &Order, answer: &Answer) -> UnlockReply {
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
        let answer = login::read(&self.link, Ask::get(url)).await?;
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

/// A row as an answer; none while the Mac hasn't answered.
fn told(row: &ResultRow, order: &Order) -> Option<DeviceAnswer> {
    if row.status.is_blank() || row.status.same_name("Pending") {
        return None;
    }
    let at = row.updated_at.as_ref().and_then(|at| at.as_data().parse().ok()).unwrap_or_else(Timestamp::now);
    let event = row.updated_at.clone().unwrap_or_default();
    let status = DeviceStatus::named(&row.status);
    let plain = |detail: String| DeviceAnswer {
        command: order.uuid.as_str().into(),
        device: order.device.clone(),
        status: status.clone(),
        chain: Vec::new(),
        users: None,
        detail: detail.into(),
        event: event.clone(),
        at,
        evidence: EVIDENCE.to_owned(),
    };
    let Some(result) = row.result.as_ref().filter(|result| !result.is_blank()) else {
        return Some(plain(String::new()));
    };
    let heard = Heard { event: event.clone(), at, evidence: EVIDENCE.to_owned() };
    let read = STANDARD.decode(result.as_data()).map_err(|e| e.to_string()).and_then(|raw| answer::read(&raw, heard));
    Some(match read {
        // The row's own word counts: it is the newest.
        Ok(answer) => DeviceAnswer { status, ..answer },
        Err(why) => plain(format!("the Mac's own answer can't be read: {why}")),
    })
}

fn device(host: &Host) -> Device {
    let end_user = host.end_users.as_ref().and_then(|users| users.first());
    let other = end_user.and_then(|user| user.other_emails.as_ref()?.first()?.email.clone());
    let idp = end_user.and_then(|user| user.idp_username.clone());
    let is_address = |text: &Untrusted| text.as_data().contains('@');
    let email = idp.clone().filter(is_address).or(other);
    let mut device = Device {
        id: host.uuid.clone(),
        aliases: host.hardware_serial.iter().cloned().collect(),
        owner: Owner {
            username: idp.filter(|idp| !is_address(idp)),
            email,
            name: end_user.and_then(|user| user.idp_full_name.clone()),
        },
        locals: host.users.as_ref().map(|users| {
            let local = |user: &User| Local { short_name: user.username.clone(), full_name: None, uid: user.uid };
            users.iter().map(local).collect()
        }),
        other_id: Some(host.id.to_string().into()),
        ..Device::default()
    };
    let status = host.mdm.as_ref().and_then(|mdm| mdm.enrollment_status.as_deref()).unwrap_or("");
    device.refuses = match status {
        "Off" | "Pending" => Some("the Mac isn't enrolled in MDM: Fleet can't send it a command"),
        "On (personal)" => Some("the Mac was enrolled by its user, and there Apple forbids this command"),
        _ => None,
    };
    device.note("Device name", host.hostname.as_ref());
    device.note("Serial number", host.hardware_serial.as_ref());
    device.note("macOS", host.os_version.as_ref());
    device.note("Last seen", host.seen_time.as_ref());
    device.note("MDM enrolment", Some(&status.into()));
    device
}

impl Server for Fleet {
    fn link(&self) -> &Link {
        &self.link
    }

    fn devices<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> Answering<'a, Result<Devices, Problem>> {
        Box::pin(self.page(query, from))
    }

    fn device<'a>(&'a self, id: &'a Untrusted) -> Answering<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move { Ok(self.host(id).await?.as_ref().map(device)) })
    }

    fn failed_logins<'a>(&'a self, mac: &'a Device, short_name: &'a Untrusted) -> Answering<'a, Option<BadLogins>> {
        Box::pin(async move {
            let host = mac.other_id.as_ref()?;
            let url = self.link.url(&format!("{API}/hosts/{}/query", segment(host)));
            let ask = json_body(Ask::post(url, json!({"query": COUNTS}).to_string().into_bytes()));
            let unasked = |why: &str| {
                Some(BadLogins::not_reported(&format!("the Mac couldn't be asked for failed logins: {why}")))
            };
            let live: Live = match self.link.json(ask).await {
                Ok(live) => live,
                Err(problem) => return unasked(&problem.line()),
            };
            if let Some(error) = live.error.filter(|error| !error.is_blank()) {
                return unasked(&error.line());
            }
            let rows = live.rows.unwrap_or_default();
            let own = rows.iter().find(|row| row.username.as_ref().is_some_and(|name| *name == *short_name));
            let Some(row) = own else { return unasked("its answer doesn't hold this account") };
            let number =
                |text: &Option<Untrusted>| text.as_ref().and_then(|text| text.as_data().trim().parse::<f64>().ok());
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, cut to its range")]
            let count = number(&row.failed_login_count).map(|count| count.clamp(0.0, 1e9) as u32);
            let Some(count) = count else { return unasked("its count is no number") };
            #[allow(clippy::cast_possible_truncation, reason = "seconds, some with a fraction")]
            let last = number(&row.failed_login_timestamp).filter(|at| *at > 0.0).map(|at| at as i64);
            let mut bad = BadLogins::exact(count, None);
            bad.last = last.and_then(|at| Timestamp::from_second(at).ok());
            bad.scope =
                Some(format!("the Mac's own count, asked live at {}", Timestamp::now().strftime("%H:%M:%SZ")).into());
            Some(bad)
        })
    }

    fn enqueue<'a>(&'a self, order: &'a Order) -> Answering<'a, UnlockReply> {
        Box::pin(self.send(order))
    }

    fn follow<'a>(&'a self, order: &'a Order) -> Answering<'a, Followed> {
        Box::pin(async move {
            match self.results(order).await {
                Ok(Some(answers)) => Followed { answers, held: Held::Yes("Fleet has it for the Mac".into()) },
                Ok(None) => Followed { answers: Vec::new(), held: Held::No },
                Err(problem) => Followed { answers: Vec::new(), held: Held::Unasked(problem) },
            }
        })
    }
}
