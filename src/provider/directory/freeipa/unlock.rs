//! Opening an account: one call, which every server hears of.

use serde_json::json;

use crate::domain::{Code, Outcome, Problem, Unlock, UnlockReply};
use crate::ledger::Recorded;
use crate::provider::http::Response;

use super::{FreeIpa, read, rpc};

/// Sends the request of a recorded intent.
pub async fn send(ipa: &FreeIpa, recorded: &Recorded<Unlock>) -> UnlockReply {
    let id = &recorded.what().key.id;
    let request = read::parts(id.as_data())
        .map(|(name, _)| ipa.request("user_unlock", &[name], &json!({})))
        .ok_or_else(|| Problem::bad_id("this identifies no user of FreeIPA", format!("`{}`", id.line())));
    ipa.client.unlock(recorded, request, accepted).await
}

fn accepted(response: &Response) -> Option<UnlockReply> {
    if !response.is_ok() {
        return None;
    }
    if let Some(error) = rpc::error(response) {
        let problem = rpc::problem(error);
        return Some(match problem.code {
            Code::Forbidden => UnlockReply::Ended(Outcome::Refused, problem.why.clone(), Some(problem)),
            _ => UnlockReply::NotDone(problem),
        });
    }
    let answer: serde_json::Value = response.json()?;
    let result = answer.get("result").filter(|result| result.is_object())?;
    let summary = rpc::first(result, "summary").unwrap_or_else(|| "unlocked".to_owned());
    Some(UnlockReply::Accepted(summary.into()))
}
