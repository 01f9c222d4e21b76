//! The shapes of Jamf's Classic API, which speaks XML.

use quick_xml::Reader;
use quick_xml::escape::{partial_escape, resolve_xml_entity};
use quick_xml::events::Event;

use crate::domain::Untrusted;

/// Where an unlock is sent.
pub const UNLOCK: &str = "/JSSResource/computercommands/command/UnlockUserAccount";

/// Where a command's state is asked for.
pub fn status_path(uuid: &Untrusted) -> String {
    format!("/JSSResource/computercommands/uuid/{}", uuid.url())
}

/// The body of an unlock.
pub fn body(computer: &Untrusted, short_name: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<computer_command><general><command>UnlockUserAccount</command>\
         <user_name>{}</user_name></general><computers><computer><id>{}</id></computer></computers></computer_command>",
        partial_escape(short_name),
        partial_escape(computer.as_data())
    )
    .into_bytes()
}

/// The text of the first element of that name; none where it holds further elements or the body is no XML.
pub fn text(body: &[u8], name: &str) -> Option<Untrusted> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    let mut text: Option<String> = None;
    while let Ok(event) = reader.read_event() {
        let part = match event {
            Event::Start(start) => {
                if text.is_none() && start.local_name().as_ref() == name {
                    text = Some(String::new());
                } else if text.is_some() {
                    return None;
                }
                continue;
            }
            Event::Empty(_) if text.is_some() => return None,
            Event::End(_) if text.is_some() => return text.map(|text| text.trim().into()),
            Event::Eof => return None,
            Event::Text(part) => part.into_inner(),
            Event::CData(part) => part.into_inner(),
            Event::GeneralRef(part) => match part.resolve_char_ref().ok()? {
                Some(sign) => sign.to_string().into(),
                None => resolve_xml_entity(&part)?.into(),
            },
            _ => continue,
        };
        if let Some(text) = &mut text {
            text.push_str(&part);
        }
    }
    None
}

#[cfg(test)]
mod tests;
