//! An access token that is fetched by one and used by all.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::domain::{Code, Problem, Secret};
use crate::settings::redactor;

/// A token is renewed this long before it runs out, or after nine tenths of a short life.
const MARGIN: Duration = Duration::from_secs(60);

/// How long a failure to fetch one is shared before the next try: as long as the try took, twice as long each time.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

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

/// A fetch that failed. A login that was refused isn't tried again before somebody asks for it on purpose, as each try
/// may burn one of the account's attempts; anything else is tried again after a while.
struct Failed {
    problem: Problem,
    until: Option<Instant>,
    pause: Duration,
}

impl Failed {
    fn stands(&self) -> bool {
        self.until.is_none_or(|until| until > Instant::now())
    }
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    fetched: u64,
    failed: Option<Failed>,
}

/// The token in use. Whoever finds it missing or stale fetches; everybody else waits for that one (single flight), and
/// shares its failure too.
#[derive(Default)]
pub struct TokenCache {
    state: Mutex<State>,
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
        let mut state = self.state.lock().await;
        if let Some(held) = state.held.as_ref().filter(|held| held.stale_at > Instant::now()) {
            return Ok(TokenVersion { secret: held.secret.clone(), number: held.number });
        }
        if let Some(failed) = state.failed.as_ref().filter(|failed| failed.stands()) {
            return Err(failed.problem.clone());
        }
        let began = Instant::now();
        let token = match fetch().await {
            Ok(token) => token,
            Err(problem) => {
                // Who waits longer for a failure is asked less often.
                let last = state.failed.as_ref().map_or(Duration::ZERO, |failed| failed.pause);
                let pause = (last * 2).max(began.elapsed()).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
                let until = (problem.code != Code::Login).then(|| Instant::now() + pause);
                state.failed = Some(Failed { problem: problem.clone(), until, pause });
                return Err(problem);
            }
        };
        redactor::learn_token(token.secret.expose());
        (state.failed, state.fetched) = (None, state.fetched + 1);
        let number = state.fetched;
        let life = token.lifetime.saturating_sub(MARGIN.min(token.lifetime / 10));
        state.held = Some(Held { secret: token.secret.clone(), stale_at: Instant::now() + life, number });
        Ok(TokenVersion { secret: token.secret, number })
    }

    /// Forgets a failure: somebody asks again on purpose.
    pub fn forget_failure(&self) {
        // Whoever is fetching just now is that somebody.
        if let Ok(mut state) = self.state.try_lock() {
            state.failed = None;
        }
    }

    /// The token in use; none when there is none, or it has run out.
    pub async fn current(&self) -> Option<Secret> {
        let state = self.state.lock().await;
        state.held.as_ref().filter(|held| held.stale_at > Instant::now()).map(|held| held.secret.clone())
    }

    /// Drops the token that was refused; a newer one that somebody has fetched since stays.
    pub async fn refuse(&self, refused: &TokenVersion) {
        let mut state = self.state.lock().await;
        if state.held.as_ref().is_some_and(|held| held.number == refused.number) {
            state.held = None;
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

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_shared_and_a_refused_login_is_never_tried_again_by_itself() {
        let fetches = AtomicU32::new(0);
        let failing = |code| {
            fetches.fetch_add(1, Ordering::SeqCst);
            async move {
                tokio::time::sleep(Duration::from_secs(3)).await;
                Err(Problem::new(code, "x", "", ""))
            }
        };
        let cache = TokenCache::default();
        let gets = (0..20).map(|_| cache.get(|| failing(Code::TimedOut)));
        assert!(futures_util::future::join_all(gets).await.iter().all(Result::is_err));
        assert_eq!(fetches.load(Ordering::SeqCst), 1, "all who waited share it");
        tokio::time::sleep(Duration::from_secs(4)).await;
        assert!(cache.get(|| async { Ok(token("back")) }).await.is_ok());
        let cache = TokenCache::default();
        assert!(cache.get(|| failing(Code::Login)).await.is_err());
        tokio::time::sleep(Duration::from_secs(86_400)).await;
        assert!(cache.get(|| failing(Code::Login)).await.is_err());
        assert_eq!(fetches.load(Ordering::SeqCst), 2, "each try may burn an attempt");
        cache.forget_failure();
        assert!(cache.get(|| async { Ok(token("corrected")) }).await.is_ok());
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
