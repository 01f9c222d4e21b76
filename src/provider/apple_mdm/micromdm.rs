//! `MicroMDM`: takes anything for any Mac with 201, so that the Mac is asked for first and the echo is checked.

use serde::Deserialize;
use serde_json::json;

use crate::config::MicroFormat;
use crate::domain::{Code, Problem, Progress, StepState, UnlockReply, Untrusted};
use crate::provider::BoxFuture;
use crate::provider::auth;
use crate::provider::http::{Request, Response, TransportError};
use crate::provider::push_inbox::PushInbox;

use super::client::{Link, json_body, segment};
use super::inventory::{Device, Local};
use super::server::{Followed, Held, Order, Server};

/// Texts of a 500 that say that the request was never taken (observed).
const REFUSALS: [&str; 5] =
    ["must contain UDID", "unknown RequestType", "request is malformed", "parse payload", "invalid character"];

/// One `MicroMDM`.
pub struct MicroMdm {
    /// The way to it.
    pub link: Link,
    /// The Macs' answers.
    pub push_inbox: PushInbox,
    /// How it is given a command.
    pub format: MicroFormat,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    devices: Option<Vec<Row>>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    serial_number: Untrusted,
    #[serde(default)]
    udid: Untrusted,
    #[serde(default)]
    enrollment_status: bool,
    last_seen: Option<Untrusted>,
}

/// Users of the user channel. The answer also holds tokens and password hashes: they have no field here, and the
/// answer is never logged.
#[derive(Deserialize)]
struct Users {
    #[serde(default)]
    users: Option<Vec<User>>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    udid: Untrusted,
    #[serde(rename = "user_shortname")]
    short_name: Option<Untrusted>,
    #[serde(rename = "user_longname")]
    long_name: Option<Untrusted>,
}

#[derive(Deserialize)]
struct Taken {
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    command_uuid: String,
    command: Echo,
}

#[derive(Deserialize)]
struct Echo {
    request_type: String,
    username: Option<String>,
}

#[derive(Deserialize)]
struct Pending {
    #[serde(default)]
    commands: Vec<Queued>,
}

#[derive(Deserialize)]
struct Queued {
    uuid: Untrusted,
}

impl MicroMdm {
    async fn row(&self, id: &Untrusted) -> Result<Option<Row>, Problem> {
        let body = json!({"filter_udid": [id.as_data()]}).to_string();
        let ask = json_body(Request::post(self.link.url("/v1/devices"), body.into_bytes()));
        let list: List = self.link.json(ask).await?;
        Ok(list.devices.unwrap_or_default().into_iter().find(|row| row.udid.same_name(id.as_data())))
    }

    /// The managed user of that Mac, who is known by the user channel alone.
    async fn managed_user(&self, id: &Untrusted) -> Option<Local> {
        let ask = json_body(Request::post(self.link.url("/v1/users"), b"{}".to_vec()));
        let users: Users = self.link.json(ask).await.ok()?;
        users
            .users
            .unwrap_or_default()
            .into_iter()
            .find(|user| user.udid.same_name(id.as_data()))
            .and_then(|user| Some(Local { short_name: user.short_name?, full_name: user.long_name, uid: None }))
    }

    async fn send(&self, order: &Order) -> UnlockReply {
        match self.row(&order.device).await {
            Ok(Some(row)) if row.enrollment_status => {}
            Ok(_) => {
                return UnlockReply::NotDone(Problem::new(
                    Code::NotFound,
                    "MicroMDM has no such Mac enrolled",
                    "it would take the command all the same, and nobody would fetch it",
                    "correct the UDID in the map of Macs, or enrol the Mac again",
                ));
            }
            Err(problem) => return UnlockReply::NotDone(problem),
        }
        let ask = match self.format {
            MicroFormat::Json => {
                // The key is `username`: with `user_name` the server queues an empty name with 201 (observed).
                let mut body = json!({
                    "udid": order.device.as_data(), "request_type": order.command.request_type(), "command_uuid": order.uuid,
                });
                if let (Some(name), Some(body)) = (order.command.user_name(), body.as_object_mut()) {
                    body.insert("username".to_owned(), json!(name));
                }
                json_body(Request::post(self.link.url("/v1/commands"), body.to_string().into_bytes()))
            }
            MicroFormat::Plist => Request::post(
                self.link.url(&format!("/v1/commands/{}", segment(&order.device))),
                order.command.to_plist(&order.uuid),
            ),
        };
        match auth::change(&self.link, ask).await {
            Ok(answer) => self.judge(order, &answer),
            Err(TransportError::NotSent(problem) | TransportError::Rejected(problem)) => UnlockReply::NotDone(problem),
            // It would take the same command again and queue it twice: never repeated.
            Err(TransportError::Ambiguous(problem)) => UnlockReply::InDoubt(problem),
        }
    }

