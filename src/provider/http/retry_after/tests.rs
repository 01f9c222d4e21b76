use super::*;

#[test]
fn every_form_of_a_wait_is_understood() {
    let now: Timestamp = "1994-11-06T08:49:27Z".parse().unwrap();
    let cases = [
        ("3", Some(3_000)),
        ("1.5", Some(1_500)),
        // A gateway's tenths (opensearch-project/data-prepper#6927).
        ("20.5", Some(20_500)),
        (" 0 ", Some(0)),
        ("-5", Some(0)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(10_000)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", Some(10_000)),
        ("Sun Nov  6 08:49:37 1994", Some(10_000)),
        ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
        ("999999999", Some(86_400_000)),
        ("1.5.5", None),
        ("soon", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text, now), expected.map(Duration::from_millis), "`{text}`");
    }
}
