//! What devices answered, as the ledger has it: the receiver writes there, whichever process it runs in, and everybody
//! who waits for an answer reads on from there.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::domain::{Answered, DeviceAnswer, IntentId, Problem, ProviderName, Untrusted};
use crate::ledger::{Event, Tail, ledger_problem};
use crate::provider::push_inbox::PushInbox;

/// A command that this ledger knows of.
#[derive(Clone, Debug)]
pub struct Known {
    /// The intent behind it.
    pub intent: IntentId,
    /// The provider that was asked.
    pub provider: ProviderName,
    /// The account's id: device and short name.
    pub account: Untrusted,
    /// The user name, for messages.
    pub username: Untrusted,
    /// What was answered so far, believed or not.
    pub answers: Vec<Answered>,
}

/// The answers of this ledger.
pub struct Mail {
    read: Arc<Mutex<Read>>,
    heard: watch::Sender<u64>,
    /// Answers that are being taken.
    at_work: watch::Sender<usize>,
}

/// An answer that is being taken, until this is dropped.
pub struct AtWork(watch::Sender<usize>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// What was read so far.
struct Read {
    tail: Tail,
    push_inbox: PushInbox,
    commands: HashMap<String, Known>,
}

impl Mail {
    /// The mail of a ledger directory; nothing is read yet.
    #[must_use]
    pub fn new(directory: PathBuf, push_inbox: PushInbox) -> Self {
        let read = Read { tail: Tail::new(directory), push_inbox, commands: HashMap::new() };
        Self { read: Arc::new(Mutex::new(read)), heard: watch::Sender::new(0), at_work: watch::Sender::new(0) }
    }

    /// Notes that an answer is being taken.
    #[must_use]
    pub fn begin(&self) -> AtWork {
        self.at_work.send_modify(|count| *count += 1);
        AtWork(self.at_work.clone())
    }

    /// Returns when no answer is being taken: before that the program doesn't end.
    pub async fn idle(&self) {
        let _ = self.at_work.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Changes whenever an answer has come in here.
    #[must_use]
    pub fn heard(&self) -> watch::Receiver<u64> {
        self.heard.subscribe()
    }

    /// Says that one has come in.
    pub fn ring(&self) {
        self.heard.send_modify(|count| *count += 1);
    }

    /// Reads on in the ledger. Reading and taking in are one step, on a thread of its own: whoever asks
    /// meanwhile waits for both, and whoever stops waiting loses nothing.
    ///
    /// # Errors
    /// A [`Problem`] when it can't be read.
    pub async fn refresh(&self) -> Result<(), Problem> {
        let read = Arc::clone(&self.read);
        let reading = tokio::task::spawn_blocking(move || read.lock().unwrap_or_else(PoisonError::into_inner).on());
        reading
            .await
            .map_err(|e| ledger_problem(e.to_string()))?
            .map_err(|e| ledger_problem(format!("the ledger can't be read: {e}")))
    }

    /// The command of that id, if this ledger knows it.
    #[must_use]
    pub fn known(&self, answer: &DeviceAnswer) -> Option<Known> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.commands.get(&answer.command.as_data().to_lowercase()).cloned()
    }
}

impl Read {
    fn on(&mut self) -> std::io::Result<()> {
        let mut answers = Vec::new();
        for entry in self.tail.news()? {
            match entry.event {
                Event::Intent(intent, unlock) => {
                    let known = Known {
                        intent,
                        provider: unlock.key.provider,
                        account: unlock.key.id,
                        username: unlock.username,
                        answers: Vec::new(),
                    };
                    self.commands.insert(intent.question().to_lowercase(), known.clone());
                    self.commands.insert(intent.command().to_lowercase(), known);
                }
                Event::Answer(answered) => answers.push(*answered),
                _ => {}
            }
        }
        // After all intents: files of several processes are read one after the other.
        for answered in answers {
            if !answered.contradicts {
                self.push_inbox.put(answered.answer.clone());
            }
            if let Some(known) = self.commands.get_mut(&answered.answer.command.as_data().to_lowercase()) {
                known.answers.push(answered);
            }
        }
        Ok(())
    }
}
