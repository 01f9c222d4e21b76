//! Filters of searches (RFC 4511 §4.5.1.7), compared with an entry's attributes as a controller compares them.

use lber::structure::StructureTag;

use super::ber::{octets, parts, text};
use super::entries::Attributes;

/// Whether the entry fits; none for a filter that is none.
pub fn fits(filter: &StructureTag, entry: &Attributes) -> Option<bool> {
    match filter.id {
        0 => parts(filter)?.iter().try_fold(true, |all, part| Some(all & fits(part, entry)?)),
        1 => parts(filter)?.iter().try_fold(false, |any, part| Some(any | fits(part, entry)?)),
        2 => Some(!fits(parts(filter)?.first()?, entry)?),
        3 => {
            let (name, value) = assertion(filter)?;
            if name.eq_ignore_ascii_case("anr") {
                return Some(anr(&String::from_utf8_lossy(value), entry));
            }
            Some(entry.values(&name).iter().any(|own| same(own, value)))
        }
        4 => {
            let [name, pieces] = parts(filter)? else { return None };
            let name = text(name)?;
            let pieces = parts(pieces)?;
            Some(entry.values(&name).iter().any(|own| holds(own, pieces)))
        }
        5 | 6 => {
            let (name, value) = assertion(filter)?;
            let wanted: i64 = String::from_utf8_lossy(value).parse().ok()?;
            let own = entry.values(&name).iter().filter_map(|own| String::from_utf8_lossy(own).parse::<i64>().ok());
            Some(own.into_iter().any(|own| if filter.id == 5 { own >= wanted } else { own <= wanted }))
        }
        7 => Some(!entry.values(&text(filter)?).is_empty()),
        _ => None,
    }
}

fn assertion(filter: &StructureTag) -> Option<(String, &[u8])> {
    let [name, value] = parts(filter)? else { return None };
    Some((text(name)?, octets(value)?))
}

fn lower(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_lowercase()
}

fn same(own: &[u8], value: &[u8]) -> bool {
    own == value || lower(own) == lower(value)
}

/// Whether the pieces of a substring assertion stand in the value, in their order: initial, any, final.
fn holds(own: &[u8], pieces: &[StructureTag]) -> bool {
    let own = lower(own);
    let mut rest = own.as_str();
    for piece in pieces {
        let Some(wanted) = octets(piece).map(lower) else { return false };
        let left = match piece.id {
            0 => rest.strip_prefix(wanted.as_str()),
            1 => rest.split_once(wanted.as_str()).map(|(_, left)| left),
            _ => return rest.ends_with(&wanted),
        };
        let Some(left) = left else { return false };
        rest = left;
    }
    true
}

/// Ambiguous name resolution: the beginning of any usual name.
fn anr(text: &str, entry: &Attributes) -> bool {
    let text = text.trim().to_lowercase();
    let names = ["displayName", "givenName", "sn", "sAMAccountName", "cn"];
    !text.is_empty() && names.iter().flat_map(|name| entry.values(name)).any(|own| lower(own).starts_with(&text))
}
