//! The bytes of a list as UTF-8: without a mark it is UTF-8 already, with one it is what the mark says.

use std::io::{self, BufRead, BufReader, Read};

const UTF8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];
const UTF16_LITTLE: &[u8] = &[0xff, 0xfe];
const UTF16_BIG: &[u8] = &[0xfe, 0xff];

/// A reader of UTF-8 (or of whatever else has no mark; each line is judged by itself).
///
/// # Errors
/// When the first bytes can't be read.
pub fn decoded<'a>(reader: impl Read + 'a) -> io::Result<Box<dyn BufRead + 'a>> {
    let mut reader = BufReader::with_capacity(64 * 1024, reader);
    let head = reader.fill_buf()?;
    if head.starts_with(UTF8_MARK) {
        reader.consume(UTF8_MARK.len());
        return Ok(Box::new(reader));
    }
    let big = head.starts_with(UTF16_BIG);
    if !big && !head.starts_with(UTF16_LITTLE) {
        return Ok(Box::new(reader));
    }
    reader.consume(2);
    Ok(Box::new(BufReader::new(Utf16 { reader, big, high: None, ready: Vec::new() })))
}

/// Turns UTF-16 into UTF-8 as it is read; what is no character becomes U+FFFD.
struct Utf16<R> {
    reader: R,
    big: bool,
    /// The first half of a pair, until its second half comes.
    high: Option<u16>,
    ready: Vec<u8>,
}

impl<R: BufRead> Utf16<R> {
    fn unit(&mut self) -> io::Result<Option<u16>> {
        let mut pair = [0u8; 2];
        match self.reader.read_exact(&mut pair) {
            Ok(()) => Ok(Some(if self.big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })),
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn push(&mut self, c: char) {
        let mut bytes = [0u8; 4];
        self.ready.extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.ready.len() < out.len() {
            let Some(unit) = self.unit()? else {
                if self.high.take().is_some() {
                    self.push(char::REPLACEMENT_CHARACTER);
                }
                break;
            };
            match (self.high.take(), unit) {
                (None, 0xd800..=0xdbff) => self.high = Some(unit),
                (Some(high), 0xdc00..=0xdfff) => {
                    let c = char::decode_utf16([high, unit]).next().and_then(Result::ok);
                    self.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                (high, unit) => {
                    if high.is_some() {
                        self.push(char::REPLACEMENT_CHARACTER);
                    }
                    if (0xd800..=0xdbff).contains(&unit) {
                        self.high = Some(unit);
                    } else {
                        self.push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                }
            }
        }
        let n = self.ready.len().min(out.len());
        for (to, from) in out.iter_mut().zip(self.ready.drain(..n)) {
            *to = from;
        }
        Ok(n)
    }
}
