//! Iru (formerly Kandji): answers an unlock with nothing but 200, so that its result is matched by time. Written from
//! its API's description; not run.

mod wire;

use std::collections::HashSet;

use futures_util::future::join_all;
use reqwest::Url;
use serde_json::json;
use serde_json::value::RawValue;

use crate::domain::{
    Code, Cursor, DeviceAnswer, DeviceStatus, Problem, Query, ReportedStep, StepState, Unlock, UnlockReply, Untrusted,
};
use crate::ledger::Recorded;
use crate::provider::BoxFuture;
use crate::provider::apple_mdm::client::{Client, KEY_ERRORS, api};
use crate::provider::apple_mdm::inventory::Device;
use crate::provider::apple_mdm::server::{
    BY_TIME, CommandPresence, CommandRequest, CommandStatus, DeviceRef, Devices, KeyProbes, LoginScheme, MdmServerSpec,
    NO_FEATURES, NO_PATHS, Server,
};
use crate::provider::http::{Request, Response};
use crate::provider::json::{Object, Shape};

use wire::{COMMAND, DETAILS, ROW, chain, device, is_unlock, word};

const DEVICES: &str = "/api/v1/devices";
/// Macs to a page: each costs one further question for its accounts.
const PAGE: usize = 20;
/// Commands to a page: its own maximum.
const COMMANDS: usize = 300;
const HAS_IT: &str = "Iru has it for the Mac";

/// What it declares of itself.
pub const SPEC: MdmServerSpec = MdmServerSpec {
    word: "iru",
    aliases: &["kandji"],
    api: &api("Iru", KEY_ERRORS),
    login: LoginScheme::Bearer,
    features: NO_FEATURES,
    check: KeyProbes { reads: true, ..NO_PATHS },
    make: |client, _, _| Box::new(Iru { client }),
};

/// One Iru tenant.
pub struct Iru {
    client: Client,
}

/// The rows of a list, each read or not, and how many there are on all pages, where the list says so.
type List = (Vec<Result<Object, Problem>>, Option<u32>);

impl Iru {
    /// Three questions by three fields; the server has none over all of them.
    async fn page(&self, query: &Query, from: Option<&Cursor>) -> Result<Devices, Problem> {
        let offset = Cursor::number(from);
        let text = query.text.as_data();
        let fields: &[&str] = if text.is_empty() {
            &[""]
        } else if text.contains('@') {
            &["user_email"]
        } else {
            &["user_name", "user_email", "serial_number"]
        };
        let (mut page, mut found, mut ids) = (Devices::default(), Vec::new(), HashSet::new());
        for field in fields {
            let (rows, _) = self.list(self.list_url(field, text, offset), &ROW).await?;
            if rows.len() >= PAGE {
                page.next = Some(Cursor((offset + PAGE).to_string().into()));
            }
            for row in rows {
                match row {
                    Ok(row) if ids.insert(row.text("device_id")) => found.push(row),
                    Ok(_) => {}
                    Err(problem) => page.problems.push(problem),
                }
            }
        }
        let details = join_all(found.iter().map(|row| self.details(row))).await;
        page.extend(found.iter().zip(details).map(|(row, details)| Ok(device(row, &details?))));
        Ok(page)
    }

