//! The webhook events of `NanoMDM`, `NanoHUB` and `MicroMDM`: one shape, with small differences (observed).

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::{DeviceAnswer, DeviceStatus, Untrusted};

use super::command_result;

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

/// An event as `NanoMDM` and `MicroMDM` post it.
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

/// What a Mac answered to a command.
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
    let at = wire.created_at.as_ref().and_then(|at| at.as_data().parse().ok()).unwrap_or(now);
    let enrols = wire.topic.as_ref().is_some_and(|topic| topic.same_name("mdm.Authenticate"));
    if let Some(device) = wire.checkin_event.filter(|_| enrols).and_then(|event| event.udid.or(event.enrollment_id)) {
        return Ok(WebhookEvent::Enrolled(device, at));
    }
    let Some(told) = wire.acknowledge_event else { return Ok(WebhookEvent::Other) };
    let Some(command) = told.command_uuid.filter(|command| !command.is_blank()) else { return Ok(WebhookEvent::Other) };
    let outside = DeviceAnswer {
        command,
        device: told.udid.or(told.enrollment_id).unwrap_or_default(),
        // The Mac's own answer is the only proof: without it no last word is believed.
        status: match DeviceStatus::named(&told.status) {
            status if status.is_final() => DeviceStatus::Other(format!("{}, unproved", told.status.as_data()).into()),
            status => status,
        },
        chain: Vec::new(),
        users: None,
        detail: "the event holds no answer of the Mac itself".into(),
        // NanoHUB's events carry no id: their time stands for it.
        event: wire.event_id.or(wire.created_at).unwrap_or_default(),
        at,
        evidence: evidence.to_owned(),
    };
    let Some(raw) = told.raw_payload else { return Ok(WebhookEvent::Answer(Box::new(outside))) };
    let answer = match command_result::read(raw.as_data().trim(), &outside) {
        Ok(answer) => {
            let (own, device) = (&answer.device, &outside.device);
            let same = answer.command.same_name(outside.command.as_data())
                && answer.status == DeviceStatus::named(&told.status)
                && (device.is_blank() || own.is_blank() || own.same_name(device.as_data()));
            if !same {
                return Err("the event says something else than the Mac's answer inside it".to_owned());
            }
            answer
        }
        // Kept and shown: the server's own words say what became of it.
        Err(why) => DeviceAnswer { detail: why.into(), ..outside },
    };
    Ok(WebhookEvent::Answer(Box::new(answer)))
}
