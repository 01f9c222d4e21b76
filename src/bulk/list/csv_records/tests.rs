use super::*;

fn read(text: &str) -> Vec<(u64, Vec<String>, bool)> {
    Records::new(text, Some(',')).map(|one| (one.line, one.cells, one.is_open)).collect()
}

#[test]
fn any_line_end_and_quotes_as_spreadsheets_write_them() {
    let cells = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        read("a,b\rc\r\n\nd"),
        [
            (1, cells(&["a", "b"]), false),
            (2, cells(&["c"]), false),
            (3, cells(&[""]), false),
            (4, cells(&["d"]), false),
        ]
    );
    assert_eq!(
        read("\"x, \"\"y\"\"\r\nz\" ,\u{a0}b\u{a0}\nc"),
        [(1, cells(&["x, \"y\"\r\nz", "b"]), false), (3, cells(&["c"]), false),]
    );
    // Inside of a cell a quote is a sign like any other.
    assert_eq!(read("a\"b,c\nd"), [(1, cells(&["a\"b", "c"]), false), (2, cells(&["d"]), false)]);
    let torn = |text: &str| Records::new(text, Some(',')).map(|one| one.is_torn).collect::<Vec<_>>();
    assert_eq!(
        torn("\"a,\"x\nb,\"c\" \nd"),
        [true, false, false],
        "what stands behind a closing quote is no part of a name"
    );
    assert_eq!(read("a\nb,\"c\nd"), [(1, cells(&["a"]), false), (2, cells(&["b"]), true)]);
}