    fn list_url(&self, field: &str, text: &str, offset: usize) -> Url {
        let mut url = self.client.url(DEVICES);
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

    /// A list that is bare, or wrapped once or twice: `{"commands": {"count": 7, "results": […]}}`.
    async fn list(&self, url: Url, shape: &Shape) -> Result<List, Problem> {
        let response = self.client.read(Request::get(url)).await?;
        let odd = || self.client.noted(self.client.spec.not_understood(&response, "no list"));
        if let Some(bare) = response.json::<Vec<Box<RawValue>>>() {
            return Ok((self.client.spec.rows(bare.iter().map(AsRef::as_ref).collect(), shape), None));
        }
        let body: Object = response.json().ok_or_else(odd)?;
        let inner = body.object("commands").unwrap_or(body);
        let name = ["results", "commands"].into_iter().find(|name| inner.has_list(name)).ok_or_else(odd)?;
        Ok((self.client.spec.rows(inner.list(name), shape), inner.count("count")))
    }

    /// What is known of a Mac's accounts; nothing where the server has no details of it.
    async fn details(&self, row: &Object) -> Result<Object, Problem> {
        let id = row.text("device_id").unwrap_or_default();
        let url = self.client.url(&format!("{DEVICES}/{}/details", id.url()));
        Ok(self.client.find(url, &DETAILS).await?.unwrap_or_default())
    }

    /// It names the command itself: a request that may have arrived is never repeated.
    fn judge(&self, response: &Response) -> Option<UnlockReply> {
        if response.is_ok() && !response.is_page() {
            let queued = ReportedStep::new(StepState::Queued, HAS_IT);
            return Some(UnlockReply::Queued(vec![queued], None));
        }
        let (problem, words) = (self.client.spec.problem(response), response.text().to_lowercase());
        let next = match problem.code {
            Code::BadRequest if words.contains("already running") => {
                "wait for the command that runs; then look at the account again"
            }
            Code::BadRequest if words.contains("not allowed") => {
                "a Mac enrolled by its user, or one that isn't supervised, refuses this command"
            }
            _ => return None,
        };
        Some(UnlockReply::NotDone(Problem { next: next.into(), ..problem }))
    }

    /// The Mac's commands around the request; where there are more than a page, the newest stand on the last.
    async fn commands(&self, id: &Untrusted) -> Result<Vec<Object>, Problem> {
        let url = |offset: usize| {
            let path = format!("{DEVICES}/{}/commands?limit={COMMANDS}&offset={offset}", id.url());
            self.client.url(&path)
        };
        let (first, count) = self.list(url(0), &COMMAND).await?;
        let count = count.map_or(0, |count| count as usize);
        let mut found: Vec<Object> = first.into_iter().flatten().collect();
        let last = count.saturating_sub(1) / COMMANDS * COMMANDS;
        // The last page may hold few: the newest stand on the one before it, too.
        for offset in [last.saturating_sub(COMMANDS), last].into_iter().filter(|offset| *offset > 0) {
            found.extend(self.list(url(offset), &COMMAND).await?.0.into_iter().flatten());
        }
        Ok(found)
    }

    async fn look(&self, command: &CommandRequest) -> Result<CommandStatus, Problem> {
        let asked_at = self.client.http.on_server_clock(command.asked_at);
        let commands = self.commands(&command.device.id).await?;
        let is_ours = |row: &&Object| is_unlock(row) && command.may_be_of(row.moment("date_requested"), asked_at);
        // None proves nothing, and of several nobody knows which one is ours.
        let mut fitting = commands.iter().filter(is_ours);
        let (Some(row), None) = (fitting.next(), fitting.next()) else {
            return Ok(CommandStatus::from(CommandPresence::CantTell));
        };
        let word = word(row);
        if matches!(word.as_str(), "Pending" | "Running") {
            return Ok(CommandStatus::has(HAS_IT, None));
        }
        let outside = command.answer(DeviceStatus::named(&word.into()), row.moment("date_completed"), "asked Iru");
        let answer = DeviceAnswer { chain: chain(row), detail: BY_TIME.into(), ..outside };
        Ok(CommandStatus::has(HAS_IT, [answer]))
    }
}

impl Server for Iru {
    fn devices<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Devices, Problem>> {
        Box::pin(self.page(query, from))
    }

    fn device<'a>(&'a self, mac: &'a DeviceRef) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move {
            let url = self.client.url(&format!("{DEVICES}/{}", mac.id.url()));
            let Some(row) = self.client.find(url, &ROW).await? else { return Ok(None) };
            let details = self.details(&row).await?;
            Ok(Some(device(&row, &details)))
        })
    }

    fn enqueue<'a>(&'a self, proof: &'a Recorded<Unlock>, command: &'a CommandRequest) -> BoxFuture<'a, UnlockReply> {
        let url = self.client.url(&format!("{DEVICES}/{}/action/unlockaccount", command.device.id.url()));
        let request = command.command.account().map(|name| Request::post_json(url, &json!({"UserName": name})));
        Box::pin(self.client.unlock(proof, request, |response| self.judge(response)))
    }

    fn follow<'a>(&'a self, command: &'a CommandRequest) -> BoxFuture<'a, Result<CommandStatus, Problem>> {
        Box::pin(self.look(command))
    }
}
