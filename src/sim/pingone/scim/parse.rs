//! SCIM filters (RFC 7644, section 3.4.2.2), in the subset that PingOne documents.

use super::{ATTRIBUTES, ScimFilter};

/// A piece of a filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    Word(String),
    Text(String),
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
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

pub(super) fn word(rest: &mut &[Token], wanted: &str) -> bool {
    match rest.split_first() {
        Some((Token::Word(word), after)) if word == wanted => {
            *rest = after;
            true
        }
        _ => false,
    }
}

pub(super) fn either(rest: &mut &[Token], depth: u8) -> Result<ScimFilter, String> {
    let mut terms = vec![both(rest, depth)?];
    while word(rest, "or") {
        terms.push(both(rest, depth)?);
    }
    Ok(ScimFilter::Or(terms))
}

pub(super) fn both(rest: &mut &[Token], depth: u8) -> Result<ScimFilter, String> {
    let mut terms = vec![term(rest, depth)?];
    while word(rest, "and") {
        terms.push(term(rest, depth)?);
    }
    Ok(ScimFilter::And(terms))
}

pub(super) fn term(rest: &mut &[Token], depth: u8) -> Result<ScimFilter, String> {
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
    let mut taking = ATTRIBUTES.iter().filter(|row| row.1.contains(&operator.as_str())).peekable();
    if taking.peek().is_none() {
        return Err(format!("The operator {operator} is not supported."));
    }
    if taking.all(|row| row.0 != attribute) {
        return Err(format!("The attribute {attribute} is not supported with {operator}."));
    }
    *rest = after;
    Ok(ScimFilter::Term { attribute: attribute.clone(), operator: operator.clone(), value: value.to_lowercase() })
}
