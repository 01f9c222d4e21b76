//! Sending an unlock: one `Content-Type`, an empty body, the intent's id on the way.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};

use crate::domain::{Code, Layer, ReportedStep, StepState, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;
use crate::provider::api_client::UnlockAnswer;
use crate::provider::http::{Request, Response};

use super::PingOne;
use super::wire::{PASSWORD, USER};

/// The media type of User Account Unlock.
const ACCOUNT_UNLOCK: &str = "application/vnd.pingidentity.account.unlock+json";
/// The media types of the password's own unlock: the vendor's page shows both, the first in its example.
const PASSWORD_UNLOCK: &str = "application/vnd.pingidentity.password.unlock+json";
const PLAIN_PASSWORD_UNLOCK: &str = "application/vnd.pingidentity.password.unlock";
/// Both come back in the audit as `externalCorrelation` (reference/external-transaction-and-session-ids).
const TRANSACTION: HeaderName = HeaderName::from_static("x-ping-external-transaction-id");
const SESSION: HeaderName = HeaderName::from_static("x-ping-external-session-id");
/// No longer value of these headers is kept: the operator's name must not be pushed out by a long ticket.
const TICKET_CHARS: usize = 60;

/// Sends the request of a recorded intent.
pub async fn send(ping: &PingOne, recorded: &Recorded<Unlock>) -> UnlockReply {
    if recorded.what().layer != Layer::PASSWORD {
        return request(ping, recorded, "", ACCOUNT_UNLOCK).await;
    }
    match request(ping, recorded, "/password", PASSWORD_UNLOCK).await {
        UnlockReply::NotDone(problem) if problem.code == Code::MediaType => {
            let words = "the media type was refused: asking again with the other one";
            let progress = vec![ReportedStep::new(StepState::Note, words)];
            UnlockReply::Pending { token: PLAIN_PASSWORD_UNLOCK.into(), ask_again_after: Duration::ZERO, progress }
        }
        reply => reply,
    }
}

/// The password's own unlock once more, by its other media type.
pub async fn poll(ping: &PingOne, recorded: &Recorded<Unlock>, _: &Untrusted, _: Duration) -> UnlockReply {
    request(ping, recorded, "/password", PLAIN_PASSWORD_UNLOCK).await
}

async fn request(ping: &PingOne, recorded: &Recorded<Unlock>, path: &str, media_type: &'static str) -> UnlockReply {
    let unlock = recorded.what();
    let ticket: String =
        unlock.ticket.as_ref().map_or("no-ticket", Untrusted::as_data).chars().take(TICKET_CHARS).collect();
    let session = Untrusted::from(format!("{ticket}/{}", unlock.operator.as_data())).header();
    let transaction = Untrusted::from(recorded.intent().to_string()).header();
    let request = ping.user_url(&unlock.key.id, path).map(|url| {
        // The exit leaves nothing that a header refuses.
        Request::post(url, Vec::new())
            .with(CONTENT_TYPE, HeaderValue::from_static(media_type))
            .with(TRANSACTION, HeaderValue::from_str(&transaction).ok())
            .with(SESSION, HeaderValue::from_str(&session).ok())
    });
    ping.client.unlock(recorded, request, |response| accepted(ping, unlock.layer, response)).await
}

/// What the answer shows: the whole user, or the password state.
fn accepted(ping: &PingOne, layer: Layer, response: &Response) -> Option<UnlockAnswer> {
    if !response.is_ok() {
        return None;
    }
    let (about, words) = if layer == Layer::PASSWORD {
        let state = ping.client.parsed(response, &PASSWORD).ok()?;
        (state.inner_text("user", "id"), ("password.status", state.text("status")))
    } else {
        let user = ping.client.parsed(response, &USER).ok()?;
        (user.text("id"), ("account.status", user.inner_text("account", "status")))
    };
    let status = words.1.unwrap_or_else(|| "not reported".into());
    let reply = UnlockReply::Accepted(format!("200 OK, {} {}", words.0, status.as_data()).into());
    Some(UnlockAnswer { about, reply })
}
