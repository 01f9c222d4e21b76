use super::*;

fn plist(inside: &str) -> String {
    format!("<?xml version=\"1.0\"?><plist version=\"1.0\">{inside}</plist>")
}

#[test]
fn what_would_hurt_the_reader_never_reaches_it() {
    let deep = |n: usize| plist(&format!("{}{}", "<array>".repeat(n), "</array>".repeat(n)));
    let subset = "<!DOCTYPE plist [<!ENTITY a \"b\">]><plist><string>&a;</string></plist>";
    let cases: [(Vec<u8>, &str); 10] = [
        (plist("<string><![CDATA[x]]></string>").into_bytes(), "character data"),
        (plist("<string>&owned;</string>").into_bytes(), "unknown entity"),
        (deep(63).into_bytes(), ""),
        (deep(20_000).into_bytes(), "nested deeper"),
        (subset.as_bytes().to_vec(), "of its own"),
        (b"<!ENTITY x SYSTEM 'file:///etc/passwd'><plist/>".to_vec(), "of its own"),
        (b"bplist00\xd1\x01\x02".to_vec(), "binary"),
        (vec![b' '; 50 * 1024 * 1024], "larger"),
        (b"<plist><dict><key".to_vec(), "middle of a tag"),
        (b"\xff\xfe<plist/>".to_vec(), "UTF-8"),
    ];
    for (bytes, words) in cases {
        match read(&bytes) {
            Ok(_) => assert_eq!(words, ""),
            Err(said) => assert!(!words.is_empty() && said.contains(words), "`{words}` is not in `{said}`"),
        }
    }
}

#[test]
fn comments_are_not_tags_and_entities_are_read() {
    let text = plist("<!-- <array> --><string>a &amp; b &#x26; &lt;array&gt;</string>");
    assert_eq!(read(text.as_bytes()).unwrap().as_string(), Some("a & b & <array>"));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_tags_make_it_panic(tags in proptest::collection::vec("(<[!/?]?(array|dict|key|string|DOCTYPE|--)? ?[\\[>]?/?>?|x|&a;)", 0..200)) {
        let _ = read(plist(&tags.concat()).as_bytes());
    }
}
