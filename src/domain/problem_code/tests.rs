use std::fmt::Write as _;

use super::CODES;

#[test]
fn the_page_on_errors_lists_every_code() {
    let mut page = String::from(
        "# Errors\n\nEach problem has a code (`problem.code` in JSON), says what happened, why, and what to do next. \
             The message itself is more exact than this list.\n\n| code | what happened | what usually helps |\n|---|---|---|\n",
    );
    for (_, word, means, next) in CODES {
        let _ = writeln!(page, "| `{word}` | {means} | {next} |");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/docs/errors.md");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        std::fs::write(path, &page).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert!(published == page, "{path} doesn't list the codes: run this test with INSTA_UPDATE=always");
}

#[test]
fn each_word_stands_for_one_code() {
    let words: std::collections::BTreeSet<&str> = CODES.iter().map(|row| row.1).collect();
    assert_eq!(words.len(), CODES.len());
}
