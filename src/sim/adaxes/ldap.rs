//! The LDAP filters of a search.

use jiff::Timestamp;

use crate::sim::world::{AdaxesUser, SimPerson};

/// A moment as the directory keeps it: 100 ns since 1601.
pub fn filetime(at: Timestamp) -> i64 {
    (at.as_second() + 11_644_473_600) * 10_000_000
}

/// What a filter compares.
pub fn attribute(name: &str, person: &SimPerson, user: &AdaxesUser) -> Option<String> {
    match name.to_lowercase().as_str() {
        "samaccountname" => Some(person.username.clone()),
        "userprincipalname" | "mail" => person.email.clone(),
        "displayname" => Some(person.name()),
        "givenname" => Some(person.given.clone()),
        "sn" => Some(person.family.clone()),
        "employeeid" => person.employee_id.clone(),
        "telephonenumber" => person.phone.clone(),
        "lockouttime" => Some(user.locked_at.map_or(0, filetime).to_string()),
        _ => None,
    }
}

/// `LockedOutAccounts`, or `(&(…)(…))`, `(|(…)(…))`, `(name=value)`, `(name=value*)`, `(!(…))`, `(name>=n)`.
pub fn fits(filter: &str, person: &SimPerson, user: &AdaxesUser) -> bool {
    if filter.eq_ignore_ascii_case("LockedOutAccounts") {
        return user.locked_at.is_some();
    }
    let Some(inner) = filter.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) else { return false };
    if let Some(list) = inner.strip_prefix('&') {
        return split(list).iter().all(|part| fits(part, person, user));
    }
    if let Some(list) = inner.strip_prefix('|') {
        return split(list).iter().any(|part| fits(part, person, user));
    }
    if let Some(not) = inner.strip_prefix('!') {
        return !fits(not, person, user);
    }
    if let Some((name, number)) = inner.split_once(">=") {
        let own = attribute(name, person, user).and_then(|own| own.parse::<i64>().ok()).unwrap_or(0);
        return own >= number.parse().unwrap_or(i64::MAX);
    }
    let Some((name, value)) = inner.split_once('=') else { return false };
    let own = attribute(name, person, user).unwrap_or_default().to_lowercase();
    let value = value.to_lowercase();
    match (value.strip_prefix('*'), value.strip_suffix('*')) {
        // `*`: whoever has it at all.
        (Some(""), _) => !own.is_empty(),
        (Some(rest), Some(_)) => own.contains(&unescaped(rest.trim_end_matches('*'))),
        (Some(end), None) => own.ends_with(&unescaped(end)),
        (None, Some(start)) => own.starts_with(&unescaped(start)),
        (None, None) => own == unescaped(&value),
    }
}

fn split(list: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0u32, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '(' => {
                if depth == 0 {
                    from = at;
                }
                depth += 1;
            }
            ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    parts.push(list.get(from..=at).unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    parts
}

/// RFC 4515 escapes: `\2a` and the like.
pub fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(b) = rest.next() {
        if b == b'\\' {
            let hex: Vec<u8> = rest.by_ref().take(2).collect();
            let byte = std::str::from_utf8(&hex).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
            bytes.extend(byte);
        } else {
            bytes.push(b);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
