//! RSQL as Jamf Pro's filters speak it: `field==value`, `;` or `and`, `,` or `or`, parentheses. And binds tighter.

/// A filter.
#[derive(Debug, PartialEq)]
pub enum RsqlFilter {
    And(Vec<RsqlFilter>),
    Or(Vec<RsqlFilter>),
    /// Field, whether it has to be equal, value in lower case.
    Term(String, bool, String),
}

/// The deepest that parentheses may stand in each other.
const DEEPEST: u8 = 8;

pub fn parse(text: &str) -> Result<RsqlFilter, String> {
    let mut rest = text;
    let filter = either(&mut rest, 0)?;
    if rest.trim().is_empty() { Ok(filter) } else { Err(format!("can't parse `{rest}`")) }
}

type Part = fn(&mut &str, u8) -> Result<RsqlFilter, String>;

/// Parts with that sign or that word between them.
fn parts(rest: &mut &str, depth: u8, sign: &str, word: &str, part: Part) -> Result<Vec<RsqlFilter>, String> {
    let mut parts = vec![part(rest, depth)?];
    while let Some(after) = rest.strip_prefix(sign).or_else(|| rest.strip_prefix(word)) {
        *rest = after;
        parts.push(part(rest, depth)?);
    }
    Ok(parts)
}

fn either(rest: &mut &str, depth: u8) -> Result<RsqlFilter, String> {
    parts(rest, depth, ",", " or ", both).map(RsqlFilter::Or)
}

fn both(rest: &mut &str, depth: u8) -> Result<RsqlFilter, String> {
    parts(rest, depth, ";", " and ", term).map(RsqlFilter::And)
}

fn term(rest: &mut &str, depth: u8) -> Result<RsqlFilter, String> {
    if let Some(inside) = rest.strip_prefix('(') {
        if depth >= DEEPEST {
            return Err("the filter is nested too deeply".to_owned());
        }
        *rest = inside;
        let filter = either(rest, depth + 1)?;
        *rest = rest.strip_prefix(')').ok_or("a parenthesis isn't closed")?;
        return Ok(filter);
    }
    let wrong = || format!("can't parse `{rest}`");
    let at = rest.find(['=', '!']).ok_or_else(wrong)?;
    let (field, after) = rest.split_at(at);
    let (is_equal, after) = match (after.strip_prefix("=="), after.strip_prefix("!=")) {
        (Some(after), _) => (true, after),
        (_, Some(after)) => (false, after),
        _ => return Err(wrong()),
    };
    let (value, after) = value(after).ok_or_else(wrong)?;
    let filter = RsqlFilter::Term(field.trim().to_owned(), is_equal, value.to_lowercase());
    *rest = after;
    Ok(filter)
}

/// A quoted value with its escapes undone, or a bare one.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find([',', ';', ')', ' ']).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (!value.is_empty()).then(|| (value.to_owned(), rest));
    };
    let (mut value, mut signs) = (String::new(), inside.char_indices());
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\\' => value.push(signs.next()?.1),
            '"' => return Some((value, inside.get(at + 1..)?)),
            sign => value.push(sign),
        }
    }
    None
}

impl RsqlFilter {
    /// Whether it fits what `own` tells of a field; a field that it doesn't know is an error.
    pub fn fits(&self, own: &impl Fn(&str) -> Option<String>) -> Result<bool, String> {
        match self {
            Self::And(terms) => all(terms, own).map(|each| each.iter().all(|fits| *fits)),
            Self::Or(terms) => all(terms, own).map(|each| each.iter().any(|fits| *fits)),
            Self::Term(field, is_equal, value) => {
                let own = own(field).ok_or_else(|| format!("the field {field} can't be filtered by"))?.to_lowercase();
                let fits = match value.strip_suffix('*') {
                    Some(start) => own.starts_with(start),
                    None => own == *value,
                };
                Ok(fits == *is_equal)
            }
        }
    }
}

fn all(terms: &[RsqlFilter], own: &impl Fn(&str) -> Option<String>) -> Result<Vec<bool>, String> {
    terms.iter().map(|term| term.fits(own)).collect()
}

#[cfg(test)]
mod tests;
