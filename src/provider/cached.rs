//! What changes seldom and is asked for often: kept for a while.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::domain::Problem;

/// How long a policy is taken as unchanged.
const LIFE: Duration = Duration::from_secs(300);

/// Answers by what was asked.
pub struct Cached<K, T>(Mutex<HashMap<K, (T, Instant)>>);

impl<K, T> Default for Cached<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T: Clone> Cached<K, T> {
    /// The answer that is known, or a fresh one; a problem isn't kept.
    ///
    /// # Errors
    /// What `fetch` says.
    pub async fn get(&self, key: K, fetch: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        let known = self.0.lock().get(&key).cloned();
        if let Some((answer, _)) = known.filter(|(_, at)| at.elapsed() < LIFE) {
            return Ok(answer);
        }
        let answer = fetch.await?;
        let mut kept = self.0.lock();
        kept.retain(|_, (_, at)| at.elapsed() < LIFE);
        kept.insert(key, (answer.clone(), Instant::now()));
        Ok(answer)
    }
}
