//! Operation results, read truly: a failure and a wait for approval both come with HTTP 200.

use crate::domain::{Code, Outcome, Problem, UnlockReply, Untrusted};

use super::wire::{Message, OperationResult};

/// The kinds of messages (`MessageType`).
const KINDS: [&str; 7] =
    ["error", "warning", "information", "triggered", "approval required", "failure audit", "success audit"];

/// What a result means for the unlock of the object with that DN; none where the DN isn't known.
pub fn judge(result: &OperationResult, expected_dn: Option<&Untrusted>) -> UnlockReply {
    let told = tree(&result.inner_messages);
    let exception = result.exception.as_ref().and_then(|exception| exception.message.as_ref()).map(Untrusted::line);
    if let (Some(actual), Some(expected)) = (&result.actual_object_dn, expected_dn)
        && !actual.same_name(expected.as_data())
    {
        return UnlockReply::InDoubt(Problem::new(
            Code::BadAnswer,
            "Adaxes acted on another object than the one that was read",
            format!("{} instead of {}", actual.line(), expected.line()),
            "look at both objects in Adaxes",
        ));
    }
    let failed = |what: &'static str| {
        let words: Vec<String> = exception.iter().cloned().chain((!told.is_empty()).then(|| told.clone())).collect();
        let next = "ask the Adaxes administrator about the business rule or the right it names";
        UnlockReply::NotDone(Problem::new(Code::Server, what, words.join(" · "), next))
    };
    let with = |head: &str| if told.is_empty() { head.to_owned() } else { format!("{head} · {told}") };
    match result.result_type {
        Some(0) if result.no_changes => {
            UnlockReply::Ended(Outcome::AlreadyOpen, with("nothing to change: it was not locked").into(), None)
        }
        Some(0) => UnlockReply::Accepted(with("200 OK, done").into()),
        Some(1) => failed("Adaxes took the request and failed"),
        Some(2) => UnlockReply::Ended(Outcome::PendingApproval, with("sent for approval").into(), None),
        _ => failed("Adaxes answered with a result that isn't known"),
    }
}

/// The messages as a tree in one line: `Business Rules: 1 rule … > 'Rule': Send … (triggered) > …`.
pub fn tree(messages: &[Message]) -> String {
    fn one(message: &Message, depth: u8) -> String {
        let kind = message.kind.and_then(|kind| usize::try_from(kind).ok()).and_then(|kind| KINDS.get(kind));
        let source =
            message.source.as_ref().filter(|source| !source.is_blank()).map(|source| format!("{}: ", source.line()));
        let text = message.text.as_ref().map(Untrusted::line).unwrap_or_default();
        let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
        let inner = if depth == 0 || message.inner_messages.is_empty() {
            String::new()
        } else {
            let inner: Vec<String> =
                message.inner_messages.iter().take(20).map(|inner| one(inner, depth - 1)).collect();
            format!(" > {}", inner.join("; "))
        };
        format!("{}{text}{kind}{inner}", source.unwrap_or_default())
    }
    messages.iter().take(20).map(|message| one(message, 8)).collect::<Vec<_>>().join("; ")
}
