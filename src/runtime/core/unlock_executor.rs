//! The one way to a change: the rules in force, the intent on disk, the request, the outcome on disk.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{Account, AccountKey, Code, IntentId, Papers, Problem, Unlock, UnlockReply, Untrusted};
use crate::flow::{FlowId, Reply, UnlockCall, UnlockEvent};
use crate::ledger::sink;
use crate::ledger::{End, Note, Recorded};
use crate::policy::{Asked, Objection, Past};
use crate::runtime::zone;

use super::{Core, unknown_provider};

/// How often the ledger is read on while a provider waits for mail.
const MAIL_PACE: Duration = Duration::from_millis(250);

impl Core {
    pub(super) async fn unlock(&self, id: FlowId, call: UnlockCall) -> Reply {
        let (event, provider) = match call {
            UnlockCall::Read(key) => (self.read_for_unlock(&key).await, Some(key.provider)),
            UnlockCall::Record(unlock, account) => (UnlockEvent::Recorded(self.record(*unlock, &account).await), None),
            UnlockCall::Send(intent) => {
                let recorded = self.proof(intent);
                let provider = recorded.as_ref().map(|recorded| recorded.what().key.provider.clone());
                (UnlockEvent::Answered(self.send(recorded.as_deref()).await), provider)
            }
            UnlockCall::Verify(open) => {
                let polled = self.verify(&open).await;
                (UnlockEvent::Polled(Box::new(polled)), Some(open.key.provider))
            }
            UnlockCall::Close { intent, outcome, problem, steps, handle, again } => {
                let end = End { outcome, problem: problem.as_deref(), steps: &steps, handle: handle.as_ref(), again };
                (UnlockEvent::Closed(self.close(intent, &end).await), None)
            }
        };
        let health = provider.and_then(|name| {
            let health = self.provider(&name)?.health();
            Some((name, Box::new(health)))
        });
        Reply::Unlock(id, event, health)
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
            unlock.system = asked.info().system.as_str().into();
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
            Some(asked) if asked.info().answers_by_webhook => {
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

    fn proofs(&self) -> MutexGuard<'_, HashMap<IntentId, Arc<Recorded<Unlock>>>> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reading above has no end.
fn unreachable_reply() -> UnlockReply {
    UnlockReply::InDoubt(Problem::new(Code::Internal, "the mail came to an end", "", "report this as a bug"))
}
