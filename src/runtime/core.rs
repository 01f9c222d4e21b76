//! The core that both fronts pump: flows ask, providers and the ledger answer.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::config::{Backend, Config, SinkKind};
use crate::domain::{
    Account, AccountKey, Code, Exchange, IntentId, OpenUnlock, Papers, Problem, ProviderName, Settled, Stamp, Unlock,
    UnlockReply, Untrusted, Vitals,
};
use crate::flow::people::Joining;
use crate::flow::{Call, FlowId, Reply, UnlockCall, UnlockEvent};
use crate::ledger::sink::{self, Target};
use crate::ledger::{End, Ledger, Note, Operator, Recorded, SinkPlan};
use crate::policy::{Asked, Objection, OnSinkFailure, Past, Policy};
use crate::provider::http::build::Clients;
use crate::provider::mailbox::Mailbox;
use crate::provider::{self, About, Provider};

use super::broken::Broken;
use super::bulk::hold::Hold;
use super::mail::Mail;
use super::past::PastUnlocks;
use super::webhook::Route;
use super::zone;

/// How often the ledger is read on while a provider waits for mail.
const MAIL_PACE: Duration = Duration::from_millis(250);

/// Where devices' answers are received.
#[derive(Clone, Debug, Default)]
pub struct WebhookPlan {
    /// The address.
    pub listen: Option<SocketAddr>,
    /// Whose.
    pub routes: Vec<Route>,
}

/// Providers and ledger of this process.
pub struct Core {
    providers: Vec<Arc<dyn Provider>>,
    ledger: Ledger,
    ledger_directory: PathBuf,
    joining: Joining,
    /// Proofs of intents on disk, until their outcomes are on disk too.
    recorded: Mutex<HashMap<IntentId, Arc<Recorded<Unlock>>>>,
    mail: Mail,
    webhook: WebhookPlan,
    service: bool,
    policy: Policy,
    past: PastUnlocks,
    counting: tokio::sync::Mutex<()>,
    /// Runs that this process holds for its screen.
    holds: Mutex<HashMap<uuid::Uuid, Hold>>,
    /// Held while an event is taken.
    turn: tokio::sync::Mutex<()>,
    started: Instant,
}

impl Core {
    /// Builds the providers. One that can't be built answers with its problem.
    #[must_use]
    pub fn new(config: &Config, ledger_directory: PathBuf, log: &UnboundedSender<Exchange>) -> Self {
        let mut clients = Clients::default();
        let mailbox = Mailbox::default();
        let providers = config
            .providers
            .iter()
            .map(|settings| {
                provider::build(settings, &mut clients, log, &mailbox).unwrap_or_else(|problem| {
                    let about = About::of(settings, String::new(), Vec::new());
                    Arc::new(Broken { about, problem })
                })
            })
            .collect();
        let routes = config.providers.iter().filter_map(|settings| match &settings.backend {
            Backend::AppleMdm(mdm) => Route::of(&settings.name, mdm),
            _ => None,
        });
        Self {
            providers,
            service: config.service,
            policy: config.policy.clone(),
            past: PastUnlocks::new(ledger_directory.clone()),
            counting: tokio::sync::Mutex::default(),
            holds: Mutex::default(),
            mail: Mail::new(ledger_directory.clone(), mailbox),
            webhook: WebhookPlan { listen: config.webhook.listen, routes: routes.collect() },
            turn: tokio::sync::Mutex::default(),
            ledger: Ledger::new(ledger_directory.clone(), Operator::current(), sink(config)),
            ledger_directory,
            joining: Joining {
                order: config.people.join.iter().map(|rule| rule.rule()).collect(),
                map: config.people.entries.clone(),
            },
            recorded: Mutex::default(),
            started: Instant::now(),
        }
    }

    /// This moment.
    #[must_use]
    pub fn now(&self) -> Stamp {
        Stamp { mono: self.started.elapsed(), wall: Timestamp::now() }
    }

    /// The providers, in the configuration's order.
    #[must_use]
    pub fn providers(&self) -> &[Arc<dyn Provider>] {
        &self.providers
    }

    /// The provider of that name.
    #[must_use]
    pub fn provider(&self, name: &ProviderName) -> Option<&Arc<dyn Provider>> {
        self.providers.iter().find(|provider| provider.about().name == *name)
    }

    /// How accounts become people.
    #[must_use]
    pub fn joining(&self) -> &Joining {
        &self.joining
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Where the ledger is kept.
    #[must_use]
    pub fn ledger_directory(&self) -> &Path {
        &self.ledger_directory
    }

    /// What devices answered.
    #[must_use]
    pub fn mail(&self) -> &Mail {
        &self.mail
    }

    /// Keeps a run for this process.
    pub fn hold(&self, run: uuid::Uuid, hold: Hold) {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner).insert(run, hold);
    }

