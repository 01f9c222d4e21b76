//! What this login may do in JumpCloud, found out without changing anything.

use jiff::SignedDuration;

use crate::domain::{Code, Finding, Match, Query};

use super::{JumpCloud, policy, search};

pub async fn findings(jump: &JumpCloud) -> Vec<Finding> {
    if let Err(problem) = search::page(jump, &Query::new("", Match::Prefix), None).await {
        let topic = if problem.code == Code::Forbidden { "right" } else { "login" };
        return vec![Finding::bad(topic, "to read users", &problem)];
    }
    let mut found = vec![Finding::good("login", "the login is taken"), Finding::good("right", "reads users")];
    found.push(match policy::policy(jump, None).await {
        Ok(policy) => match (policy.limit(), policy.locks) {
            (Some(most), _) => {
                let length = policy.lasts();
                let length = length.map_or_else(|| ", until somebody opens it".to_owned(), |s| format!(", for {s} s"));
                Finding::good("lock_policy", format!("an account locks after {most} failed sign-ins{length}"))
            }
            (None, Some(false)) => {
                Finding::warn("lock_policy", "the organisation locks nobody", "counts will have no limit")
            }
            (None, _) => Finding::not_told(
                "lock_policy",
                "the organisation doesn't tell its policy",
                "limits and ends of locks will not be shown",
            ),
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
    match policy::insights(jump, SignedDuration::from_mins(1), 1, None).await {
        Ok(_) => Finding::good("right", "reads Directory Insights: deliberate locks can be told"),
        Err(problem) => Finding::warn(
            "right",
            format!("can't read Directory Insights: {}", problem.line()),
            "causes of locks will read \"not told\"",
        ),
    }
}
