use super::*;

#[test]
fn hours_hold_by_day_and_time() {
    let cases = [
        ("Mon-Fri 07:00-19:00", "2026-11-20T07:00[UTC]", true),
        ("Mon-Fri 07:00-19:00", "2026-11-20T19:00[UTC]", false),
        ("Mon-Fri 07:00-19:00", "2026-11-21T12:00[UTC]", false),
        ("Sat 08:00-24:00", "2026-11-21T23:59[UTC]", true),
        ("Fri-Mon 08:00-12:00", "2026-11-22T09:00[UTC]", true),
        ("Fri-Mon 08:00-12:00", "2026-11-24T09:00[UTC]", false),
        ("Fri 22:00-06:00", "2026-11-20T23:00[UTC]", true),
        ("Fri 22:00-06:00", "2026-11-21T05:59[UTC]", true),
        ("Fri 22:00-06:00", "2026-11-20T05:59[UTC]", false),
    ];
    for (hours, now, expected) in cases {
        let (parsed, now): (_, Zoned) = (Hours::try_from(hours.to_owned()).unwrap(), now.parse().unwrap());
        assert_eq!(parsed.hold(&now), expected, "{hours} {now}");
    }
    for wrong in ["", "Mon", "Mon-Fri", "Xyz 07:00-19:00", "Mon 7-19", "Mon 07:00"] {
        assert!(Hours::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
}
