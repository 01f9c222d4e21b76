use super::*;

#[test]
fn the_short_way_counts_as_the_long_one() {
    for c in ('\0'..='\u{3100}').filter(|c| is_one_cell(*c)) {
        assert_eq!(c.to_string().cell_width(), 1, "{c:?}");
        assert_eq!(format!("{c}{c}").graphemes(true).count(), 2, "{c:?}");
    }
}
