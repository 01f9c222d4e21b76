//! The shapes of Jamf's Classic API, which speaks XML.

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
        escaped(short_name),
        escaped(computer.as_data())
    )
    .into_bytes()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The text of the first element of that name, which holds no further elements.
pub fn text(body: &[u8], name: &str) -> Option<Untrusted> {
    let text = std::str::from_utf8(body).ok()?;
    let after = text.split_once(&format!("<{name}>"))?.1;
    let inside = after.split_once(&format!("</{name}>"))?.0;
    (!inside.contains('<')).then(|| inside.trim().into())
}
