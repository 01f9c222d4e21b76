use proptest::prelude::*;

use super::*;

#[test]
fn stars_stand_for_anything() {
    let cases = [
        ("ada", "Ada", true),
        ("ada", "adam", false),
        ("müller*", "MU\u{308}ller-2", true),
        ("svc-*", "svc-backup", true),
        ("svc-*", "asvc-x", false),
        ("*admin*", "the-admins", true),
        ("*@root.test", "ada@root.test", true),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-c-b", false),
        ("*", "", true),
        ("ab*ba", "aba", false),
        ("a?a", "ada", false),
        ("a?a", "A?A", true),
        ("", "a", false),
    ];
    for (pattern, text, expected) in cases {
        assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
    }
}

#[test]
fn a_ticket_fits_as_a_whole() {
    let pattern = TicketPattern::try_from("INC-[0-9]+|CHG[0-9]{3}".to_owned()).unwrap();
    let cases = [("INC-12", true), ("xINC-12", false), ("INC-12x", false), ("CHG123", true), ("CHG1234", false)];
    for (ticket, expected) in cases {
        assert_eq!(pattern.fits(ticket), expected, "{ticket}");
    }
    assert!(TicketPattern::try_from("INC-(".to_owned()).is_err());
}

/// What a pattern means, in its plainest form: the first sign decides, and a star takes one sign or none.
fn means(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], text) => text.is_empty(),
        (['*', rest @ ..], []) => means(rest, &[]),
        (['*', rest @ ..], [_, more @ ..]) => means(rest, text) || means(pattern, more),
        ([sign, rest @ ..], [one, more @ ..]) => sign == one && means(rest, more),
        (_, []) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn a_pattern_means_what_it_says(pattern in "[ab*?.]{0,7}", text in "[ab?*.]{0,9}") {
        let signs = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(fits(&pattern, &text), means(&signs(&pattern), &signs(&text)), "{} {}", pattern, text);
    }
}
