use super::*;

const COLUMNS: [Column; 4] =
    [Column::name("NAME", 6, 0), Column::fact("STATE", 6, 0), Column::fact("ID", 36, 2), Column::name("WHY", 12, 0)];

fn lines(width: u16) -> Vec<String> {
    let why = "the provider refuses the login of this service account";
    let long = ["早川 美咲 the second of that name", "LOCKED", "ae1e8cb7-2ab9-4f0f-9b5e-3d8a5f0e6a11", why];
    let rows = [["Ada", "open", "7", ""], long].map(|row| row.into_iter().map(TableField::plain).collect());
    aligned(&COLUMNS, &rows, width, &|text, _| text.to_owned())
}

#[test]
fn no_line_is_wider_than_the_terminal_and_no_id_is_cut() {
    for width in 24..200 {
        let lines = lines(width);
        assert!(lines.iter().all(|line| cells(line) <= usize::from(width)), "{width}: {lines:?}");
        let text = lines.join("\n");
        assert!(!text.contains("ae1e8cb7") || text.contains("ae1e8cb7-2ab9-4f0f-9b5e-3d8a5f0e6a11"), "{text}");
        let words: Vec<&str> = text.split_whitespace().collect();
        for word in ["refuses", "login", "service", "account"] {
            assert!(words.contains(&word), "{width}: {word}: {text}");
        }
    }
    assert!(lines(200).iter().all(|line| !line.contains('…')), "{:?}", lines(200));
}

#[test]
fn a_pipe_gets_one_line_for_a_row_whatever_is_in_it() {
    let row = [TableField::plain("a\tb\nc"), TableField::plain("3 min").piped("2026-11-27T10:00:00Z")];
    assert_eq!(separated(&row), "a b c\t2026-11-27T10:00:00Z");
}
