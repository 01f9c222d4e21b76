//! The core that both fronts pump: flows ask, providers and the ledger answer.

mod unfinished_unlocks;
mod unlock_executor;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::config::{Config, SinkKind};
use crate::domain::{
    Account, AccountKey, ClockReading, Code, Cursor, OpenUnlock, Page, PollResult, PollStatus, Problem, ProviderHealth,
    ProviderName, Query, RequestLogEntry,
};
use crate::engine::bulk::run_lock::RunLock;
use crate::engine::confirm_only_provider::ConfirmOnlyProvider;
use crate::engine::device_answers::DeviceAnswers;
use crate::engine::misconfigured_provider::MisconfiguredProvider;
use crate::engine::webhook_sources::WebhookPlan;
use crate::flow::identity_linking::LinkRules;
use crate::flow::{EngineCall, Reply};
use crate::ledger::head_export::ExportTarget;
use crate::ledger::{HeadExportSettings, Ledger, LedgerIndex, Operator, ledger_problem};
use crate::policy::{OnSinkFailure, Policy};
use crate::provider::http::client_builder::Clients;
use crate::provider::push_inbox::PushInbox;
use crate::provider::{BuildContext, GroupsNeeded, Provider, ProviderConfig, ProviderInfo};

/// Providers and ledger of this process.
pub struct Core {
    providers: Vec<Arc<dyn Provider>>,
    ledger: Ledger,
    ledger_directory: PathBuf,
    joining: LinkRules,
    device_answers: DeviceAnswers,
    webhook: WebhookPlan,
    service: bool,
    policy: Policy,
    index: Arc<LedgerIndex>,
    counting: tokio::sync::Mutex<()>,
    /// Runs that this process holds for its screen.
    holds: Mutex<HashMap<uuid::Uuid, RunLock>>,
    /// Held while an event is taken.
    turn: tokio::sync::Mutex<()>,
    started: Instant,
}

impl Core {
    /// Builds the providers. One that can't be built answers with its problem.
    pub fn new(config: &Config, ledger_directory: PathBuf, log: &UnboundedSender<RequestLogEntry>) -> Self {
        let mut clients = Clients::default();
        let push_inbox = PushInbox::default();
        let groups = config.policy.groups_needed();
        let groups = GroupsNeeded { names: groups.0, ids: groups.1 };
        let provider = |settings: &ProviderConfig| {
            let context = BuildContext {
                name: &settings.name,
                settings: &settings.http,
                clients: &mut clients,
                log,
                push_inbox: &push_inbox,
                groups,
            };
            let inner = settings.backend.build(context).unwrap_or_else(|problem| {
                let (name, kind) = (&settings.name, settings.kind());
                let info = ProviderInfo::new(name, kind, &settings.http, String::new(), Vec::new());
                Arc::new(MisconfiguredProvider { info, problem })
            });
            match settings.http.unlock_through.as_deref().and_then(ProviderName::new) {
                Some(through) => Arc::new(ConfirmOnlyProvider { inner, through }),
                None => inner,
            }
        };
        let providers = config.providers.iter().map(provider).collect();
        Self {
            providers,
            service: config.service,
            policy: config.policy.clone(),
            index: Arc::new(LedgerIndex::new(ledger_directory.clone())),
            counting: tokio::sync::Mutex::default(),
            holds: Mutex::default(),
            device_answers: DeviceAnswers::new(ledger_directory.clone(), push_inbox),
            webhook: WebhookPlan::of(config),
            turn: tokio::sync::Mutex::default(),
            ledger: Ledger::new(ledger_directory.clone(), Operator::current(), sink(config)),
            ledger_directory,
            joining: LinkRules { order: config.people.join.clone(), map: config.people.entries.clone() },
            started: Instant::now(),
        }
    }

    /// This moment.
    pub fn now(&self) -> ClockReading {
        ClockReading { mono: self.started.elapsed(), wall: Timestamp::now() }
    }

    /// The providers, in the configuration's order.
    pub fn providers(&self) -> &[Arc<dyn Provider>] {
        &self.providers
    }

    /// The provider of that name.
    pub fn provider(&self, name: &ProviderName) -> Option<&Arc<dyn Provider>> {
        self.providers.iter().find(|provider| provider.info().name == *name)
    }

