//! Sending an unlock: `POST …/unlock` without a body, or the configured `PUT`.

use reqwest::header::{CONTENT_TYPE, HeaderValue};

use crate::domain::{Unlock, UnlockReply};
use crate::ledger::Recorded;
use crate::provider::api_client::UnlockAnswer;
use crate::provider::http::{Request, Response};

use super::settings::UnlockMode;
use super::wire::USER;
use super::{JumpCloud, mapping};

/// Sends the request of a recorded intent.
pub async fn send(jump: &JumpCloud, recorded: &Recorded<Unlock>) -> UnlockReply {
    let is_post = jump.mode == UnlockMode::Post;
    let url = jump.user_url(&recorded.what().key.id, if is_post { "/unlock" } else { "" });
    let request = url.map(|url| match jump.mode {
        UnlockMode::Post => Request::post(url, Vec::new()),
        UnlockMode::Put => Request::put(url, br#"{"account_locked":false}"#.to_vec())
            .with(CONTENT_TYPE, HeaderValue::from_static("application/json")),
    });
    jump.client.unlock(recorded, request, |response| accepted(jump, is_post, response)).await
}

fn accepted(jump: &JumpCloud, is_post: bool, response: &Response) -> Option<UnlockAnswer> {
    if !response.is_ok() {
        return None;
    }
    // The answer is the text `OK`, as text or as a JSON string, or nothing; in some versions it is the user.
    if is_post && matches!(response.body.trim_ascii(), b"OK" | b"\"OK\"" | b"") {
        return Some(UnlockReply::Accepted("200 OK".into()).into());
    }
    let user = jump.client.parsed(response, &USER).ok()?;
    let words = format!("200 OK, {}", mapping::reported(&user).as_data());
    Some(UnlockAnswer {
        about: user.text("_id").or_else(|| user.text("id")),
        reply: UnlockReply::Accepted(words.into()),
    })
}