    fn judge(&self, order: &Order, answer: &Response) -> UnlockReply {
        let words = String::from_utf8_lossy(&answer.body);
        match answer.status {
            201 => {}
            500 if REFUSALS.iter().any(|refusal| words.contains(refusal)) => {
                return UnlockReply::NotDone(Problem { code: Code::BadRequest, ..self.link.problem(answer) });
            }
            429 => {
                let wait = answer.retry_after().unwrap_or(std::time::Duration::from_secs(5));
                return UnlockReply::Throttled(wait, self.link.problem(answer));
            }
            200..=299 | 408 | 500.. => return UnlockReply::InDoubt(self.link.problem(answer)),
            _ => return UnlockReply::NotDone(self.link.problem(answer)),
        }
        let taken: Taken = match self.link.parsed(answer) {
            Ok(taken) => taken,
            Err(problem) => return UnlockReply::InDoubt(problem),
        };
        let (uuid, echo) = (&taken.payload.command_uuid, &taken.payload.command);
        let other_name = self.format == MicroFormat::Json && echo.username.as_deref() != order.command.user_name();
        if !uuid.eq_ignore_ascii_case(&order.uuid) || echo.request_type != order.command.request_type() || other_name {
            return UnlockReply::InDoubt(self.link.not_understood(answer, "it took something else than what was sent"));
        }
        let words = "MicroMDM has it for the Mac and wakes it by itself; whether that works, it doesn't say";
        UnlockReply::Queued(vec![Progress::new(StepState::Queued, words)], None)
    }

    async fn held(&self, order: &Order) -> Held {
        let url = self.link.url(&format!("/v1/commands/{}", segment(&order.device)));
        match self.link.json::<Pending>(Request::get(url)).await {
            Ok(pending) if pending.commands.iter().any(|queued| queued.uuid.same_name(&order.uuid)) => {
                Held::Yes("it is in MicroMDM's queue for the Mac".into())
            }
            // Absent means fetched, answered, put off, or not written yet: nothing is proved.
            Ok(_) => Held::CantTell,
            Err(problem) => Held::Unasked(problem),
        }
    }
}

impl Server for MicroMdm {
    fn link(&self) -> &Link {
        &self.link
    }

    fn device<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move {
            let Some(row) = self.row(id).await? else { return Ok(None) };
            let mut device = Device { id: id.clone(), ..Device::default() };
            if !row.enrollment_status {
                device.refuses = Some("the Mac is no longer enrolled in MicroMDM");
            }
            device.aliases.push(row.serial_number.clone());
            device.note("Serial number", Some(&row.serial_number));
            device.note("Last seen", row.last_seen.as_ref());
            if let Some(user) = self.managed_user(id).await {
                device.note("Managed user", Some(&user.short_name));
                device.note("Managed user's name", user.full_name.as_ref());
            }
            Ok(Some(device))
        })
    }

    fn enqueue<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, UnlockReply> {
        Box::pin(self.send(order))
    }

    fn follow<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Followed> {
        Box::pin(async move {
            let answers = self.push_inbox.answers(&order.uuid);
            let held = if answers.is_empty() { self.held(order).await } else { Held::Yes(Untrusted::default()) };
            Followed { answers, held }
        })
    }
}
