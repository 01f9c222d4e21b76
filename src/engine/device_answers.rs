//! What devices answered, as the ledger has it: the receiver writes there, whichever process it runs in, and everybody
//! who waits for an answer reads on from there.

use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::domain::{DeviceAnswer, IntentAnswer, IntentId, Problem};
use crate::engine::blocking;
use crate::ledger::{Index, LedgerEvent, OpenUnlockIndex, unreadable};
use crate::provider::push_inbox::PushInbox;

/// The answers of this ledger.
pub struct DeviceAnswers {
    read: Arc<Mutex<Read>>,
    heard: watch::Sender<u64>,
    /// Answers that are being taken.
    at_work: TaskTracker,
}

/// What was read so far.
struct Read {
    open: Index<OpenUnlockIndex>,
    push_inbox: PushInbox,
    is_first: bool,
}

impl DeviceAnswers {
    /// The answers in a ledger's directory; nothing is read yet.
    pub fn new(directory: PathBuf, push_inbox: PushInbox) -> Self {
        let read = Read { open: Index::new(directory), push_inbox, is_first: true };
        Self { read: Arc::new(Mutex::new(read)), heard: watch::Sender::new(0), at_work: TaskTracker::new() }
    }

    /// Takes an answer, or makes another record, on a task of its own, which whoever waits for it may leave.
    pub fn take<T: Send + 'static>(&self, taking: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.at_work.spawn(taking)
    }

    /// Returns when nothing of that is at work: before that the program doesn't end.
    pub async fn wait_idle(&self) {
        self.at_work.close();
        self.at_work.wait().await;
    }

    /// Changes whenever an answer has come in here.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.heard.subscribe()
    }

    /// Says that one has come in.
    pub fn notify(&self) {
        self.heard.send_modify(|count| *count += 1);
    }

    /// Reads on in the ledger. Reading and taking in are one step, on a thread of its own: whoever asks
    /// meanwhile waits for both, and whoever stops waiting loses nothing.
    ///
    /// # Errors
    /// A [`Problem`] when it can't be read.
    pub async fn refresh(&self) -> Result<(), Problem> {
        let read = Arc::clone(&self.read);
        blocking(move || read.lock().on().map_err(unreadable)).await
    }
}

impl Read {
    fn on(&mut self) -> std::io::Result<()> {
        let inbox = &self.push_inbox;
        let put = |answered: &IntentAnswer| {
            if !answered.contradicts {
                inbox.put(answered.answer.clone());
            }
        };
        self.open.refresh(&mut |entry| {
            if let LedgerEvent::Answer(answered) = &entry.event {
                put(answered);
            }
        })?;
        // What was read before this process began is asked for by those who look at an open unlock.
        if self.is_first {
            self.open.answers()?.iter().for_each(put);
            self.is_first = false;
        }
        Ok(())
    }
}

/// The intent that a command belongs to: it has the same bits, but for its version.
pub fn intent_of(answer: &DeviceAnswer) -> Option<IntentId> {
    let mut bytes = uuid::Uuid::try_parse(answer.command.as_data()).ok()?.into_bytes();
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    let intent = IntentId(uuid::Uuid::from_bytes(bytes));
    let is_ours = [intent.command(), intent.question()].iter().any(|own| answer.command.same_name(own));
    is_ours.then_some(intent)
}
