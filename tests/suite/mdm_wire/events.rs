//! Events as the servers sent them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};
use unbolt::domain::{DeviceStatus, Untrusted};
use unbolt::provider::apple_mdm::{WebhookEvent, read_event};

use super::*;

#[test]
fn the_events_that_the_real_servers_sent_are_read() {
    let mut read = 0;
    for (name, wanted) in [
        ("unlock-ack-0", Some("Acknowledged")),
        ("unlock-error-0", Some("Error")),
        ("unlock-formaterror-0", Some("CommandFormatError")),
        ("unlock-notnow-0", Some("NotNow")),
        ("unlock-notnow-1", Some("Acknowledged")),
        ("queued-despite-500-0", Some("Acknowledged")),
        ("userlist-0", Some("Acknowledged")),
        ("micromdm-unlock-ack-0", Some("Acknowledged")),
        ("micromdm-wrongkey-0", Some("CommandFormatError")),
        ("micromdm-ghost-0", Some("Error")),
        ("micromdm-notnow-0", Some("NotNow")),
        ("idle-nanomdm", None),
        ("idle-nanohub", None),
        ("idle-micromdm", None),
        ("checkin-nanomdm-TokenUpdate-User", None),
        ("checkin-nanohub-TokenUpdate-Device", None),
        ("checkin-micromdm-TokenUpdate-x", None),
    ] {
        let text = recorded(&format!("{name}.json"));
        let value: Value = serde_json::from_str(&text).unwrap();
        // Some were kept with their headers around them.
        let body = value.get("body").cloned().unwrap_or(value);
        let event = read_event(body.to_string().as_bytes(), Timestamp::UNIX_EPOCH, "test").unwrap();
        match (event, wanted) {
            (WebhookEvent::Other, None) => {}
            (WebhookEvent::Answer(answer), Some(status)) => {
                assert_eq!(answer.status.word(), status, "{name}");
                assert_eq!(answer.command.as_data(), body["acknowledge_event"]["command_uuid"], "{name}");
                assert!(answer.at > Timestamp::UNIX_EPOCH && answer.detail.is_blank(), "{name}: {answer:?}");
                if name == "unlock-error-0" {
                    assert!(answer.chain_words().ends_with("(macsim.NoSuchUser 12099)"), "{}", answer.chain_words());
                }
                if name == "userlist-0" {
                    let users = answer.users.unwrap();
                    assert_eq!(users.iter().map(Untrusted::as_data).collect::<Vec<_>>(), ["ada", "itadmin"]);
                }
            }
            (event, wanted) => panic!("{name}: {event:?} is not {wanted:?}"),
        }
        read += 1;
    }
    assert_eq!(read, 17);
}

pub(super) fn event(command: &str, status: &str, raw: &str) -> Vec<u8> {
    json!({"topic": "mdm.Connect", "event_id": "e", "created_at": "2026-11-21T23:28:07Z", "acknowledge_event": {
        "udid": "U-1", "status": status, "command_uuid": command, "raw_payload": STANDARD.encode(raw)}})
    .to_string()
    .into_bytes()
}

pub(super) fn plist(inside: &str) -> String {
    format!("<?xml version=\"1.0\"?><plist version=\"1.0\">{inside}</plist>")
}

#[test]
fn answers_of_unknown_shape_are_kept_and_shown() {
    let read = |body: &[u8]| read_event(body, Timestamp::UNIX_EPOCH, "test");
    let answer = |body: &[u8]| match read(body).unwrap() {
        WebhookEvent::Answer(answer) => *answer,
        WebhookEvent::Other | WebhookEvent::Enrolled(..) => panic!("no answer"),
    };
    // Apple's own example of an id, which is no UUID.
    let apples = plist(
        "<dict><key>CommandUUID</key><string>0001_UnlockUserAccount</string><key>Status</key><string>Acknowledged</string><key>UDID</key><string>U-1</string></dict>",
    );
    let got = answer(&event("0001_UnlockUserAccount", "Acknowledged", &apples));
    assert_eq!((got.command.as_data(), got.status.word()), ("0001_UnlockUserAccount", "Acknowledged"));
    // A status that nobody has heard of.
    let strange = plist(
        "<dict><key>CommandUUID</key><string>C</string><key>Status</key><string>Postponed</string><key>UDID</key><string>U-1</string><key>Extra</key><array><dict/></array></dict>",
    );
    assert_eq!(answer(&event("C", "Postponed", &strange)).status, DeviceStatus::Other("Postponed".into()));
    // A chain with holes in it.
    let holes = plist(
        "<dict><key>CommandUUID</key><string>C</string><key>Status</key><string>Error</string><key>UDID</key><string>U-1</string><key>ErrorChain</key><array><dict><key>ErrorCode</key><integer>12021</integer><key>ErrorDomain</key><string>MCMDMErrorDomain</string></dict><string>odd</string><dict/></array></dict>",
    );
    let got = answer(&event("C", "Error", &holes));
    assert!(got.chain.len() == 2 && got.chain_words().contains("MCMDMErrorDomain 12021"), "{got:?}");
    // What can't be read of the Mac's own words: the server's word stands, and says so.
    let deep = plist(&"<array>".repeat(1_000));
    for raw in [
        deep.as_str(),
        "bplist00x",
        "<plist><dict><key>",
        "not a plist",
        "<!DOCTYPE plist [<!ENTITY a \"b\">]><plist/>",
    ] {
        let got = answer(&event("C", "Acknowledged", raw));
        assert!(got.detail.as_data().contains("can't be read"), "{raw}: {got:?}");
    }
    // An event that contradicts the answer inside it is believed in neither way.
    let other = plist(
        "<dict><key>CommandUUID</key><string>C</string><key>Status</key><string>Error</string><key>UDID</key><string>U-1</string></dict>",
    );
    for body in
        [event("C", "Acknowledged", &other), b"{".to_vec(), b"[]".to_vec(), b"{\"acknowledge_event\": 3}".to_vec()]
    {
        assert!(read(&body).is_err(), "{}", String::from_utf8_lossy(&body));
    }
}
