use super::*;

#[test]
fn and_binds_tighter_than_or() {
    let own = |field: &str| match field {
        "a" => Some("1".to_owned()),
        "b" => Some("x \"y".to_owned()),
        _ => None,
    };
    let cases = [
        ("a==1", Ok(true)),
        ("a==2,b==\"x \\\"y\"", Ok(true)),
        ("a==2;b==\"x*\"", Ok(false)),
        ("a==1,a==2;a==3", Ok(true)),
        ("(a==1,a==2);a==3", Ok(false)),
        ("a!=2 and b==\"X*\"", Ok(true)),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text).and_then(|filter| filter.fits(&own)), expected, "{text}");
    }
    for wrong in ["", "a", "a=1", "(a==1", "a==1)", "c==1", "a==\"1"] {
        assert!(parse(wrong).and_then(|filter| filter.fits(&own)).is_err(), "{wrong}");
    }
}
