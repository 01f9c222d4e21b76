use super::{AccountNames, QueryWords};

#[test]
fn words_fit_the_beginnings_of_names() {
    let (username, email, name) = ("amueller@corp.test".into(), "a.mueller@acme.test".into(), "Änne Müller".into());
    let names = AccountNames {
        username: Some(&username),
        email: Some(&email),
        display_name: Some(&name),
        ..AccountNames::default()
    };
    for (text, fits) in [
        ("", true),
        ("MÜL", true),
        ("änne mü", true),
        ("mueller", true),
        ("amueller@corp", true),
        ("corp", false),
        ("acme", false),
        ("ller", false),
        ("änne x", false),
    ] {
        assert_eq!(names.fit(&QueryWords::of(text)), fits, "{text}");
    }
    assert!(names.is_exactly("A.Mueller@ACME.test") && !names.is_exactly("a.mueller"));
}
