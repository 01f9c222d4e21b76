//! What this login may do in Adaxes, found out without changing anything.

use std::sync::atomic::Ordering;

use crate::domain::{Code, Finding, Match, Query};

use super::{Adaxes, search};

pub async fn findings(adaxes: &Adaxes) -> Vec<Finding> {
    let mut found = Vec::new();
    match adaxes.client.login().await {
        Ok(true) => found.push(Finding::good("login", "the service account gets a token")),
        // A made token shows its worth with the first request.
        Ok(false) => {}
        Err(problem) => return vec![Finding::bad("login", "", &problem)],
    }
    match search::page(adaxes, &Query::new("", Match::Prefix), None).await {
        Ok(page) if page.accounts.is_empty() => {
            found.push(Finding::warn(
                "right",
                "the login sees no users",
                "give its security role the right to read users",
            ));
        }
        Ok(_) => found.push(Finding::good("right", "reads users")),
        Err(problem) => {
            let topic = if problem.code == Code::Login { "login" } else { "right" };
            found.push(Finding::bad(topic, "to read users", &problem));
            return found;
        }
    }
    let version =
        if adaxes.is_old.load(Ordering::Relaxed) { "search as before 2023" } else { "search of 2023 and newer" };
    found.push(Finding::good("version", version));
    let rights = "Adaxes' security roles decide; whether it may unlock shows when it does";
    let next = "see that the role has \"Unlock account\" and that REST allows the operation";
    found.push(Finding::not_told("right", rights, next));
    let more = "a security role may hold more than reading and unlocking";
    found.push(Finding::not_told("excess", more, "give it no other permission"));
    let policy = "the domain's lockout policy isn't read over REST";
    found.push(Finding::not_told("lock_policy", policy, "ends of locks read \"not reported\""));
    found
}
