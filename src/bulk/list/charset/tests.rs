use super::*;

/// Bytes, what is said of them, their text, the guess.
type Case = (&'static [u8], Option<&'static str>, &'static str, Option<&'static str>);

#[test]
fn a_mark_then_utf_8_then_the_pattern_then_a_guess() {
    let little: Vec<u8> = "ada\ngrace\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = "ada\ngrace\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let cases: [Case; 5] = [
        (b"\xef\xbb\xbfada", None, "ada", None),
        ("müller".as_bytes(), None, "müller", None),
        (b"m\xfcller", None, "müller", Some("Windows-1252")),
        (b"m\xfcller", Some("latin1"), "müller", None),
        (b"\xff\xfea\0d\0", Some("utf-8"), "ad", None),
    ];
    for (bytes, said, text, guess) in cases {
        let decoded = decode(bytes, said).unwrap();
        assert_eq!((decoded.text.as_ref(), decoded.guess), (text, guess), "{bytes:?}");
    }
    for bytes in [little, big] {
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!((decoded.text.as_ref(), decoded.guess), ("ada\ngrace\n", Some("UTF-16")), "{bytes:?}");
    }
    for (bytes, words) in [(&b"PK\x03\x04rest"[..], "save it as CSV"), (b"a\0\0\0\x01\x02", "no text")] {
        assert!(decode(bytes, None).unwrap_err().contains(words), "{bytes:?}");
    }
    assert!(decode(b"ada", Some("klingon")).unwrap_err().contains("is no encoding"));
}
