use proptest::prelude::*;
use ratatui::layout::Rect;

use crate::terminal::encode::*;

const SIZE: (u16, u16) = (40, 6);
const SIGNS: [&str; 8] = [" ", " ", " ", "a", "○", "─", "é", "明"];
const LOOKS: [(Option<Color>, Modifier); 6] = [
    (None, Modifier::empty()),
    (Some(Color::Red), Modifier::BOLD),
    (Some(Color::DarkGray), Modifier::empty()),
    (None, Modifier::REVERSED),
    (Some(Color::LightBlue), Modifier::UNDERLINED),
    (None, Modifier::BOLD),
];

/// A sign, a look, and how often.
type CellRun = (usize, usize, usize);

fn runs() -> impl Strategy<Value = Vec<CellRun>> {
    prop::collection::vec((0..SIGNS.len(), 0..LOOKS.len(), 1usize..15), 10..60)
}

fn buffer(runs: &[CellRun]) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    let signs = runs.iter().flat_map(|(sign, look, times)| std::iter::repeat_n((SIGNS[*sign], LOOKS[*look]), *times));
    let mut at = 0;
    for (sign, (fg, modifier)) in signs {
        let (x, y) = (at % SIZE.0, at / SIZE.0);
        if y >= SIZE.1 {
            break;
        }
        let style = Style { fg, add_modifier: modifier, ..Style::new() };
        at = y * SIZE.0 + buffer.set_stringn(x, y, sign, usize::from(SIZE.0 - x), style).0.max(x + 1);
    }
    buffer
}

fn all_changes(shown: &Buffer, next: &Buffer, cursor: Option<Position>) -> String {
    changes(shown, next, &(0..next.area.height).collect(), cursor)
}

type Seen = (String, vt100::Color, bool, bool, bool);

/// What a terminal shows; a blank that nobody sees has no style.
fn plain((text, colour, bold, inverse, underline): Seen) -> Seen {
    let is_blank = text == " " && !inverse && !underline;
    if is_blank {
        (text, vt100::Color::Default, false, false, false)
    } else {
        // A blank has no weight and, underlined, only the colour of the line.
        let bold = bold && text != " ";
        let colour = if text == " " && !underline { vt100::Color::Default } else { colour };
        (text, colour, bold, inverse, underline)
    }
}

fn seen(parser: &vt100::Parser) -> Vec<Seen> {
    let at = |n: u16| parser.screen().cell(n / SIZE.0, n % SIZE.0).unwrap();
    let cells = (0..SIZE.0 * SIZE.1).map(at).filter(|cell| !cell.is_wide_continuation());
    cells
        .map(|cell| {
            let text = if cell.contents().is_empty() { " " } else { cell.contents() };
            plain((text.to_owned(), cell.fgcolor(), cell.bold(), cell.inverse(), cell.underline()))
        })
        .collect()
}

fn wanted(buffer: &Buffer) -> Vec<Seen> {
    let mut covered = false;
    let mut seen = Vec::new();
    for cell in &buffer.content {
        if std::mem::take(&mut covered) {
            continue;
        }
        covered = cell.symbol() == "明";
        let colour = match cell.fg {
            Color::Red => vt100::Color::Idx(1),
            Color::DarkGray => vt100::Color::Idx(8),
            Color::LightBlue => vt100::Color::Idx(12),
            _ => vt100::Color::Default,
        };
        let has = |weight| cell.modifier.contains(weight);
        let looks = (has(Modifier::BOLD), has(Modifier::REVERSED), has(Modifier::UNDERLINED));
        seen.push(plain((cell.symbol().to_owned(), colour, looks.0, looks.1, looks.2)));
    }
    seen
}

proptest! {
    /// Whatever stood there: the terminal shows the cells, and the cursor stands where it should.
    #[test]
    fn changes_lead_to_the_cells(first in runs(), second in runs(), x in 0..SIZE.0, y in 0..SIZE.1) {
        let (first, second) = (buffer(&first), buffer(&second));
        let mut terminal = vt100::Parser::new(SIZE.1, SIZE.0, 0);
        terminal.process(all_changes(&Buffer::empty(first.area), &first, None).as_bytes());
        prop_assert_eq!(seen(&terminal), wanted(&first));
        terminal.process(all_changes(&first, &second, Some(Position::new(x, y))).as_bytes());
        prop_assert_eq!(seen(&terminal), wanted(&second));
        prop_assert!(first == second || terminal.screen().cursor_position() == (y, x));
        prop_assert!(!terminal.screen().inverse() && terminal.screen().fgcolor() == vt100::Color::Default);
    }
}

#[test]
fn rows_of_a_list_are_gone_down_once_for_each_style() {
    let empty = Buffer::empty(Rect::new(0, 0, 40, 6));
    let mut list = empty.clone();
    for y in 0..6 {
        list.set_string(3, y, "Ada Lovelace", Style::new());
        list.set_string(20, y, "ada", Style::new().fg(Color::DarkGray));
    }
    let written = all_changes(&empty, &list, None);
    assert_eq!(written.matches("\x1b[90m").count(), 1, "{written:?}");
    // And emptied by erasing, which leaves the cursor in its column.
    let erased = all_changes(&list, &empty, None);
    assert_eq!(erased, format!("\x1b[1;4H\x1b[20X{}", "\n\x1b[20X".repeat(5)));
    assert_eq!(all_changes(&list, &list, None), "");
}

/// Terminals disagree about emoji and the like: nothing of what stood there is left, and what follows stands in its place.
#[test]
fn a_sign_of_doubtful_width_is_written_alone() {
    let mut shown = Buffer::empty(Rect::new(0, 0, 30, 3));
    let mut next = shown.clone();
    for y in 0..3 {
        shown.set_string(0, y, "Adam Smith", Style::new());
        next.set_string(0, y, "❤\u{fe0f} Ann", Style::new());
        next.set_string(20, y, "ann", Style::new());
    }
    let written = all_changes(&shown, &next, None);
    assert_eq!(written.matches("\x1b[2X❤\u{fe0f}\x1b[").count(), 3, "{written:?}");
    for (n, rest) in written.split('\u{fe0f}').skip(1).enumerate() {
        assert!(rest.starts_with(&format!("\x1b[{};3H Ann", n + 1)), "{rest:?} in {written:?}");
    }
}

#[test]
fn other_alphabets_are_written_as_they_are() {
    let empty = Buffer::empty(Rect::new(0, 0, 40, 1));
    for name in ["Ольга Иванова", "Αλέξανδρος", "明子 山田", "Nguyễn", "محمد", "สมชาย"]
    {
        let mut next = empty.clone();
        next.set_string(3, 0, name, Style::new());
        let written = all_changes(&empty, &next, None);
        let least = format!("\x1b[1;4H{name}").len();
        assert!(written.len() <= least + 24, "{written:?}");
    }
    // Half-width letters with their mark take two cells, as the frame was laid out.
    let (mut shown, mut next) = (empty.clone(), empty.clone());
    shown.set_string(0, 0, "abcdef", Style::new());
    next.set_string(0, 0, "ｶﾞｷﾞ", Style::new());
    let written = all_changes(&shown, &next, None);
    assert!(written.contains("ｶﾞ") && written.contains("ｷﾞ"), "{written:?}");
    assert!(!written.contains("ｶﾞ "), "nothing stands on the mark: {written:?}");
}
