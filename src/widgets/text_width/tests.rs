use proptest::prelude::*;

use super::*;

#[test]
fn the_short_way_counts_as_the_long_one() {
    for c in ('\0'..='\u{3100}').filter(|c| is_one_cell(*c)) {
        assert_eq!(c.to_string().cell_width(), 1, "{c:?}");
        assert_eq!(format!("{c}{c}").graphemes(true).count(), 2, "{c:?}");
    }
}

#[test]
fn a_hanging_text_keeps_its_second_column() {
    let lines = wrap_hanging("u      unlock the selected account", 22, 7);
    assert_eq!(lines, ["u      unlock the", "       selected", "       account"]);
    assert_eq!(wrap("日本語 日本語", 6), ["日本語", "日本語"], "two cells each");
    assert_eq!(wrap("01a21af4-77f0", 8), ["01a21af4", "-77f0"], "longer than a line, and not broken at its hyphen");
}

#[test]
fn a_field_scrolls_by_cells() {
    assert_eq!(scrolled(&"日本語の名前".into(), 6), ("の名前".to_owned(), 6), "two cells each");
    assert_eq!(scrolled(&"a日本語".into(), 4), ("本語".to_owned(), 4));
    assert_eq!(scrolled(&"ada".into(), 6), ("ada".to_owned(), 3));
    assert_eq!(scrolled(&Input::from("日本語の名前").with_cursor(0), 6), ("日本語の名前".to_owned(), 0));
    assert_eq!(scrolled(&"e\u{301}日本".into(), 4), ("日本".to_owned(), 4), "a sign with its accent is one");
}

proptest! {
    /// Whatever the text is: no line is wider than asked for, and nothing is lost but spaces.
    #[test]
    fn no_line_is_too_wide_and_nothing_is_lost(text in "([a-z 日本-]|é|e\u{301}|\u{2764}\u{fe0f}|\u{ff76}\u{ff9e}|\u{1f1e9}\u{1f1ea}|\u{1f468}\u{200d}\u{1f466}){0,60}", width in 8usize..30, indent in 0usize..16) {
        let lines = wrap_hanging(&text, width, indent);
        let bare = |text: &str| text.replace(' ', "");
        prop_assert_eq!(bare(&lines.concat()), bare(&text));
        for line in &lines {
            prop_assert!(cells(line) <= width, "{line:?} takes {} of {width}", cells(line));
        }
    }
}
