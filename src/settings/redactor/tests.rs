use super::*;

#[test]
fn every_form_of_a_secret_is_taken_out() {
    let secret = "pässw0rd/+ \"x\" geheim";
    learn(secret);
    for form in forms(secret) {
        let text = format!("before {} after", form.expose());
        assert_eq!(redacted_text(&text), "before [secret] after", "{text}");
    }
    let pair = "user:geheim-12345";
    learn(pair);
    let header = format!("Authorization: Basic {}=", STANDARD_NO_PAD.encode(pair));
    assert!(!redacted_text(&header).contains(&STANDARD_NO_PAD.encode(pair)));
}

#[test]
fn old_tokens_are_known_for_a_while_and_texts_without_secrets_stay_as_they_are() {
    for n in 0..100 {
        learn_token(&format!("token-number-{n:04}"));
    }
    assert_eq!(redacted_text("token-number-0099 token-number-0090"), "[secret] [secret]");
    assert_eq!(redacted_text("nothing of it, naïve"), "nothing of it, naïve");
}
