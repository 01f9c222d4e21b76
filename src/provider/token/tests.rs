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
