//! Wrong passwords as boxes with their number beside them: `■■■□□ 3/5`, `■■■ 3+`.

use crate::domain::BadLogins;
use crate::domain::bad_logins::CountCertainty;

use super::format::Glyphs;

/// More boxes than this tell no more.
const MOST: u32 = 6;

/// The count in boxes and figures, and in figures alone; a dash where the system tells none.
pub fn meter(bad: &BadLogins, glyphs: &Glyphs) -> (String, String) {
    let Some(count) = bad.count else { return (glyphs.none.to_owned(), glyphs.none.to_owned()) };
    let at_least = if bad.qualifier == CountCertainty::AtLeast { "+" } else { "" };
    let boxes = |full: u32| glyphs.full.repeat(full as usize);
    let (boxes, figures) = match bad.limit.filter(|limit| *limit > 0) {
        Some(limit) => {
            let all = limit.min(MOST);
            // A count that isn't none shows, and one below the limit isn't full.
            let scaled = (count.min(limit) * all).div_ceil(limit);
            let full = if count < limit { scaled.min(all.saturating_sub(1)) } else { all };
            (boxes(full) + &glyphs.empty.repeat((all - full) as usize), format!("{count}{at_least}/{limit}"))
        }
        None => (boxes(count.min(MOST)), format!("{count}{at_least}")),
    };
    (format!("{boxes} {figures}").trim_start().to_owned(), figures)
}

#[cfg(test)]
mod tests;
