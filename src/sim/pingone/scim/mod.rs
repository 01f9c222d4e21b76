//! The SCIM filter subset of users: `eq sw ew co and or` and parentheses; attribute names are case
//! sensitive, values are not. `account.status` is in no list.

mod parse;

use crate::sim::world::{PingOneUser, SimPerson};

use parse::{either, tokens};

pub const OPERATORS: &[&str] = &["eq", "sw", "ew", "co", "and", "or"];
/// Each attribute, and the operators that may follow it (`p1_scim_filter_language`).
pub const ATTRIBUTES: [(&str, &[&str]); 11] = [
    ("id", &["eq"]),
    ("username", &["eq", "sw"]),
    ("email", &["eq", "sw", "ew"]),
    ("name.given", &["eq", "sw", "ew", "co"]),
    ("name.family", &["eq", "sw", "ew", "co"]),
    ("externalId", &["eq", "sw"]),
    ("primaryPhone", &["eq", "sw"]),
    ("mobilePhone", &["eq", "sw"]),
    ("title", &["eq", "sw"]),
    ("enabled", &["eq", "sw"]),
    ("population.id", &["eq"]),
];

/// A filter (RFC 7644 §3.4.2.2), as far as the service takes one.
pub enum ScimFilter {
    And(Vec<ScimFilter>),
    Or(Vec<ScimFilter>),
    Not(Box<ScimFilter>),
    Term { attribute: String, operator: String, value: String },
}

pub fn parse(text: &str) -> Result<ScimFilter, String> {
    let tokens = tokens(text)?;
    let mut rest = tokens.as_slice();
    let filter = either(&mut rest, 0)?;
    if rest.is_empty() { Ok(filter) } else { Err("The filter goes on after its end.".to_owned()) }
}

impl ScimFilter {
    /// The values of a filter that asks for nothing but whole names, joined by `or`: an index answers it.
    pub fn names(&self) -> Option<Vec<&str>> {
        match self {
            Self::Or(terms) => {
                let each: Option<Vec<Vec<&str>>> = terms.iter().map(Self::names).collect();
                each.map(|each| each.concat())
            }
            Self::And(terms) => match terms.as_slice() {
                [one] => one.names(),
                _ => None,
            },
            Self::Term { attribute, operator, value }
                if operator == "eq" && matches!(attribute.as_str(), "id" | "username" | "email" | "externalId") =>
            {
                Some(vec![value])
            }
            Self::Not(_) | Self::Term { .. } => None,
        }
    }

    pub fn fits(&self, person: &SimPerson, user: &PingOneUser) -> bool {
        match self {
            Self::And(terms) => terms.iter().all(|term| term.fits(person, user)),
            Self::Or(terms) => terms.iter().any(|term| term.fits(person, user)),
            Self::Not(inner) => !inner.fits(person, user),
            Self::Term { attribute, operator, value } => {
                let Some(own) = attribute_of(attribute, person, user) else { return false };
                let own = own.to_lowercase();
                match operator.as_str() {
                    "eq" => own == *value,
                    "sw" => own.starts_with(value.as_str()),
                    "ew" => own.ends_with(value.as_str()),
                    _ => own.contains(value.as_str()),
                }
            }
        }
    }
}

fn attribute_of(name: &str, person: &SimPerson, user: &PingOneUser) -> Option<String> {
    match name {
        "id" => Some(user.id.clone()),
        "username" => Some(person.username.clone()),
        "email" => person.email.clone(),
        "name.given" => Some(person.given.clone()),
        "name.family" => Some(person.family.clone()),
        "externalId" => person.employee_id.clone(),
        "primaryPhone" => person.phone.clone(),
        "title" => person.title.clone(),
        "enabled" => Some(user.enabled.to_string()),
        "population.id" => Some(super::bodies::POPULATION.to_owned()),
        _ => None,
    }
}
