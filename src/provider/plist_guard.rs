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
        let (end, is_open) = if rest.starts_with("<!--") {
            (rest.find("-->").ok_or_else(unfinished)? + 3, false)
        } else if rest.starts_with("<![CDATA[") {
            // The reader would drop what stands in it.
            return Err("it holds a character data section".to_owned());
        } else if rest.starts_with("<?") {
            (rest.find("?>").ok_or_else(unfinished)? + 2, false)
        } else {
            let end = rest.find('>').ok_or_else(unfinished)? + 1;
            let tag = rest.get(..end).unwrap_or_default();
            if tag.starts_with("<!") {
                let has_subset = tag.contains('[') || tag.get(..9).is_none_or(|head| head != "<!DOCTYPE");
                if has_subset {
                    return Err("it declares entities or elements of its own".to_owned());
                }
                (end, false)
            } else if tag.starts_with("</") {
                depth = depth.saturating_sub(1);
                (end, false)
            } else {
                (end, !tag.ends_with("/>"))
            }
        };
        if is_open {
            depth += 1;
            if depth > DEEPEST {
                return Err(format!("it is nested deeper than {DEEPEST} levels"));
            }
        }
        rest = rest.get(end..).unwrap_or_default();
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
mod tests {
    use super::*;

    fn plist(inside: &str) -> String {
        format!("<?xml version=\"1.0\"?><plist version=\"1.0\">{inside}</plist>")
    }

    #[test]
    fn what_would_hurt_the_reader_never_reaches_it() {
        let deep = |n: usize| plist(&format!("{}{}", "<array>".repeat(n), "</array>".repeat(n)));
        let subset = "<!DOCTYPE plist [<!ENTITY a \"b\">]><plist><string>&a;</string></plist>";
        let cases: [(Vec<u8>, &str); 10] = [
            (plist("<string><![CDATA[x]]></string>").into_bytes(), "character data"),
            (plist("<string>&owned;</string>").into_bytes(), "unknown entity"),
            (deep(63).into_bytes(), ""),
            (deep(20_000).into_bytes(), "nested deeper"),
            (subset.as_bytes().to_vec(), "of its own"),
            (b"<!ENTITY x SYSTEM 'file:///etc/passwd'><plist/>".to_vec(), "of its own"),
            (b"bplist00\xd1\x01\x02".to_vec(), "binary"),
            (vec![b' '; 50 * 1024 * 1024], "larger"),
            (b"<plist><dict><key".to_vec(), "middle of a tag"),
            (b"\xff\xfe<plist/>".to_vec(), "UTF-8"),
        ];
        for (bytes, words) in cases {
            match read(&bytes) {
                Ok(_) => assert_eq!(words, ""),
                Err(said) => assert!(!words.is_empty() && said.contains(words), "`{words}` is not in `{said}`"),
            }
        }
    }

    #[test]
    fn comments_are_not_tags_and_entities_are_read() {
        let text = plist("<!-- <array> --><string>a &amp; b &#x26; &lt;array&gt;</string>");
        assert_eq!(read(text.as_bytes()).unwrap().as_string(), Some("a & b & <array>"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }

        #[test]
        fn no_tags_make_it_panic(tags in proptest::collection::vec("(<[!/?]?(array|dict|key|string|DOCTYPE|--)? ?[\\[>]?/?>?|x|&a;)", 0..200)) {
            let _ = read(plist(&tags.concat()).as_bytes());
        }
    }
}
