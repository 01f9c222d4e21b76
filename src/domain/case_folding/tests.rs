use super::{fold, is_same_name};

#[test]
fn an_umlaut_in_two_signs_is_the_same_and_another_letter_is_not() {
    for (one, other) in [("Müller", "mu\u{308}ller"), ("ÅSA", "a\u{30a}sa"), ("İnci", "i\u{307}nci"), ("ADA", "ada")]
    {
        assert!(is_same_name(one, other), "{one}, {other}");
    }
    for (one, other) in [("müller", "muller"), ("ß", "ss"), ("ﬁn", "fin")] {
        assert!(!is_same_name(one, other), "{one}, {other}");
    }
    assert_eq!(fold(&fold("MU\u{308}LLER")), "müller");
}