    /// Lets go of a run.
    pub fn release(&self, run: uuid::Uuid) {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner).remove(&run);
    }

    /// What lists may do.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Where devices' answers are received.
    #[must_use]
    pub fn webhook(&self) -> &WebhookPlan {
        &self.webhook
    }

    /// True when this process is the service account's.
    #[must_use]
    pub fn is_service(&self) -> bool {
        self.service
    }

    /// Waits for one's turn to take an event.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Looks once at what became of an unlock, with the mail that has come in.
    pub async fn settle(&self, open: &OpenUnlock) -> Settled {
        let Some(asked) = self.provider(&open.key.provider) else {
            return unsettled(&unknown_provider(&open.key.provider));
        };
        if asked.about().answers_by_mail
            && let Err(problem) = self.mail.refresh().await
        {
            return unsettled(&problem);
        }
        asked.settle(open).await
    }

    /// Ends what was begun with the providers.
    pub async fn close_sessions(&self) {
        for provider in &self.providers {
            provider.close().await;
        }
    }

    /// Performs one call.
    pub async fn perform(&self, call: Call) -> Reply {
        match call {
            Call::Search { provider, query, from, generation } => {
                let (result, vitals) = match self.provider(&provider) {
                    Some(asked) => (asked.search(&query, from.as_ref()).await, asked.vitals()),
                    None => (Err(unknown_provider(&provider)), Vitals::default()),
                };
                Reply::Found { provider, generation, further: from.is_some(), result, vitals: Box::new(vitals) }
            }
            Call::Lookup { provider, query } => {
                let (result, vitals) = match self.provider(&provider) {
                    Some(asked) => (asked.search(&query, None).await, asked.vitals()),
                    None => (Err(unknown_provider(&provider)), Vitals::default()),
                };
                Reply::Looked { provider, result, vitals: Box::new(vitals) }
            }
            Call::Read(key) => {
                let (result, vitals) = match self.provider(&key.provider) {
                    Some(asked) => (asked.read(&key.id).await.map(|account| account.map(Box::new)), asked.vitals()),
                    None => (Err(unknown_provider(&key.provider)), Vitals::default()),
                };
                Reply::Read { key, result, vitals: Box::new(vitals) }
            }
            Call::Unlock(id, call) => self.unlock(id, call).await,
        }
    }

    async fn unlock(&self, id: FlowId, call: UnlockCall) -> Reply {
        let (event, provider) = match call {
            UnlockCall::Read(key) => (self.read_for_unlock(&key).await, Some(key.provider)),
            UnlockCall::Record(unlock, account) => (UnlockEvent::Recorded(self.record(*unlock, &account).await), None),
            UnlockCall::Send(intent) => {
                let recorded = self.proof(intent);
                let provider = recorded.as_ref().map(|recorded| recorded.what().key.provider.clone());
                (UnlockEvent::Answered(self.send(recorded.as_deref()).await), provider)
            }
            UnlockCall::Settle(open) => {
                let settled = self.settle(&open).await;
                (UnlockEvent::Settled(Box::new(settled)), Some(open.key.provider))
            }
            UnlockCall::Close { intent, outcome, problem, steps, handle, again } => {
                let end = End { outcome, problem: problem.as_deref(), steps: &steps, handle: handle.as_ref(), again };
                (UnlockEvent::Closed(self.close(intent, &end).await), None)
            }
        };
        let vitals = provider.and_then(|name| {
            let vitals = self.provider(&name)?.vitals();
            Some((name, Box::new(vitals)))
        });
        Reply::Unlock(id, event, vitals)
    }

    async fn read_for_unlock(&self, key: &AccountKey) -> UnlockEvent {
        UnlockEvent::Read(match self.provider(&key.provider) {
            Some(asked) => asked.read(&key.id).await.map(|account| account.map(Box::new)),
            None => Err(unknown_provider(&key.provider)),
        })
    }

    async fn record(&self, mut unlock: Unlock, account: &Account) -> Result<(IntentId, Timestamp), Problem> {
        // What a rule allowed once, it has allowed for each request of it.
        let counts = !unlock.further && self.policy.has_limits();
        // Counted and recorded in one go, in this process and beside others: else two would each find room for one.
        let _turn = if counts { Some(self.counting.lock().await) } else { None };
        let _held = if counts { Some(self.hold_limits().await?) } else { None };
        if !unlock.further {
            self.allow(&unlock, account).await?;
        }
        if let Some(asked) = self.provider(&unlock.key.provider) {
            unlock.system = asked.about().system.as_str().into();
        }
        let (ticket, is_row) = (unlock.ticket.clone(), unlock.part.is_some());
        let recorded = match self.ledger.record(unlock).await {
            Err(problem) if sink::is_refusal(&problem) && !is_row => {
                let (key, username, why) = (&account.key, &account.username, &problem.why);
                self.ledger
                    .note(&Note::Refused { key, username, ticket: ticket.as_ref(), rule: sink::RULE, why })
                    .await?;
                return Err(problem);
            }
            recorded => recorded?,
        };
        let (intent, at) = (recorded.intent(), recorded.at());
        self.proofs().insert(intent, Arc::new(recorded));
        Ok((intent, at))
    }

    /// What stands against an unlock by the rules in force, with what the ledger says of the past.
    ///
    /// # Errors
    /// A [`Problem`] when the ledger can't be read: a limit can't be kept then.
    pub fn objections(&self, asked: &Asked<'_>, run: Option<uuid::Uuid>) -> Result<Vec<Objection>, Problem> {
        let now = Timestamp::now().to_zoned(zone::of_host());
        let past = if self.policy.has_limits() {
            self.past.of(&asked.account.key, self.ledger.operator().uid, run, now.timestamp())?
        } else {
            Past::default()
        };
        Ok(self.policy.objections(asked, &now, past))
    }

    /// What stands against every unlock just now.
    #[must_use]
    pub fn standing(&self, papers: &Papers) -> Vec<Objection> {
        self.policy.standing(papers, &Timestamp::now().to_zoned(zone::of_host()))
    }

    /// Records that a rule stood against an unlock.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn note_refusal(
        &self,
        account: &Account,
        ticket: Option<&Untrusted>,
        objection: &Objection,
    ) -> Result<(), Problem> {
        let why = Untrusted::from(objection.rule().says.as_str());
        let (key, username, rule) = (&account.key, &account.username, objection.rule().name);
        self.ledger.note(&Note::Refused { key, username, ticket, rule, why: &why }).await
    }

    /// Holds the file that everybody holds who counts; let go when dropped.
    async fn hold_limits(&self) -> Result<std::fs::File, Problem> {
        let directory = self.ledger_directory.clone();
        let held = tokio::task::spawn_blocking(move || crate::ledger::hold_counter(&directory));
        held.await.map_err(|e| crate::ledger::ledger_problem(e.to_string()))?
    }

    /// The last gate before an intent: whichever front asks, and whatever it has asked before.
    async fn allow(&self, unlock: &Unlock, account: &Account) -> Result<(), Problem> {
        let papers = Papers { ticket: unlock.ticket.clone(), verified: unlock.verified.clone() };
        let asked = Asked {
            account,
            operator: &unlock.operator,
            papers: &papers,
            typed_id: unlock.typed_id,
            in_list: unlock.part.is_some(),
        };
        let Some(objection) = self.objections(&asked, unlock.part.map(|part| part.run))?.into_iter().next() else {
            return Ok(());
        };
        // A row's end is recorded with its reason.
        if unlock.part.is_none() {
            self.note_refusal(account, unlock.ticket.as_ref(), &objection).await?;
        }
        Err(objection.problem())
    }

    async fn send(&self, recorded: Option<&Recorded<Unlock>>) -> UnlockReply {
        let Some(recorded) = recorded else {
            return UnlockReply::NotDone(Problem::new(
                Code::Internal,
                "there is no record of this unlock",
                "",
                "report this as a bug",
            ));
        };
        match self.provider(&recorded.what().key.provider) {
            Some(asked) if asked.about().answers_by_mail => {
                // A question before the command may have to be answered first.
                let reading = async {
                    loop {
                        let _ = self.mail.refresh().await;
                        tokio::time::sleep(MAIL_PACE).await;
                    }
                };
                tokio::select! {
                    reply = asked.unlock(recorded) => reply,
                    () = reading => unreachable_reply(),
                }
            }
            Some(asked) => asked.unlock(recorded).await,
            None => UnlockReply::NotDone(unknown_provider(&recorded.what().key.provider)),
        }
    }

    async fn close(&self, intent: IntentId, end: &End<'_>) -> Result<(), Problem> {
        let Some(recorded) = self.proof(intent) else { return Ok(()) };
        self.ledger.close(&recorded, end).await?;
        self.proofs().remove(&intent);
        Ok(())
    }

    fn proof(&self, intent: IntentId) -> Option<Arc<Recorded<Unlock>>> {
        self.proofs().get(&intent).cloned()
    }

    fn proofs(&self) -> std::sync::MutexGuard<'_, HashMap<IntentId, Arc<Recorded<Unlock>>>> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the ledger's heads are copied to.
fn sink(config: &Config) -> Option<SinkPlan> {
    let socket = config.ledger.sink_socket.clone();
    let target = match config.ledger.sink {
        SinkKind::None => return None,
        SinkKind::Syslog => Target::syslog(socket),
        SinkKind::Journald => Target::journald(socket),
    };
    Some(SinkPlan { target, must: config.policy.on_sink_failure == OnSinkFailure::Refuse })
}

/// The reading above has no end.
fn unreachable_reply() -> UnlockReply {
    UnlockReply::InDoubt(Problem::new(Code::Internal, "the mail came to an end", "", "report this as a bug"))
}

fn unknown_provider(name: &ProviderName) -> Problem {
    Problem::new(
        Code::NotFound,
        "the configuration names no such provider",
        name.as_str(),
        "add it to the configuration, or use the configuration it was used with",
    )
}

pub(super) fn unsettled(problem: &Problem) -> crate::domain::Settled {
    crate::domain::Settled::seen(
        problem.what.as_ref(),
        crate::domain::Verdict::AskAgain(std::time::Duration::from_secs(5), Some(problem.clone())),
        None,
    )
}
