//! The bytes of a list as text: by what is said, by a mark, as UTF-8, as UTF-16 by its pattern of zeros, else as
//! Windows-1252, which is told as a guess.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How a spreadsheet or an archive of them begins.
const ZIP: &[u8] = b"PK\x03\x04";
/// How an older spreadsheet begins.
const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];
/// So many bytes are looked at for the pattern of UTF-16.
const LOOKED_AT: usize = 4_096;

/// A list as text.
#[derive(Debug)]
pub struct DecodedText<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// What it was taken for, where nothing said so.
    pub guess: Option<&'static str>,
}

/// The text of a list.
///
/// # Errors
/// Why it is none, in a sentence.
pub fn decode<'a>(bytes: &'a [u8], said: Option<&str>) -> Result<DecodedText<'a>, String> {
    if bytes.starts_with(ZIP) || bytes.starts_with(OLE) {
        return Err("the file is a spreadsheet or an archive, and no text: save it as CSV".to_owned());
    }
    let (encoding, guess) = match said {
        Some(label) => {
            let encoding = Encoding::for_label(label.as_bytes());
            (encoding.ok_or_else(|| format!("`{label}` is no encoding: utf-8, utf-16le, windows-1252 are some"))?, None)
        }
        None => detected(bytes),
    };
    // A mark says more than anybody's word.
    let (text, used, is_damaged) = encoding.decode(bytes);
    if text.contains('\0') {
        return Err("the file is no text: it holds zero bytes".to_owned());
    }
    if is_damaged && used != UTF_8 {
        return Err(format!("the file is no whole {} text: save it as UTF-8", used.name()));
    }
    Ok(DecodedText { text, guess })
}

fn detected(bytes: &[u8]) -> (&'static Encoding, Option<&'static str>) {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding, None);
    }
    if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0) {
        return (UTF_8, None);
    }
    let head = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd > head.len() / 8 && even <= odd / 8 {
        return (UTF_16LE, Some("UTF-16"));
    }
    if even > head.len() / 8 && odd <= even / 8 {
        return (UTF_16BE, Some("UTF-16"));
    }
    (WINDOWS_1252, Some("Windows-1252"))
}

#[cfg(test)]
mod tests;
