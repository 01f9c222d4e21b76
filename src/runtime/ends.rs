//! The signals that end a program: from the keys, a dropped session, or the system.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// Listens for every signal that ends a program, so that it can end in order.
#[derive(Debug, Default)]
pub struct Ends(Vec<Signal>);

impl Ends {
    /// Listens from now on; none of these signals ends the process by itself any more. A hang-up that whoever started the
    /// program has it ignore (`nohup`) stays ignored.
    #[must_use]
    pub fn listen() -> Self {
        let hang_up = (!ignores_hang_ups()).then_some(SignalKind::hangup());
        let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::quit()].into_iter().chain(hang_up);
        Self(kinds.filter_map(|kind| signal(kind).ok()).collect())
    }

    /// Returns with the next one; never, where nobody can listen.
    pub async fn heard(&mut self) {
        if self.0.is_empty() {
            return std::future::pending().await;
        }
        let waits = self.0.iter_mut().map(|signal| Box::pin(signal.recv()));
        futures_util::future::select_all(waits).await;
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
pub struct Leaving(watch::Receiver<bool>);

impl Leaving {
    /// Listens from now on.
    #[must_use]
    pub fn listen() -> Self {
        let (tell, told) = watch::channel(false);
        let mut ends = Ends::listen();
        tokio::spawn(async move {
            ends.heard().await;
            tell.send_replace(true);
            // The next ones find nothing more to end: what is under way is being recorded.
            tell.closed().await;
        });
        Self(told)
    }

    /// True once it was heard.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns as soon as it was heard.
    pub async fn heard(&mut self) {
        if self.0.wait_for(|heard| *heard).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
