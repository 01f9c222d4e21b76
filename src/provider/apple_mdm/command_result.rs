//! A Mac's own answer to a command, from its property list.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use plist::{Dictionary, Value};

use crate::domain::{DeviceAnswer, DeviceStatus, ErrorChainItem, Untrusted};

use crate::provider::plist_guard;

/// Links of a chain and users of a list that are kept; a Mac has a handful.
const MOST: usize = 200;

/// Reads an answer that a server hands on in Base64. `outside` is what the server itself says of it: of that, where it
/// was heard is kept.
///
/// # Errors
/// Why it can't be read, in words.
pub fn read(coded: &str, outside: &DeviceAnswer) -> Result<DeviceAnswer, String> {
    let bytes = STANDARD.decode(coded).map_err(|e| e.to_string());
    bytes.and_then(|bytes| parsed(&bytes, outside)).map_err(|why| format!("the Mac's own answer can't be read: {why}"))
}

fn parsed(bytes: &[u8], outside: &DeviceAnswer) -> Result<DeviceAnswer, String> {
    let value = plist_guard::read(bytes)?;
    let dict = value.as_dictionary().ok_or("it is no dictionary")?;
    let command = text(dict, "CommandUUID").ok_or("it names no command")?;
    let device = text(dict, "UDID").or_else(|| text(dict, "EnrollmentID")).unwrap_or_default();
    let status = text(dict, "Status").unwrap_or_default();
    let chain = dict.get("ErrorChain").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    // A longer list is no list to refuse a name by.
    let users = dict.get("Users").and_then(Value::as_array).filter(|users| users.len() <= MOST).map(|users| {
        let name = |user: &Value| text(user.as_dictionary()?, "UserName");
        users.iter().filter_map(name).collect()
    });
    Ok(DeviceAnswer {
        command,
        device,
        status: DeviceStatus::named(&status),
        chain: chain.iter().take(MOST).filter_map(|link| link.as_dictionary().map(self::link)).collect(),
        users,
        detail: Untrusted::default(),
        // Nothing else of what stands around the Mac's own words is taken.
        event: outside.event.clone(),
        at: outside.at,
        evidence: outside.evidence.clone(),
    })
}

/// The fields may be absent: a simulator of the vendor's own circle omits the English text.
fn link(dict: &Dictionary) -> ErrorChainItem {
    ErrorChainItem {
        code: dict.get("ErrorCode").and_then(Value::as_signed_integer),
        domain: text(dict, "ErrorDomain").unwrap_or_default(),
        text: text(dict, "LocalizedDescription").or_else(|| text(dict, "USEnglishDescription")).unwrap_or_default(),
    }
}

fn text(dict: &Dictionary, key: &str) -> Option<Untrusted> {
    dict.get(key).and_then(Value::as_string).map(Untrusted::from)
}
