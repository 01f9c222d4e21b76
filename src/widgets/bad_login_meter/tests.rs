use super::meter;
use crate::domain::BadLogins;
use crate::widgets::format::{ASCII, UNICODE};

#[test]
fn boxes_never_say_more_than_the_figures() {
    let cases = [
        (BadLogins::exact(5, Some(5)), "■■■■■ 5/5"),
        (BadLogins::exact(0, Some(5)), "□□□□□ 0/5"),
        (BadLogins::exact(1, Some(50)), "■□□□□□ 1/50"),
        (BadLogins::exact(49, Some(50)), "■■■■■□ 49/50"),
        (BadLogins::exact(70, Some(50)), "■■■■■■ 70/50"),
        (BadLogins::at_least(3, None), "■■■ 3+"),
        (BadLogins::exact(0, None), "0"),
        (BadLogins::default(), "–"),
    ];
    for (bad, boxes) in cases {
        assert_eq!(meter(&bad, &UNICODE).0, boxes);
    }
    assert_eq!(meter(&BadLogins::exact(2, Some(3)), &ASCII), ("##. 2/3".to_owned(), "2/3".to_owned()));
}
