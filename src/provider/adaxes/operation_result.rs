//! Operation results, read truly: a failure and a wait for approval both come with HTTP 200.

use crate::domain::{Code, Outcome, Problem, UnlockReply, Untrusted};
use crate::provider::api_client::UnlockAnswer;
use crate::provider::json::Object;

/// The kinds of messages (`MessageType`).
const KINDS: [&str; 7] =
    ["error", "warning", "information", "triggered", "approval required", "failure audit", "success audit"];
/// How deep messages are shown, and how many beside each other.
const DEEPEST: u8 = 8;
const WIDEST: usize = 20;

/// What a result means; none where it is no operation result: then nobody knows what was done.
pub fn judge(result: &Object) -> Option<UnlockAnswer> {
    let told = tree(result);
    // Text, or an object with a message.
    let exception = result.inner_text("exception", "message").or_else(|| result.text("exception"));
    let extra = result.object("extraInfo").filter(|extra| extra.names().next().is_some());
    let extra = extra.map(|extra| {
        let one = |name: &str| format!("{name}: {}", extra.text(name).map_or_else(String::new, |text| text.line()));
        extra.names().map(one).collect::<Vec<_>>().join(", ")
    });
    let words = |head: Option<String>| {
        let words: Vec<String> =
            head.into_iter().chain((!told.is_empty()).then(|| told.clone())).chain(extra.clone()).collect();
        words.join(" · ")
    };
    let reply = match result.integer("resultType")? {
        0 if result.flag("noChanges") == Some(true) => {
            let head = "nothing to change: it was not locked".to_owned();
            UnlockReply::Ended(Outcome::AlreadyOpen, words(Some(head)).into(), None)
        }
        0 => UnlockReply::Accepted(words(Some("200 OK, done".to_owned())).into()),
        1 => UnlockReply::NotDone(Problem::new(
            Code::Server,
            "Adaxes took the request and failed",
            words(exception.as_ref().map(Untrusted::line)),
            "ask the Adaxes administrator about the business rule or the right it names",
        )),
        2 => UnlockReply::Ended(Outcome::PendingApproval, words(Some("sent for approval".to_owned())).into(), None),
        _ => return None,
    };
    Some(UnlockAnswer { about: result.text("actualObjectDN"), reply })
}

/// The messages as a tree in one line: `Business Rules: 1 rule … > 'Rule': Send … (triggered) > …`.
fn tree(result: &Object) -> String {
    fn inner(message: &Object, depth: u8) -> String {
        let messages = message.objects("innerMessages");
        messages.iter().take(WIDEST).map(|message| one(message, depth)).collect::<Vec<_>>().join("; ")
    }
    fn one(message: &Object, depth: u8) -> String {
        let number = message.count("messageType").and_then(|kind| KINDS.get(kind as usize).copied());
        // Some versions name the kind.
        let kind = number.map(Untrusted::from).or_else(|| message.text("messageType"));
        let kind = kind.map(|kind| format!(" ({})", kind.line().to_lowercase())).unwrap_or_default();
        let source = message.text("source").map(|source| format!("{}: ", source.line())).unwrap_or_default();
        let text = message.text("text").map(|text| text.line()).unwrap_or_default();
        let inside = if depth == 0 { String::new() } else { inner(message, depth - 1) };
        let inside = if inside.is_empty() { inside } else { format!(" > {inside}") };
        format!("{source}{text}{kind}{inside}")
    }
    inner(result, DEEPEST)
}
