//! Fleet: knows people, Macs and their accounts, and can be asked for answers and for failed logins. Written from its
//! documents and code (Fleet 4.76); not run.

mod wire;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use serde_json::json;

use crate::domain::{BadLogins, Cursor, Problem, Query, ReportedStep, StepState, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;
use crate::provider::BoxFuture;
use crate::provider::apple_mdm::client::{Client, KEY_ERRORS, api};
use crate::provider::apple_mdm::inventory::Device;
use crate::provider::apple_mdm::server::{
    CommandPresence, CommandRequest, CommandStatus, DeviceRef, Devices, KeyProbes, LoginScheme, MdmServerSpec,
    NO_FEATURES, NO_PATHS, Server, ServerFeatures,
};
use crate::provider::http::{Request, Response};
use crate::provider::json::Object;

use wire::{HOST, HOSTS, LIVE, RAN, RESULTS, answer, bad_logins, device, unasked};

const API: &str = "/api/v1/fleet";
/// Hosts to a page: each costs one further question for its accounts.
const PAGE: usize = 20;
const COUNTS: &str = "SELECT u.username, p.failed_login_count, p.failed_login_timestamp FROM account_policy_data p JOIN users u USING (uid)";

/// What it declares of itself.
pub const SPEC: MdmServerSpec = MdmServerSpec {
    word: "fleet",
    aliases: &[],
    api: &api("Fleet", KEY_ERRORS),
    login: LoginScheme::Bearer,
    features: ServerFeatures { lists_users: true, ..NO_FEATURES },
    check: KeyProbes { version: Some("/api/v1/fleet/version"), reads: true, who: Some("/api/v1/fleet/me"), ..NO_PATHS },
    make: |client, _, _| Box::new(Fleet { client }),
};

/// One Fleet.
pub struct Fleet {
    client: Client,
}

impl Fleet {
    async fn host(&self, id: &Untrusted) -> Result<Option<Object>, Problem> {
        let url = self.client.url(&format!("{API}/hosts/identifier/{}", id.url()));
        Ok(self.client.find(url, &HOST).await?.and_then(|answer| answer.object("host")))
    }

    async fn page(&self, query: &Query, from: Option<&Cursor>) -> Result<Devices, Problem> {
        let number = Cursor::number(from);
        let mut url = self.client.url(&format!("{API}/hosts"));
        url.query_pairs_mut()
            .append_pair("query", query.text.as_data())
            .append_pair("page", &number.to_string())
            .append_pair("per_page", &PAGE.to_string());
        let page = self.client.get(url, &HOSTS).await?;
        let hosts = page.objects("hosts");
        let next = (page.list("hosts").len() >= PAGE).then(|| Cursor((number + 1).to_string().into()));
        let is_mac = |host: &&Object| host.text("platform").is_some_and(|platform| platform.as_data() == "darwin");
        let ids: Vec<Untrusted> = hosts.iter().filter(is_mac).filter_map(|host| host.text("uuid")).collect();
        let mut page = Devices { next, ..Devices::default() };
        let hosts = join_all(ids.iter().map(|id| self.host(id))).await;
        page.extend(hosts.into_iter().filter_map(Result::transpose).map(|host| Ok(device(&host?))));
        Ok(page)
    }

    /// It queues first and pushes then: a push that failed for everybody is a 502, and the command is there. What is in
    /// doubt is asked for by its name.
    fn judge(&self, command: &CommandRequest, response: &Response) -> Option<UnlockReply> {
        let ran = response.is_ok().then(|| self.client.parsed(response, &RAN).ok()).flatten()?;
        if !ran.is("command_uuid", &command.uuid) {
            let problem = self.client.spec.not_understood(response, "it names another command");
            return Some(UnlockReply::InDoubt(problem));
        }
        let failed = ran.texts("failed_uuids").iter().any(|id| id.same_name(command.device.id.as_data()));
        let queued = ReportedStep::new(StepState::Queued, "Fleet has it for the Mac");
        let push = if failed {
            ReportedStep::new(
                StepState::PushFailed,
                "the Mac couldn't be told and gets it when it next comes by itself",
            )
        } else {
            ReportedStep::new(StepState::Pushed, "Apple took the push")
        };
        Some(UnlockReply::Queued(vec![queued, push], None))
    }

    /// None when Fleet doesn't know the command.
    async fn results(&self, command: &CommandRequest) -> Result<CommandStatus, Problem> {
        let mut url = self.client.url(&format!("{API}/commands/results"));
        url.query_pairs_mut().append_pair("command_uuid", &command.uuid);
        let Some(results) = self.client.find(url, &RESULTS).await? else {
            return Ok(CommandStatus::from(CommandPresence::Unknown));
        };
        // Nothing at all means that nobody has answered yet.
        if !results.has_list("results") && results.names().next().is_some() {
            return Err(self.client.noted(self.client.spec.odd("results of a command without `results`")));
        }
        let is_own =
            |row: &Object| row.text("host_uuid").is_none_or(|host| host.same_name(command.device.id.as_data()));
        let rows = results.objects("results").into_iter().filter(is_own);
        Ok(CommandStatus::has("Fleet has it for the Mac", rows.filter_map(|row| answer(&row, command))))
    }
}

impl Server for Fleet {
    fn devices<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Devices, Problem>> {
        Box::pin(self.page(query, from))
    }

    fn device<'a>(&'a self, mac: &'a DeviceRef) -> BoxFuture<'a, Result<Option<Device>, Problem>> {
        Box::pin(async move { Ok(self.host(&mac.id).await?.as_ref().map(device)) })
    }

    fn failed_logins<'a>(&'a self, mac: &'a Device, short_name: &'a Untrusted) -> BoxFuture<'a, Option<BadLogins>> {
        Box::pin(async move {
            let url = self.client.url(&format!("{API}/hosts/{}/query", mac.other_id.as_ref()?.url()));
            Some(match self.client.post_json(url, &json!({"query": COUNTS}), &LIVE).await {
                Ok(live) => bad_logins(&live, short_name),
                Err(problem) => unasked(&problem.line()),
            })
        })
    }

    fn enqueue<'a>(&'a self, proof: &'a Recorded<Unlock>, command: &'a CommandRequest) -> BoxFuture<'a, UnlockReply> {
        let plist = STANDARD.encode(command.command.to_plist(&command.uuid));
        let body = json!({"command": plist, "host_uuids": [command.device.id.as_data()]});
        let request = Request::post_json(self.client.url(&format!("{API}/commands/run")), &body);
        Box::pin(self.client.unlock(proof, Ok(request), |response| self.judge(command, response)))
    }

    fn follow<'a>(&'a self, command: &'a CommandRequest) -> BoxFuture<'a, Result<CommandStatus, Problem>> {
        Box::pin(self.results(command))
    }
}
