//! The webhook events of `NanoMDM`, `NanoHUB` and `MicroMDM`: one shape, with small differences (observed).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::{DeviceAnswer, DeviceStatus, Untrusted};

use super::command_result::{self, AnswerSource};

/// What an event told.
#[derive(Debug, PartialEq)]
pub enum WebhookEvent {
    /// A Mac answered a command.
    Answer(Box<DeviceAnswer>),
    /// A Mac was enrolled anew, at that moment: its server clears what waited in its queue.
    Enrolled(Untrusted, Timestamp),
    /// Something else: another check-in, an idle Mac. Nothing of it is kept: check-ins carry push tokens.
    Other,
}

#[derive(Deserialize)]
struct Wire {
    event_id: Option<Untrusted>,
    created_at: Option<Untrusted>,
    topic: Option<Untrusted>,
    acknowledge_event: Option<Acknowledge>,
    checkin_event: Option<CheckIn>,
}

/// Of a check-in nothing else is read: it carries push tokens.
#[derive(Deserialize)]
struct CheckIn {
    udid: Option<Untrusted>,
    enrollment_id: Option<Untrusted>,
}

#[derive(Deserialize)]
struct Acknowledge {
    udid: Option<Untrusted>,
    enrollment_id: Option<Untrusted>,
    #[serde(default)]
    status: Untrusted,
    command_uuid: Option<Untrusted>,
    raw_payload: Option<Untrusted>,
}

/// Reads an event.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(body: &[u8], now: Timestamp, evidence: &str) -> Result<WebhookEvent, String> {
    let wire: Wire = serde_json::from_slice(body).map_err(|e| format!("it is no event: {e}"))?;
    let enrols = wire.topic.as_ref().is_some_and(|topic| topic.same_name("mdm.Authenticate"));
    if let Some(device) = wire.checkin_event.filter(|_| enrols).and_then(|event| event.udid.or(event.enrollment_id)) {
        let at = wire.created_at.and_then(|at| at.as_data().parse().ok());
        return Ok(WebhookEvent::Enrolled(device, at.unwrap_or(now)));
    }
    let Some(told) = wire.acknowledge_event else { return Ok(WebhookEvent::Other) };
    let Some(command) = told.command_uuid.filter(|command| !command.is_blank()) else { return Ok(WebhookEvent::Other) };
    let moment = wire.created_at.as_ref().and_then(|at| at.as_data().parse::<Timestamp>().ok());
    let heard = AnswerSource {
        // NanoHUB's events carry no id: their time stands for it.
        event: wire.event_id.or(wire.created_at).unwrap_or_default(),
        at: moment.unwrap_or(now),
        evidence: evidence.to_owned(),
    };
    let raw = told.raw_payload.map(|raw| STANDARD.decode(raw.as_data().trim()).map_err(|e| e.to_string()));
    let device = told.udid.or(told.enrollment_id).unwrap_or_default();
    let outside = |detail: String, heard: AnswerSource| DeviceAnswer {
        command: command.clone(),
        device: device.clone(),
        // The Mac's own answer is the only proof: without it no last word is believed.
        status: match DeviceStatus::named(&told.status) {
            status if status.is_final() => DeviceStatus::Other(format!("{}, unproved", told.status.as_data()).into()),
            status => status,
        },
        chain: Vec::new(),
        users: None,
        detail: detail.into(),
        event: heard.event,
        at: heard.at,
        evidence: heard.evidence,
    };
    let (event, at, evidence) = (heard.event.clone(), heard.at, heard.evidence.clone());
    let answer = match raw {
        None => outside("the event holds no answer of the Mac itself".to_owned(), heard),
        Some(raw) => match raw.and_then(|raw| command_result::read(&raw, heard)) {
            Ok(answer) => {
                let same = answer.command.same_name(command.as_data())
                    && answer.status == DeviceStatus::named(&told.status)
                    && (device.is_blank() || answer.device.is_blank() || answer.device.same_name(device.as_data()));
                if !same {
                    return Err("the event says something else than the Mac's answer inside it".to_owned());
                }
                answer
            }
            // Kept and shown: the server's own words say what became of it.
            Err(why) => {
                outside(format!("the Mac's own answer can't be read: {why}"), AnswerSource { event, at, evidence })
            }
        },
    };
    Ok(WebhookEvent::Answer(Box::new(answer)))
}
