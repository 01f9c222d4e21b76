//! What this login may do in JumpCloud, found out without changing anything.

use jiff::SignedDuration;

use crate::domain::{CheckResult, MatchMode, Query};

use super::{JumpCloud, policy, search};

pub async fn findings(jump: &JumpCloud) -> Vec<CheckResult> {
    let users = search::page(jump, &Query::new("", MatchMode::Prefix), None).await;
    let right = CheckResult::needed_right("users", &users);
    if users.is_err() {
        return vec![right];
    }
    let mut found = vec![CheckResult::good("login", "the login is accepted"), right];
    found.push(match policy::policy(jump, None).await {
        Ok(policy) if policy.limit.is_none() && policy.locks != Some(false) => {
            let next = "limits and ends of locks will not be shown";
            CheckResult::not_told("lock_policy", "the organisation doesn't tell its policy", next)
        }
        read => CheckResult::lock_policy(read.map(|policy| (policy.limit, policy.lasts))),
    });
    let (tells, without) = ("deliberate locks can be told", "causes of locks will read \"unknown\"");
    let insights = policy::insights(jump, SignedDuration::from_mins(1), 1, None).await;
    found.push(CheckResult::useful_right("Directory Insights", tells, without, &insights));
    let roles = "JumpCloud doesn't tell a login its role: whether it may unlock shows when it does";
    found.push(CheckResult::not_told("right", roles, "see in the console that the login has the role Help Desk"));
    let more = "the key carries the whole role of its administrator, for most roles with the right to delete people";
    found.push(CheckResult::not_told(
        "excess",
        more,
        "use an administrator or service account with the role Help Desk",
    ));
    found.push(CheckResult::good("version", "API v1 (systemusers), Directory Insights v1"));
    found
}
