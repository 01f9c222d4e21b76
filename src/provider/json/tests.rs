use super::*;

const SHAPE: Shape = Shape { name: "a page", needs: &[("_embedded.users", JsonKind::List), ("id", JsonKind::Text)] };

#[test]
fn what_an_answer_lacks_is_named() {
    let cases = [
        (r#"{"_embedded":{"users":[]},"id":"1"}"#, ""),
        (r#"{"_embedded":{"users":null},"id":7}"#, ""),
        (r#"{"_embedded":null,"id":"1"}"#, ""),
        (r#"{"_embedded":{},"id":"1"}"#, "a page without `_embedded.users`"),
        (r#"{"_embedded":{"users":{}},"id":"1"}"#, "a page without `_embedded.users`"),
        (r#"{"error":"maintenance"}"#, "a page without `_embedded.users`"),
        (r#"{"_embedded":{"users":[]},"id":null}"#, "a page without `id`"),
        (r#"{"_embedded":{"users":[]},"id":"1","id":"2"}"#, "a page: a member stands twice"),
        ("[]", "a page: invalid type"),
    ];
    for (text, lacks) in cases {
        match Object::read(text, &SHAPE) {
            Ok(_) => assert_eq!(lacks, "", "{text}"),
            Err(said) => assert!(!lacks.is_empty() && said.starts_with(lacks), "{text}: {said}"),
        }
    }
}

#[test]
fn members_are_read_leniently_and_one_by_one() {
    let text = r#"{"n":"5","f":3.0,"neg":-1,"flag":"yes","on":true,"id":77,"at":"2026-11-26T13:00:00Z","list":null,
            "names":["a",1,null],"one":"x","deep":{"t":"in"},"sur":"a\ud800b"}"#;
    let object = Object::read(text, &Shape { name: "x", needs: &[] }).unwrap();
    assert_eq!((object.count("n"), object.count("f"), object.count("neg")), (Some(5), Some(3), None));
    assert_eq!((object.flag("flag"), object.flag("on")), (None, Some(true)));
    assert_eq!(object.text("id"), Some("77".into()));
    assert!(object.moment("at").is_some() && object.list("list").is_empty());
    assert_eq!(object.texts("names"), ["a".into(), "1".into()]);
    assert_eq!(object.texts("one"), ["x".into()]);
    assert_eq!(object.inner_text("deep", "t"), Some("in".into()));
    assert!(object.text("sur").unwrap().as_data().contains('\u{fffd}'));
}
