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

/// The token that is held, or how the last login failed.
#[derive(Default)]
struct State {
    /// The token, and until when it is fresh.
    held: Option<(TokenVersion, Instant)>,
    fetched: u64,
    failed: Option<Failed>,
}

impl State {
    fn fresh(&self) -> Option<&TokenVersion> {
        self.held.as_ref().filter(|(_, stale_at)| *stale_at > Instant::now()).map(|(token, _)| token)
    }
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
        if let Some(token) = state.fresh() {
            return Ok(token.clone());
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
        let life = token.lifetime.saturating_sub(MARGIN.min(token.lifetime / 10));
        let token = TokenVersion { secret: token.secret, number: state.fetched };
        state.held = Some((token.clone(), Instant::now() + life));
        Ok(token)
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
        self.state.lock().await.fresh().map(|token| token.secret.clone())
    }

    /// Drops the token that was refused; a newer one that somebody has fetched since stays.
    pub async fn refuse(&self, refused: &TokenVersion) {
        let mut state = self.state.lock().await;
        if state.held.as_ref().is_some_and(|(token, _)| token.number == refused.number) {
            state.held = None;
        }
    }
}

#[cfg(test)]
mod tests;
