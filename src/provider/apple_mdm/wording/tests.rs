use super::*;

#[test]
fn push_tokens_are_never_shown() {
    let said = "Post \"https://api.push.apple.com/3/device/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1\": dial tcp";
    let shown = redacted(said);
    assert_eq!(shown.as_data(), "Post \"https://api.push.apple.com/3/device/[token]\": dial tcp");
    assert_eq!(
        redacted("410: Unregistered: timestamp 1795303687448").as_data(),
        "410: Unregistered: timestamp 1795303687448"
    );
    assert!(redacted("A0B1C2D3-0001-4000-8000-00000000AA01").as_data().contains("AA01"), "an id stays");
}
