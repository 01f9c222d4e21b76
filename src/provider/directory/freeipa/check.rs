//! What this login may do in FreeIPA, found out without changing anything.

use crate::domain::{CheckResult, MatchMode, Query};

use super::{FreeIpa, search};

pub async fn findings(ipa: &FreeIpa) -> Vec<CheckResult> {
    let users = search::page(ipa, &Query::new("", MatchMode::Prefix), None).await;
    let right = CheckResult::needed_right("users", &users);
    if users.is_err() {
        return vec![right];
    }
    vec![
        CheckResult::good("login", "the login is accepted"),
        right,
        CheckResult::not_told(
            "right",
            "FreeIPA tells no rights in advance: whether it may unlock shows when it does",
            "give the login a role with the permission \"System: Unlock User\"; the stock role helpdesk hasn't it",
        ),
        CheckResult::not_told(
            "locked",
            "FreeIPA's API has no list of who is locked",
            "people are found by name; a list of them is looked up one by one",
        ),
    ]
}
