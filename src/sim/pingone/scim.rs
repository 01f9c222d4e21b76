//! The SCIM filter subset of users: `eq sw ew co and or` and parentheses; attribute names are case
//! sensitive, values are not. `account.status` is in no list.

use crate::sim::world::{PingOneUser, SimPerson};

pub const OPERATORS: &[&str] = &["eq", "sw", "ew", "co", "and", "or"];
pub const ATTRIBUTES: &[&str] = &[
    "id",
    "username",
    "email",
    "name.given",
    "name.family",
    "externalId",
    "primaryPhone",
    "mobilePhone",
    "title",
    "enabled",
    "population.id",
];
/// What may follow each operator (`p1_scim_filter_language`).
const TABLE: &[(&str, &[&str])] = &[
    ("eq", ATTRIBUTES),
    (
        "sw",
        &[
            "username",
            "email",
            "name.given",
            "name.family",
            "externalId",
            "primaryPhone",
            "mobilePhone",
            "title",
            "enabled",
        ],
    ),
    ("ew", &["email", "name.given", "name.family"]),
    ("co", &["name.given", "name.family"]),
];

pub enum ScimFilter {
    And(Vec<ScimFilter>),
    Or(Vec<ScimFilter>),
    Not(Box<ScimFilter>),
    Term { attribute: String, operator: String, value: String },
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Word(String),
    Text(String),
}

pub fn parse(text: &str) -> Result<ScimFilter, String> {
    let tokens = tokens(text)?;
    let mut rest = tokens.as_slice();
    let filter = either(&mut rest, 0)?;
    if rest.is_empty() { Ok(filter) } else { Err("The filter goes on after its end.".to_owned()) }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            ' ' => {}
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            '"' => {
                let mut escaped = false;
                let end = chars
                    .find(|(_, c)| {
                        let ends = *c == '"' && !escaped;
                        escaped = *c == '\\' && !escaped;
                        ends
                    })
                    .ok_or("A quoted value does not end.")?;
                // A value is a JSON string (RFC 7644).
                let quoted = text.get(at..=end.0).unwrap_or_default();
                tokens.push(Token::Text(serde_json::from_str(quoted).map_err(|_| "A quoted value is malformed.")?));
            }
            _ => {
                let mut end = at + c.len_utf8();
                while let Some((at, c)) = chars.next_if(|(_, c)| !matches!(c, ' ' | '(' | ')' | '"')) {
                    end = at + c.len_utf8();
                }
                tokens.push(Token::Word(text.get(at..end).unwrap_or_default().to_owned()));
            }
        }
    }
    Ok(tokens)
}

fn word(rest: &mut &[Token], wanted: &str) -> bool {
    match rest.split_first() {
        Some((Token::Word(word), after)) if word == wanted => {
            *rest = after;
            true
        }
        _ => false,
    }
}

fn either(rest: &mut &[Token], depth: u8) -> Result<ScimFilter, String> {
    let mut terms = vec![both(rest, depth)?];
    while word(rest, "or") {
        terms.push(both(rest, depth)?);
    }
    Ok(ScimFilter::Or(terms))
}

fn both(rest: &mut &[Token], depth: u8) -> Result<ScimFilter, String> {
    let mut terms = vec![term(rest, depth)?];
    while word(rest, "and") {
        terms.push(term(rest, depth)?);
    }
    Ok(ScimFilter::And(terms))
}

fn term(rest: &mut &[Token], depth: u8) -> Result<ScimFilter, String> {
    if depth > 16 {
        return Err("The filter is nested too deeply.".to_owned());
    }
    if let Some((Token::Open, after)) = rest.split_first() {
        *rest = after;
        let inner = either(rest, depth + 1)?;
        return match rest.split_first() {
            Some((Token::Close, after)) => {
                *rest = after;
                Ok(inner)
            }
            _ => Err("A parenthesis is not closed.".to_owned()),
        };
    }
    if word(rest, "not") {
        return term(rest, depth + 1).map(|inner| ScimFilter::Not(Box::new(inner)));
    }
    // A truth is written bare.
    if let [Token::Word(attribute), Token::Word(operator), Token::Word(value), after @ ..] = *rest
        && (attribute.as_str(), operator.as_str()) == ("enabled", "eq")
        && matches!(value.as_str(), "true" | "false")
    {
        *rest = after;
        return Ok(ScimFilter::Term { attribute: attribute.clone(), operator: operator.clone(), value: value.clone() });
    }
    let [Token::Word(attribute), Token::Word(operator), Token::Text(value), after @ ..] = *rest else {
        return Err("An attribute, an operator and a quoted value are expected.".to_owned());
    };
    let allowed = TABLE
        .iter()
        .find(|row| row.0 == operator)
        .ok_or_else(|| format!("The operator {operator} is not supported."))?;
    if !allowed.1.contains(&attribute.as_str()) {
        return Err(format!("The attribute {attribute} is not supported with {operator}."));
    }
    *rest = after;
    Ok(ScimFilter::Term { attribute: attribute.clone(), operator: operator.clone(), value: value.to_lowercase() })
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
