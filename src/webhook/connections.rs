//! Who may be connected: so many at once. At the cap the one whose request has been incomplete longest makes place, so that
//! nobody who sends half a request, or a large one slowly, keeps out a Mac's answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use futures_util::StreamExt as _;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

/// So many connections are open at once; ledger and systems need descriptors, too.
const MOST: usize = 256;
/// A request that came so lately isn't turned away.
const FRESH: Duration = Duration::from_millis(250);
/// A body has to be there within this time.
const BODY: Duration = Duration::from_secs(10);
/// A body of this size is read at once; larger ones share what there is for them.
const SMALL: usize = 64 * 1024;
/// What all larger bodies may take together, in units of [`SMALL`]: 16 MiB.
const SHARED: usize = 256;

/// A connection.
pub struct Connection {
    /// Since when its request is incomplete; none while an event is being taken.
    since: Mutex<Option<Instant>>,
    task: Mutex<Option<AbortHandle>>,
}

/// The connections there are.
pub struct Connections {
    taken: Mutex<Vec<Arc<Connection>>>,
    large: Arc<Semaphore>,
}

impl Default for Connections {
    fn default() -> Self {
        Self { taken: Mutex::default(), large: Arc::new(Semaphore::new(SHARED)) }
    }
}

impl Connections {
    /// A seat for a new connection; none while everybody has come just now.
    pub fn take(&self) -> Option<Arc<Connection>> {
        let is_full = self.taken.lock().len() >= MOST;
        if is_full && !self.turn_one_away() {
            return None;
        }
        let seat = Arc::new(Connection { since: Mutex::new(Some(Instant::now())), task: Mutex::default() });
        self.taken.lock().push(Arc::clone(&seat));
        Some(seat)
    }

    /// Its connection has ended.
    pub fn leave(&self, seat: &Arc<Connection>) {
        self.taken.lock().retain(|other| !Arc::ptr_eq(other, seat));
    }

    /// Ends the connection whose request has been incomplete longest; false where none has been for long enough.
    fn turn_one_away(&self) -> bool {
        let mut taken = self.taken.lock();
        let since = |seat: &Arc<Connection>| *seat.since.lock();
        let oldest = taken.iter().enumerate().filter_map(|(at, seat)| Some((since(seat)?, at))).min();
        let Some((_, at)) = oldest.filter(|(since, _)| since.elapsed() >= FRESH) else { return false };
        let seat = taken.swap_remove(at);
        if let Some(task) = seat.task.lock().take() {
            task.abort();
        }
        true
    }

    /// Reads a request's body: none when it is larger than allowed, or didn't come in time.
    pub async fn body(&self, seat: &Connection, body: Body, most: usize) -> Option<Bytes> {
        let read = async {
            let mut whole: Vec<u8> = Vec::new();
            let mut shared: Vec<OwnedSemaphorePermit> = Vec::new();
            let mut pieces = body.into_data_stream();
            while let Some(piece) = pieces.next().await {
                let piece = piece.ok()?;
                if whole.len() + piece.len() > most {
                    return None;
                }
                let needed = (whole.len() + piece.len()).saturating_sub(SMALL).div_ceil(SMALL);
                while shared.len() < needed {
                    shared.push(self.room().await?);
                }
                whole.extend_from_slice(&piece);
            }
            Some(whole)
        };
        let whole = tokio::time::timeout(BODY, read).await.ok().flatten()?;
        *seat.since.lock() = None;
        Some(whole.into())
    }

    /// Room for a piece of a large body; whoever has sent longest makes it where there is none.
    async fn room(&self) -> Option<OwnedSemaphorePermit> {
        loop {
            if let Ok(permit) = Arc::clone(&self.large).try_acquire_owned() {
                return Some(permit);
            }
            self.turn_one_away();
            tokio::time::sleep(FRESH / 10).await;
        }
    }
}

impl Connection {
    /// The task that serves it.
    pub fn served_by(&self, task: AbortHandle) {
        *self.task.lock() = Some(task);
    }

    /// Its event is taken: what comes next is another request.
    pub fn waits(&self) {
        *self.since.lock() = Some(Instant::now());
    }
}
