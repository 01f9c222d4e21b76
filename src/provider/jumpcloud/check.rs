//! What this login may do in JumpCloud, found out without changing anything.

use serde_json::json;

use crate::domain::{Finding, Match, Query};

use super::{JumpCloud, below, errors, policy, search};

pub async fn findings(jump: &JumpCloud) -> Vec<Finding> {
    if let Err(problem) = search::page(jump, &Query::new("", Match::Prefix), None).await {
        let topic = if problem.http_status == Some(403) { "right" } else { "login" };
        return vec![Finding::bad(topic, "to read users", &problem)];
    }
    let mut found = vec![Finding::good("login", "the login is taken"), Finding::good("right", "reads users")];
    found.push(match policy::policy(jump).await {
        Ok(policy) => match policy.max_login_attempts.filter(|_| policy.enable_max_login_attempts) {
            Some(most) => {
                let length = policy.lockout_time_in_seconds.filter(|_| policy.enable_lockout_time_in_seconds);
                let length = length.map_or_else(|| ", until somebody opens it".to_owned(), |s| format!(", for {s} s"));
                Finding::good("lock_policy", format!("an account locks after {most} failed sign-ins{length}"))
            }
            None => Finding::warn("lock_policy", "the organisation locks nobody", "counts will have no limit"),
        },
        Err(problem) => Finding::warn(
            "lock_policy",
            format!("can't be read: {}", problem.line()),
            "ends of locks will not be shown",
        ),
    });
    found.push(insights(jump).await);
    let roles = "JumpCloud doesn't tell a login its role: whether it may unlock shows when it does";
    found.push(Finding::not_told("right", roles, "see in the console that the login has the role Help Desk"));
    let more = "the key carries the whole role of its administrator, deleting people among it for most roles";
    found.push(Finding::not_told("excess", more, "use an administrator or service account with the role Help Desk"));
    found.push(Finding::good("version", "API v1 (systemusers), Directory Insights v1"));
    found
}

/// Without the events a lock's cause is told by the count alone.
async fn insights(jump: &JumpCloud) -> Finding {
    let start =
        (jump.http.server_now() - jiff::SignedDuration::from_mins(1)).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let body = json!({"service": ["directory"], "start_time": start, "limit": 1});
    let url = below(&jump.insights, "/insights/directory/v1/events");
    let read = errors::read_json(jump, url, &body).await.and_then(|answer| match answer.status {
        200 => Ok(()),
        _ => Err(errors::problem(&answer)),
    });
    match read {
        Ok(()) => Finding::good("right", "reads Directory Insights: deliberate locks can be told"),
        Err(problem) => Finding::warn(
            "right",
            format!("can't read Directory Insights: {}", problem.line()),
            "causes of locks will read \"not told\"",
        ),
    }
}
