use super::{age, until};

#[test]
fn ages_are_whole_minutes_and_no_end_is_told_too_early() {
    let at = |text: &str| text.parse().unwrap();
    let now = at("2026-01-01T11:03:12Z");
    for (moment, words) in [
        ("2026-01-01T11:03:10Z", "< 1 min"),
        ("2026-01-01T11:02:30Z", "< 1 min"),
        ("2026-01-01T11:00:00Z", "3 min"),
        ("2026-01-01T08:00:00Z", "3 h"),
        ("2025-12-28T08:00:00Z", "4 days"),
    ] {
        assert_eq!(age(at(moment), now), words, "{moment}");
    }
    for (moment, words) in [
        ("2026-01-01T11:15:30Z", "in 13 min"),
        ("2026-01-01T11:03:20Z", "in 1 min"),
        ("2026-01-01T11:03:00Z", "now"),
        ("2026-01-01T13:03:00Z", "in 2 h"),
    ] {
        assert_eq!(until(at(moment), now), words, "{moment}");
    }
}
