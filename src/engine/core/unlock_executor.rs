//! The one way to a change: the rules in force, the intent on disk, the request, the outcome on disk.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{Account, AccountKey, AuditContext, Code, Problem, Unlock, UnlockReply, Untrusted, UsageCounts};
use crate::engine::time_zone;
use crate::flow::{FlowId, Reply, UnlockCall, UnlockEvent};
use crate::ledger::{OtherEvent, OutcomeEvent, Recorded, Refusal, head_export, hold_account, hold_counter};
use crate::policy::{Denial, PolicyInput, PolicyRule};

use super::{Core, blocking, unknown_provider};

impl Core {
    pub(super) async fn unlock(&self, id: FlowId, call: UnlockCall) -> Reply {
        let (event, provider) = match call {
            UnlockCall::Read(key) => {
                // What ends from now on is known when its intent is written. A ledger that can't be read is told then.
                let _ = self.ask_index(|index| index.read_ahead(false)).await;
                (UnlockEvent::Read(self.read(&key).await), Some(key.provider))
            }
            UnlockCall::Record(unlock, account) => {
                let recorded = self.record(*unlock, &account).await;
                (recorded.unwrap_or_else(|problem| UnlockEvent::Recorded(Err(problem))), None)
            }
            UnlockCall::Settle(earlier, wait) => {
                let name = earlier.key.provider.clone();
                (self.settle(&earlier, wait).await, Some(name))
            }
            UnlockCall::Send(proof) => {
                let name = proof.what().key.provider.clone();
                let reply = match self.provider(&name) {
                    Some(asked) => asked.unlock(&proof).await,
                    None => UnlockReply::NotDone(unknown_provider(&name)),
                };
                (UnlockEvent::Answered(reply, proof.left_ago()), Some(name))
            }
            UnlockCall::Poll(proof, token, waited) => {
                let name = proof.what().key.provider.clone();
                (UnlockEvent::Answered(self.poll(&proof, &token, waited).await, proof.left_ago()), Some(name))
            }
            UnlockCall::Verify(open) => {
                let polled = self.verify(&open).await;
                (UnlockEvent::Polled(Box::new(polled)), Some(open.key.provider))
            }
            UnlockCall::Close { proof, outcome, problem, steps, handle, again } => {
                let end = OutcomeEvent {
                    outcome,
                    problem: problem.as_deref(),
                    steps: &steps,
                    handle: handle.as_ref(),
                    again,
                };
                (UnlockEvent::Closed(self.ledger.close(&proof, &end).await), None)
            }
        };
        let health = provider.and_then(|name| {
            let health = self.provider(&name)?.health();
            Some((name, Box::new(health)))
        });
        Reply::Unlock(id, event, health)
    }

    /// Records an intent where no other one of the account is open, in this process or in any that shares the ledger.
    async fn record(&self, unlock: Unlock, account: &Account) -> Result<UnlockEvent, Problem> {
        // What a rule allowed once, it has allowed for each request of it.
        let counts = !unlock.further && self.policy.has_limits();
        // What is old is read before anything is held.
        self.ask_index(move |index| index.read_ahead(counts)).await?;
        // Counted and recorded in one go, in this process and beside others: else two would each find room for one.
        let _turn = if counts { Some(self.counting.lock().await) } else { None };
        let directory = self.ledger_directory.clone();
        let _held = if counts { Some(blocking(move || hold_counter(&directory)).await?) } else { None };
        let (directory, key) = (self.ledger_directory.clone(), unlock.key.clone());
        let _alone = blocking(move || hold_account(&directory, &key)).await?;
        if let Some(earlier) = self.earlier(&unlock, account.as_of).await? {
            return Ok(UnlockEvent::Earlier(Box::new(earlier)));
        }
        if !unlock.further {
            self.allow(&unlock, account).await?;
        }
        let (ticket, is_row) = (unlock.ticket.clone(), unlock.part.is_some());
        match self.ledger.record(unlock).await {
            Err(problem) if problem.code == Code::NotCopied && !is_row => {
                let says = problem.why.as_data().to_owned();
                let rule = Denial::Refuse(PolicyRule { name: head_export::RULE, says });
                self.note_refusal(&account.key, &account.username, ticket.as_ref(), &rule).await?;
                Err(problem)
            }
            recorded => Ok(UnlockEvent::Recorded(recorded.map(Arc::new))),
        }
    }

