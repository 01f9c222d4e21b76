//! What is dangerous in text, and how it is made visible: the one judgement all exits share.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

/// Combining marks kept on one base character; names in living scripts stay below this.
const MARKS_KEPT: usize = 4;

/// True for a character that could steer a terminal, hide text or reorder it.
pub fn is_dangerous(c: char) -> bool {
    matches!(c,
        // C0, DEL and C1: the terminal's own language.
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Bidirectional controls reorder what stands around them.
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // Zero width and blank fillers hide a difference between two names.
        | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}'
        | '\u{3164}' | '\u{ffa0}' | '\u{2800}'
        // Line and paragraph separators end a line in some readers.
        | '\u{2028}' | '\u{2029}'
        // Variation selectors (the emoji one is judged in its place), interlinear marks, replacement objects.
        | '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffc}' | '\u{fffe}' | '\u{ffff}'
        // Private use has no meaning that a reader could check; TAG characters and more selectors hide text.
        | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}'
    )
}

/// Appends `c` to `out` in a visible, inert spelling: a control picture, or `<U+XXXX>`.
fn spell(out: &mut String, c: char) {
    let picture = match c {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('\u{2421}'),
        _ => None,
    };
    match picture {
        Some(p) => out.push(p),
        None => {
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        }
    }
}

/// True where a joiner or the emoji selector after `before` is part of one emoji: not behind kana or another selector.
fn joins_emoji(c: char, before: Option<char>) -> bool {
    before.is_some_and(|b| match b {
        '\u{fe0f}' => c == '\u{200d}',
        '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{24c2}' | '\u{3030}' | '\u{303d}' | '\u{3297}'
        | '\u{3299}' => true,
        '\u{2194}'..='\u{21aa}' | '\u{231a}'..='\u{23ff}' | '\u{25aa}'..='\u{27bf}' => true,
        '\u{2934}' | '\u{2935}' | '\u{2b05}'..='\u{2b55}' | '\u{1f000}'..='\u{1faff}' => true,
        _ => false,
    })
}

/// The text with everything dangerous spelled out and marks capped; at most `limit` characters are read.
///
/// The result has no control character, no bidirectional control, nothing invisible, and no base
/// with more than four marks. A cut text ends with an ellipsis.
pub fn inert(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit * 4));
    let mut before = None;
    let mut marks = 0usize;
    let mut dropped = 0usize;
    let mut chars = text.chars();
    let mut taken = 0usize;
    for c in chars.by_ref() {
        let keeps_emoji = matches!(c, '\u{200d}' | '\u{fe0f}') && joins_emoji(c, before);
        if is_dangerous(c) && !keeps_emoji {
            flush_marks(&mut out, &mut dropped);
            spell(&mut out, c);
            marks = 0;
        } else if c.width() == Some(0) && !keeps_emoji {
            marks += 1;
            if marks > MARKS_KEPT || before.is_none() {
                dropped += 1;
                continue;
            }
            out.push(c);
        } else {
            flush_marks(&mut out, &mut dropped);
            out.push(c);
            marks = 0;
        }
        before = Some(c);
        taken += 1;
        if taken >= limit {
            break;
        }
    }
    flush_marks(&mut out, &mut dropped);
    if chars.next().is_some() {
        out.push('\u{2026}');
    }
    out
}

fn flush_marks(out: &mut String, dropped: &mut usize) {
    if *dropped > 0 {
        let _ = write!(out, "<+{dropped} marks>");
        *dropped = 0;
    }
}
