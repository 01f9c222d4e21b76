//! What this login may do in Adaxes, found out without changing anything.

use std::sync::atomic::Ordering;

use crate::domain::{CheckResult, MatchMode, Query};

use super::{Adaxes, search};

/// What it doesn't tell: topic, words, what to do.
const UNTOLD: [(&str, &str, &str); 3] = [
    (
        "right",
        "Adaxes' security roles decide; whether it may unlock shows when it does",
        "see that the role has \"Unlock account\" and that REST allows the operation",
    ),
    ("excess", "a security role may hold more than reading and unlocking", "give it no other permission"),
    ("lock_policy", "the domain's lockout policy isn't read over REST", "ends of locks read \"not reported\""),
];

pub async fn findings(adaxes: &Adaxes) -> Vec<CheckResult> {
    let mut found = Vec::new();
    match adaxes.client.login().await {
        Ok(true) => found.push(CheckResult::good("login", "the service account gets a token")),
        // A made token shows its worth with the first request.
        Ok(false) => {}
        Err(problem) => return vec![CheckResult::bad("login", "", &problem)],
    }
    let users = search::page(adaxes, &Query::new("", MatchMode::Prefix), None).await;
    found.push(match &users {
        Ok(page) if page.accounts.is_empty() => {
            CheckResult::warn("right", "the login sees no users", "give its security role the right to read users")
        }
        read => CheckResult::needed_right("users", read),
    });
    if users.is_err() {
        return found;
    }
    let version =
        if adaxes.is_old.load(Ordering::Relaxed) { "search as before 2023" } else { "search of 2023 and newer" };
    found.push(CheckResult::good("version", version));
    found.extend(UNTOLD.map(|(topic, says, next)| CheckResult::not_told(topic, says, next)));
    found
}
