use super::*;

#[test]
fn the_remaining_failures_are_found_wherever_they_stand() {
    let cases: [(&str, Option<u32>); 5] = [
        (r#"{"status":"OK","warnings":{"lockout":{"failuresRemaining":2}}}"#, Some(2)),
        (r#"{"status":"OK","lockoutWarning":{"failuresRemaining":4}}"#, Some(4)),
        (r#"{"status":"OK","warnings":[{"type":"x"},{"failuresRemaining":0}]}"#, Some(0)),
        (r#"{"status":"OK","failuresRemaining":"3"}"#, Some(3)),
        (r#"{"status":"OK"}"#, None),
    ];
    for (body, expected) in cases {
        let state = Object::read(body, &PASSWORD).unwrap();
        assert_eq!(failures_remaining(&state, DEEPEST), expected, "{body}");
    }
}
