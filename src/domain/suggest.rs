//! The word that a misspelt one was meant to be.

use std::ops::Range;

/// The candidate closest to `bad`, if any is close enough to have been meant.
///
/// ```
/// use unbolt::domain::suggest;
///
/// assert_eq!(suggest("jumpclod", ["pingone", "jumpcloud"]), Some("jumpcloud".to_owned()));
/// assert_eq!(suggest("okta", ["pingone", "jumpcloud"]), None);
/// ```
pub fn suggest<'a>(bad: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    candidates
        .into_iter()
        // Optimal string alignment: edits and swaps of neighbours, the usual slips of a typist.
        .map(|candidate| (strsim::osa_distance(bad, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(3) / 3 + 1)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

/// A mistake in a table that its owner wrote: where, what, and what was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Bytes of the text, from and to; none where it has no place.
    pub span: Option<Range<usize>>,
    /// What is wrong.
    pub what: String,
    /// What was probably meant.
    pub nearest: Option<String>,
}

impl Diagnostic {
    /// A mistake at a place, or at none.
    pub fn at(span: impl Into<Option<Range<usize>>>, what: impl Into<String>) -> Self {
        Self { span: span.into(), what: what.into(), nearest: None }
    }
}
