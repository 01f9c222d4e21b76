//! SCIM filters for the search (DG `p1_scim_filter_language`: `eq sw co and or`, case-sensitive attribute names).

use crate::domain::{MatchMode, Query, Untrusted};

/// Attributes of which a text may be the start.
const STARTS: [&str; 4] = ["username", "email", "name.given", "name.family"];
/// Attributes that begin with a digit, of which a text may be the start.
const NUMBERS: [&str; 3] = ["externalId", "primaryPhone", "mobilePhone"];
/// Attributes that identify one user.
const EXACT: [&str; 3] = ["username", "email", "externalId"];

/// The filter of a query; none for everybody.
pub fn filter(query: &Query) -> Option<String> {
    let text = query.text.as_data();
    if text.is_empty() {
        return None;
    }
    let value = query.text.scim();
    Some(match query.how {
        MatchMode::Exact => {
            let mut terms: Vec<String> = EXACT.iter().map(|name| format!("{name} eq {value}")).collect();
            if uuid::Uuid::try_parse(text).is_ok() {
                terms.push(format!("id eq {value}"));
            }
            terms.join(" or ")
        }
        MatchMode::Prefix => {
            let mut terms: Vec<String> = STARTS.iter().map(|name| format!("{name} sw {value}")).collect();
            let mut words = text.split_whitespace();
            if let (Some(first), Some(last)) = (words.next(), words.next_back()) {
                let (first, last) = (Untrusted::from(first).scim(), Untrusted::from(last).scim());
                terms.push(format!("(name.given sw {first} and name.family sw {last})"));
                terms.push(format!("(name.family sw {first} and name.given sw {last})"));
            }
            // What begins with a digit may be a number that the employer gave, or one that can be called.
            if text.starts_with(|c: char| c == '+' || c.is_ascii_digit()) {
                terms.extend(NUMBERS.iter().map(|name| format!("{name} sw {value}")));
            }
            terms.join(" or ")
        }
    })
}

#[cfg(test)]
mod tests;
