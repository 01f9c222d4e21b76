//! Questions that nobody waits for any more: they leave the queue, and whoever asked next takes their place. A login that
//! is under way is never given up half-way.

use tokio::sync::watch;

use crate::domain::{Code, Problem};

tokio::task_local! {
    static SUPERSEDED: watch::Receiver<bool>;
}

/// Runs a question that is given up when that becomes true.
pub async fn given_up_by<F: Future>(signal: watch::Receiver<bool>, question: F) -> F::Output {
    SUPERSEDED.scope(signal, question).await
}

/// Returns when the question of this task is superseded; never where there is none.
pub async fn superseded() {
    if let Ok(mut signal) = SUPERSEDED.try_with(watch::Receiver::clone)
        && signal.wait_for(|is_superseded| *is_superseded).await.is_ok()
    {
        return;
    }
    // Whoever could say so is gone, or there never was anybody.
    std::future::pending::<()>().await;
}

/// What the one who asked is told, and nobody shows.
pub fn problem() -> Problem {
    Problem::new(Code::Superseded, "the question was superseded by a newer one", "", "")
}
