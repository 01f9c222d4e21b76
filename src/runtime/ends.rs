//! The signals that end a program: from the keys, a dropped session, or the system.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for every signal that ends a program, so that it can end in order.
#[derive(Debug, Default)]
pub struct Ends(Vec<Signal>);

impl Ends {
    /// Listens from now on; a signal doesn't end the process by itself any more.
    ///
    /// # Errors
    /// When the system lets nobody listen.
    pub fn listen() -> io::Result<Self> {
        let kinds = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt(), SignalKind::quit()];
        kinds.into_iter().map(signal).collect::<io::Result<_>>().map(Self)
    }

    /// Returns with the next one; never, where nobody listens.
    pub async fn heard(&mut self) {
        if self.0.is_empty() {
            return std::future::pending().await;
        }
        let waits = self.0.iter_mut().map(|signal| Box::pin(signal.recv()));
        futures_util::future::select_all(waits).await;
    }
}
