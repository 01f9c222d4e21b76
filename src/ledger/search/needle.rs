//! What is searched for, in each spelling that a ledger may have of it.

use memchr::memchr2_iter;

use crate::domain::case_folding::fold;

/// Signs that are no ASCII and are folded to a letter that is: the Kelvin sign, the long s, the dotted I.
pub(super) const FOLDED: [&[u8]; 3] = ["\u{212a}".as_bytes(), "\u{17f}".as_bytes(), "\u{130}".as_bytes()];

/// The bytes of records, the most common first.
pub(super) const COMMON: &[u8] = b"eait0nsocdr1u9l3ym2f7458b6pgvhkwxqzj";

/// A piece of the text that stands in each record that holds the text: ASCII, in lower case.
pub(super) struct Needle {
    pub(super) piece: Vec<u8>,
    /// The place of its rarest byte.
    pub(super) rarest: usize,
}

impl Needle {
    /// The longest piece of ASCII letters and digits; none where there is hardly one.
    pub(super) fn new(text: &str) -> Option<Self> {
        let folded = fold(text);
        let piece = folded.split(|c: char| !c.is_ascii_alphanumeric()).max_by_key(|piece| piece.len())?;
        let piece = piece.as_bytes().to_vec();
        let rank = |byte: u8| COMMON.iter().position(|common| *common == byte).unwrap_or(COMMON.len());
        let rarest = (0..piece.len()).max_by_key(|at| piece.get(*at).map(|byte| rank(*byte)))?;
        (piece.len() > 1).then_some(Self { piece, rarest })
    }

    /// Where it begins in a text, in whatever case.
    pub(super) fn find<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        let byte = self.piece.get(self.rarest).copied().unwrap_or_default();
        memchr2_iter(byte, byte.to_ascii_uppercase(), text).filter_map(move |at| {
            let from = at.checked_sub(self.rarest)?;
            let found = text.get(from..from + self.piece.len())?;
            found.eq_ignore_ascii_case(&self.piece).then_some(from)
        })
    }
}