    /// How accounts become people.
    pub fn joining(&self) -> &LinkRules {
        &self.joining
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Where the ledger is kept.
    pub fn ledger_directory(&self) -> &Path {
        &self.ledger_directory
    }

    /// What the ledger says of the time before. It reads files: not for a thread that others wait for.
    pub fn index(&self) -> &LedgerIndex {
        &self.index
    }

    /// Asks what the ledger says of the time before.
    ///
    /// # Errors
    /// As the index has them.
    pub async fn ask_index<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&LedgerIndex) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let index = Arc::clone(&self.index);
        blocking(move || ask(&index)).await
    }

    /// What devices answered.
    pub fn device_answers(&self) -> &DeviceAnswers {
        &self.device_answers
    }

    /// Keeps a run for this process.
    pub fn hold(&self, run: uuid::Uuid, hold: RunLock) {
        self.holds.lock().insert(run, hold);
    }

    /// Lets go of a run.
    pub fn release(&self, run: uuid::Uuid) {
        self.holds.lock().remove(&run);
    }

    /// What lists may do.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Where devices' answers are received.
    pub fn webhook(&self) -> &WebhookPlan {
        &self.webhook
    }

    /// True when this process is the service account's.
    pub fn is_service(&self) -> bool {
        self.service
    }

    /// Waits for one's turn to take an event.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Looks once at what became of an unlock, with the devices' answers that have come in.
    pub async fn verify(&self, open: &OpenUnlock) -> PollResult {
        let Some(asked) = self.provider(&open.key.provider) else {
            return not_polled(&unknown_provider(&open.key.provider));
        };
        if asked.info().answers_by_webhook
            && let Err(problem) = self.device_answers.refresh().await
        {
            return not_polled(&problem);
        }
        asked.verify(open).await
    }

    /// Ends what was begun with the providers.
    pub async fn close_sessions(&self) {
        for provider in &self.providers {
            provider.close().await;
        }
    }

    /// Performs one call.
    pub async fn perform(&self, call: EngineCall) -> Reply {
        match call {
            EngineCall::Search { provider, query, from, generation } => {
                let result = self.search(&provider, &query, from.as_ref()).await;
                let health = self.health(&provider);
                Reply::Found { provider, generation, result, health }
            }
            EngineCall::Lookup { provider, query } => {
                let result = self.search(&provider, &query, None).await;
                let health = self.health(&provider);
                Reply::Looked { provider, query, result, health }
            }
            EngineCall::Read(key) => {
                let result = self.read(&key).await;
                let health = self.health(&key.provider);
                Reply::Read { key, result, health }
            }
            EngineCall::Unlock(id, call) => self.unlock(id, call).await,
        }
    }

    async fn search(&self, name: &ProviderName, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
        let asked = self.provider(name).ok_or_else(|| unknown_provider(name))?;
        asked.search(query, from).await
    }

    async fn read(&self, key: &AccountKey) -> Result<Option<Box<Account>>, Problem> {
        let asked = self.provider(&key.provider).ok_or_else(|| unknown_provider(&key.provider))?;
        Ok(asked.read(&key.id).await?.map(Box::new))
    }

    fn health(&self, name: &ProviderName) -> Box<ProviderHealth> {
        Box::new(self.provider(name).map(|asked| asked.health()).unwrap_or_default())
    }
}

/// Where the ledger's heads are copied to.
fn sink(config: &Config) -> Option<HeadExportSettings> {
    let socket = |usual: &str| config.ledger.sink_socket.clone().unwrap_or_else(|| usual.into());
    let target = match config.ledger.sink {
        SinkKind::None => return None,
        SinkKind::Syslog => ExportTarget::Syslog(socket("/dev/log")),
        SinkKind::Journald => ExportTarget::Journald(socket("/run/systemd/journal/socket")),
    };
    Some(HeadExportSettings { target, must: config.policy.on_sink_failure == OnSinkFailure::Refuse })
}

/// Does what reads or writes files, on a thread that nobody else waits for.
///
/// # Errors
/// What the work says, or that it broke.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|e| ledger_problem(e.to_string()))?
}

fn unknown_provider(name: &ProviderName) -> Problem {
    Problem::new(
        Code::NotFound,
        "the configuration names no such provider",
        name.as_str(),
        "add it to the configuration, or use the configuration it was used with",
    )
}

pub(super) fn not_polled(problem: &Problem) -> PollResult {
    let status = PollStatus::AskAgain(Duration::from_secs(5), Some(problem.clone()));
    PollResult::seen(problem.what.as_ref(), status, None)
}
