//! Opening an account: one call, which every server hears of.

use serde_json::json;

use crate::domain::{Code, Outcome, Unlock, UnlockReply};
use crate::ledger::Recorded;
use crate::provider::http::Response;

use super::{FreeIpa, read, rpc};

/// Sends the request of a recorded intent.
pub async fn send(ipa: &FreeIpa, recorded: &Recorded<Unlock>) -> UnlockReply {
    let parts = read::checked_parts(&recorded.what().key.id);
    let request = parts.map(|(name, _)| ipa.request("user_unlock", &[name], &json!({})));
    ipa.client.unlock(recorded, request, accepted).await
}

fn accepted(response: &Response) -> Option<UnlockReply> {
    if !response.is_ok() {
        return None;
    }
    if let Some(problem) = rpc::problem(response) {
        return Some(match problem.code {
            Code::Forbidden => UnlockReply::Ended(Outcome::Refused, problem.why.clone(), Some(problem)),
            _ => UnlockReply::NotDone(problem),
        });
    }
    let summary = rpc::first(&rpc::result(response)?, "summary").unwrap_or_else(|| "unlocked".to_owned());
    Some(UnlockReply::Accepted(summary.into()))
}