    /// What stands against an unlock by the rules in force, with what was unlocked before.
    ///
    /// # Errors
    /// A [`Problem`] when the ledger can't be read: a limit can't be kept then.
    pub async fn objections(&self, asked: &PolicyInput<'_>, run: Option<uuid::Uuid>) -> Result<Vec<Denial>, Problem> {
        let now = Timestamp::now().to_zoned(time_zone::of_host());
        let used = if self.policy.has_limits() {
            let (key, uid, at) = (asked.account.key.clone(), self.ledger.operator().uid, now.timestamp());
            self.ask_index(move |index| index.usage(&key, uid, run, at)).await?
        } else {
            UsageCounts::default()
        };
        let own = self.policy.objections(asked, &now, used);
        Ok(self.nobody().into_iter().chain(self.timeless()).chain(own).collect())
    }

    /// What stands against every unlock just now.
    pub fn standing(&self, audit: &AuditContext) -> Vec<Denial> {
        let standing = self.policy.standing(audit, &Timestamp::now().to_zoned(time_zone::of_host()));
        self.nobody().into_iter().chain(self.timeless()).chain(standing).collect()
    }

    /// Hours of a policy say nothing where nobody knows this host's own time.
    fn timeless(&self) -> Option<Denial> {
        let is_unknown = !self.policy.hours.is_empty() && !time_zone::is_known();
        let says = "this host's time zone can't be read (/etc/localtime)";
        is_unknown.then(|| Denial::Refuse(PolicyRule { name: "hours", says: says.to_owned() }))
    }

    /// In service mode somebody has logged in, or called sudo: the account itself unlocks for nobody.
    fn nobody(&self) -> Option<Denial> {
        let is_account = self.service && self.ledger.operator().uid == rustix::process::geteuid().as_raw();
        let says = "nobody is known to have logged in: the service account itself is no operator; use sudo";
        is_account.then(|| Denial::Refuse(PolicyRule { name: "operator", says: says.to_owned() }))
    }

    /// Records that a rule stood against an unlock.
    ///
    /// # Errors
    /// A [`Problem`] of the ledger.
    pub async fn note_refusal(
        &self,
        key: &AccountKey,
        username: &Untrusted,
        ticket: Option<&Untrusted>,
        objection: &Denial,
    ) -> Result<(), Problem> {
        let PolicyRule { name, says } = objection.rule();
        let (key, username) = (key.clone(), username.clone());
        let (ticket, rule, why) = (ticket.cloned(), (*name).into(), says.as_str().into());
        self.ledger.note(&OtherEvent::Refused(&Refusal { key, username, ticket, rule, why })).await
    }

    /// The last gate before an intent: whichever front asks, and whatever it has asked before.
    async fn allow(&self, unlock: &Unlock, account: &Account) -> Result<(), Problem> {
        let audit = AuditContext { ticket: unlock.ticket.clone(), verified: unlock.verified.clone() };
        let asked = PolicyInput {
            account,
            operator: &unlock.operator,
            audit: &audit,
            typed_id: unlock.typed_id,
            in_list: unlock.part.is_some(),
        };
        let objections = self.objections(&asked, unlock.part.map(|part| part.run)).await?;
        let Some(objection) = objections.into_iter().next() else { return Ok(()) };
        // A row's end is recorded with its reason.
        if unlock.part.is_none() {
            self.note_refusal(&account.key, &account.username, unlock.ticket.as_ref(), &objection).await?;
        }
        Err(objection.problem())
    }

    /// Goes on with what was pending, with what devices have answered meanwhile.
    async fn poll(&self, proof: &Recorded<Unlock>, token: &Untrusted, waited: Duration) -> UnlockReply {
        let name = &proof.what().key.provider;
        let Some(asked) = self.provider(name) else { return UnlockReply::NotDone(unknown_provider(name)) };
        if asked.info().answers_by_webhook {
            // What can't be read now is read the next time.
            let _ = self.device_answers.refresh().await;
        }
        asked.poll(proof, token, waited).await
    }
}
