//! An access token that is fetched by one and used by all.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::domain::{Problem, Secret};
use crate::settings::redactor;

/// A token is renewed this long before it runs out, or after nine tenths of a short life.
const MARGIN: Duration = Duration::from_secs(60);

/// A fetched token.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token.
    pub secret: Secret,
    /// How long it lives from now.
    pub lifetime: Duration,
}

#[derive(Clone)]
struct Held {
    secret: Secret,
    stale_at: Instant,
    number: u64,
}

/// The token in use. Whoever finds it missing or stale fetches; everybody else waits for that one (single flight).
#[derive(Default)]
pub struct TokenCache {
    held: Mutex<(Option<Held>, u64)>,
}

/// A token with the number of its fetch, so that a refusal can say which token was refused.
#[derive(Clone, Debug)]
pub struct TokenVersion {
    /// The token.
    pub secret: Secret,
    number: u64,
}

impl TokenCache {
    /// The token in use, or a fresh one.
    ///
    /// # Errors
    /// What `fetch` says.
    pub async fn get<F>(&self, fetch: impl FnOnce() -> F) -> Result<TokenVersion, Problem>
    where
        F: Future<Output = Result<Token, Problem>>,
    {
        let mut guard = self.held.lock().await;
        let (held, fetched) = &mut *guard;
        if let Some(held) = held.as_ref().filter(|held| held.stale_at > Instant::now()) {
            return Ok(TokenVersion { secret: held.secret.clone(), number: held.number });
        }
        let token = fetch().await?;
        redactor::learn_token(token.secret.expose());
        *fetched += 1;
        let number = *fetched;
        let life = token.lifetime.saturating_sub(MARGIN.min(token.lifetime / 10));
        *held = Some(Held { secret: token.secret.clone(), stale_at: Instant::now() + life, number });
        Ok(TokenVersion { secret: token.secret, number })
    }

    /// The token in use; none when there is none, or it has run out.
    pub async fn current(&self) -> Option<Secret> {
        let guard = self.held.lock().await;
        guard.0.as_ref().filter(|held| held.stale_at > Instant::now()).map(|held| held.secret.clone())
    }

    /// Drops the token that was refused; a newer one that somebody has fetched since stays.
    pub async fn refuse(&self, refused: &TokenVersion) {
        let mut guard = self.held.lock().await;
        if guard.0.as_ref().is_some_and(|held| held.number == refused.number) {
            guard.0 = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn token(text: &str) -> Token {
        Token { secret: Secret::new(text.to_owned()), lifetime: Duration::from_secs(3_600) }
    }

    #[tokio::test]
    async fn many_who_need_a_token_at_once_fetch_one() {
        let cache = TokenCache::default();
        let fetches = AtomicU32::new(0);
        let fetch = || async {
            fetches.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(token("one"))
        };
        let gets = (0..20).map(|_| cache.get(fetch));
        let got = futures_util::future::join_all(gets).await;
        assert!(got.iter().all(|token| token.as_ref().unwrap().secret.expose() == "one"));
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_refusal_drops_only_the_token_that_was_refused() {
        let cache = TokenCache::default();
        let first = cache.get(|| async { Ok(token("first")) }).await.unwrap();
        cache.refuse(&first).await;
        let second = cache.get(|| async { Ok(token("second")) }).await.unwrap();
        // Somebody else's late refusal of the first.
        cache.refuse(&first).await;
        let third = cache.get(|| async { Ok(token("third")) }).await.unwrap();
        assert_eq!(second.secret.expose(), third.secret.expose());
    }
}
