//! Reading a property list that came from outside. The reader beneath overflows its stack on deep nesting
//! and drops entities silently, so both are refused before it sees the text.

use plist::Value;

/// Deeper than any answer of a device.
const DEEPEST: usize = 64;
/// Larger than any answer to the two commands that are ever sent.
pub const MOST_BYTES: usize = 1024 * 1024;

/// The value of an XML property list.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(bytes: &[u8]) -> Result<Value, String> {
    if bytes.len() > MOST_BYTES {
        return Err(format!("it is larger than {} KiB", MOST_BYTES / 1024));
    }
    if bytes.starts_with(b"bplist") {
        return Err("it is a binary property list, and management answers are XML".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is no UTF-8 text".to_owned())?;
    guard(text)?;
    Value::from_reader_xml(text.as_bytes()).map_err(|e| e.to_string())
}

/// Walks over the tags without building anything.
fn guard(text: &str) -> Result<(), String> {
    let unfinished = || "it ends in the middle of a tag".to_owned();
    let (mut rest, mut depth) = (text, 0usize);
    while let Some(start) = rest.find('<') {
        rest = rest.get(start..).unwrap_or_default();
        if rest.starts_with("<![CDATA[") {
            // The reader would drop what stands in it.
            return Err("it holds a character data section".to_owned());
        }
        let (ending, is_tag) = match rest {
            _ if rest.starts_with("<!--") => ("-->", false),
            _ if rest.starts_with("<?") => ("?>", false),
            _ => (">", true),
        };
        let end = rest.find(ending).ok_or_else(unfinished)? + ending.len();
        let (tag, after) = rest.split_at_checked(end).unwrap_or_default();
        if is_tag && tag.starts_with("<!") {
            if tag.contains('[') || !tag.starts_with("<!DOCTYPE") {
                return Err("it declares entities or elements of its own".to_owned());
            }
        } else if is_tag && tag.starts_with("</") {
            depth = depth.saturating_sub(1);
        } else if is_tag && !tag.ends_with("/>") {
            depth += 1;
            if depth > DEEPEST {
                return Err(format!("it is nested deeper than {DEEPEST} levels"));
            }
        }
        rest = after;
    }
    if let Some(entity) = text.split('&').skip(1).find(|after| !is_plain_entity(after)) {
        let name: String = entity.chars().take(20).collect();
        return Err(format!("it holds the unknown entity `&{name}`"));
    }
    Ok(())
}

/// One of XML's own five, or a character by its number: the reader drops any other silently.
fn is_plain_entity(after: &str) -> bool {
    let Some((name, _)) = after.split_once(';') else { return false };
    let digits = |text: &str, radix| !text.is_empty() && text.len() < 8 && text.chars().all(|c| c.is_digit(radix));
    match name.strip_prefix('#') {
        Some(number) => number.strip_prefix('x').map_or_else(|| digits(number, 10), |hex| digits(hex, 16)),
        None => matches!(name, "amp" | "lt" | "gt" | "quot" | "apos"),
    }
}

#[cfg(test)]
mod tests;
