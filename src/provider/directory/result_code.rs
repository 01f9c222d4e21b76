//! What the result codes of LDAP mean (RFC 4511 appendix A), and the words that Active Directory puts behind a refused
//! login.

use crate::domain::{Code, Problem, Untrusted};
use crate::settings::redactor;

/// It went well.
pub const SUCCESS: u32 = 0;
/// More entries than the server gives; those that came are right.
pub const SIZE_LIMIT: u32 = 4;
/// The server's administrator allows no such search.
pub const ADMIN_LIMIT: u32 = 11;
/// The attribute, or that value of it, isn't there.
pub const NO_SUCH_ATTRIBUTE: u32 = 16;
/// There is no such entry.
pub const NO_SUCH_OBJECT: u32 = 32;
/// The login was refused.
pub const INVALID_CREDENTIALS: u32 = 49;
/// The login may not do that.
pub const INSUFFICIENT_RIGHTS: u32 = 50;

/// Code, its name in the standard, our code, what happened, what to do next.
type Row = (u32, &'static str, Code, &'static str, &'static str);

const TABLE: &[Row] = &[
    (1, "operationsError", Code::Server, "had an error of its own", "try again in a moment"),
    (
        3,
        "timeLimitExceeded",
        Code::TimedOut,
        "gave up on the search",
        "narrow the search; ask the directory's owner for an index",
    ),
    (SIZE_LIMIT, "sizeLimitExceeded", Code::Incomplete, "gives no more entries", "narrow the search"),
    (7, "authMethodNotSupported", Code::Login, "takes no password", "ask the directory's owner which login it takes"),
    (
        8,
        "strongerAuthRequired",
        Code::Login,
        "wants an encrypted connection or a login",
        "use ldaps:// or start_tls = true",
    ),
    (
        10,
        "referral",
        Code::Redirected,
        "refers to another server, which is never followed",
        "name a server that holds the person",
    ),
    (
        ADMIN_LIMIT,
        "adminLimitExceeded",
        Code::Incomplete,
        "allows no such search",
        "narrow the search; ask for a higher limit",
    ),
    (13, "confidentialityRequired", Code::Login, "wants an encrypted connection", "use ldaps:// or start_tls = true"),
    (NO_SUCH_ATTRIBUTE, "noSuchAttribute", Code::Changed, "has no such value any more", "look again, then decide"),
    (19, "constraintViolation", Code::Refused, "refused the change by a rule of its own", "ask the directory's owner"),
    (21, "invalidAttributeSyntax", Code::BadRequest, "took a value for wrong", "check the id"),
    (NO_SUCH_OBJECT, "noSuchObject", Code::NotFound, "knows no such entry", "search for the person again"),
    (34, "invalidDNSyntax", Code::BadId, "took the name for no distinguished name", "check the name"),
    (
        INVALID_CREDENTIALS,
        "invalidCredentials",
        Code::Login,
        "refused the login",
        "check username and password in the configuration",
    ),
    (
        INSUFFICIENT_RIGHTS,
        "insufficientAccessRights",
        Code::Forbidden,
        "doesn't let this login do that",
        "give the login the right on the unit: unbolt help directories",
    ),
    (51, "busy", Code::Throttled, "is busy", "try again in a moment"),
    (52, "unavailable", Code::Server, "isn't available", "try again in a moment"),
    (53, "unwillingToPerform", Code::Forbidden, "is unwilling to do that", "ask the directory's owner"),
];

/// What Active Directory's `data` means behind a refused login, and what to do (error codes of Win32, in hexadecimal).
const LOGIN_DATA: &[(&str, &str)] = &[
    ("525", "there is no such account"),
    ("52e", "name or password are wrong"),
    ("530", "it may not sign in at this hour"),
    ("531", "it may not sign in from this host"),
    ("532", "its password has expired"),
    ("533", "the account is disabled"),
    ("701", "the account has expired"),
    ("773", "its password must be changed first"),
    ("775", "the account is locked"),
];

/// The standard's name of a code.
pub fn name(code: u32) -> &'static str {
    TABLE.iter().find(|row| row.0 == code).map_or("an error", |row| row.1)
}

/// The problem behind a result that is no success, with the server's own words.
pub fn problem(server: &str, code: u32, text: &str, matched: &str) -> Problem {
    let usual = (code, "an error", Code::Server, "answered with an error", "look at the server's log");
    let (_, name, meaning, what, next) = TABLE.iter().find(|row| row.0 == code).copied().unwrap_or(usual);
    let mut words = vec![format!("LDAP {code} {name}")];
    words.extend(login_data(text).filter(|_| code == INVALID_CREDENTIALS).map(ToOwned::to_owned));
    let text = text.trim().trim_end_matches('\0');
    words.extend((!text.is_empty()).then(|| Untrusted::from(redactor::redacted_text(text)).line()));
    words.extend((!matched.is_empty()).then(|| format!("matched {}", Untrusted::from(matched).line())));
    Problem::new(meaning, format!("{server} {what}"), words.join(" · "), next)
}

/// What `data 52e` and the like say of a refused login.
fn login_data(text: &str) -> Option<&'static str> {
    let rest = text.split("data ").nth(1)?;
    let data: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    LOGIN_DATA.iter().find(|row| row.0.eq_ignore_ascii_case(&data)).map(|row| row.1)
}

#[cfg(test)]
mod tests;
