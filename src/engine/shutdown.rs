//! The signals that end a program: from the keys, a dropped session, or the system.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// How many listen who end the program in good order.
static LISTENERS: AtomicUsize = AtomicUsize::new(0);

/// Listens for every signal that ends a program, so that it can end in order.
#[derive(Debug)]
pub struct ShutdownSignals {
    signals: Vec<(SignalKind, Signal)>,
    counts: bool,
}

impl ShutdownSignals {
    /// Listens from now on; none of these signals ends the process by itself any more. A hang-up that whoever started the
    /// program has it ignore (`nohup`) stays ignored.
    #[must_use = "dropping it ends the listening"]
    pub fn listen() -> Self {
        LISTENERS.fetch_add(1, Ordering::SeqCst);
        let mut ends = Self::beside_others();
        ends.counts = true;
        ends
    }

    /// Listens beside whoever ends the program, if anybody does ([`Self::is_heard_by_others`]).
    #[must_use = "dropping it ends the listening"]
    pub fn beside_others() -> Self {
        let hang_up = (!ignores_hang_ups()).then_some(SignalKind::hangup());
        let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::quit()].into_iter().chain(hang_up);
        let signals = kinds.filter_map(|kind| Some((kind, signal(kind).ok()?))).collect();
        Self { signals, counts: false }
    }

    /// True while somebody listens who ends the program in good order.
    pub fn is_heard_by_others() -> bool {
        LISTENERS.load(Ordering::SeqCst) > 0
    }

    /// Returns with the next one, and the exit code of a program that it ends; never, where nobody can listen.
    pub async fn heard(&mut self) -> u8 {
        if self.signals.is_empty() {
            return std::future::pending().await;
        }
        let waits = self.signals.iter_mut().map(|(kind, signal)| {
            let code = u8::try_from(128 + kind.as_raw_value()).unwrap_or(u8::MAX);
            Box::pin(async move {
                signal.recv().await;
                code
            })
        });
        futures_util::future::select_all(waits).await.0
    }
}

impl Drop for ShutdownSignals {
    fn drop(&mut self) {
        if self.counts {
            LISTENERS.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Linux tells of a process which signals it ignores (`proc_pid_status(5)`, a mask); elsewhere none is taken for ignored.
fn ignores_hang_ups() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 != 0)
}

/// A wish to leave, heard once and known to everybody who holds a copy.
#[derive(Clone, Debug)]
pub struct ShutdownRequest(CancellationToken);

impl ShutdownRequest {
    /// Listens from now on.
    #[must_use = "dropping it loses the signals"]
    pub fn listen() -> Self {
        let (token, mut signals) = (CancellationToken::new(), ShutdownSignals::listen());
        let tell = token.clone();
        tokio::spawn(async move {
            // The next ones find nothing more to end: what is under way is being recorded.
            loop {
                signals.heard().await;
                tell.cancel();
            }
        });
        Self(token)
    }

    /// True once it was heard.
    pub fn is_heard(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Returns as soon as it was heard.
    pub async fn heard(&self) {
        self.0.cancelled().await;
    }
}
