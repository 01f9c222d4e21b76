use super::*;

#[test]
fn an_element_is_read_however_xml_spells_it() {
    let cases: [(&str, Option<&str>); 11] = [
        ("<a><status>Completed</status></a>", Some("Completed")),
        ("<a>\n <status>\n  Completed\n </status></a>", Some("Completed")),
        ("<a><status date=\"today\">Completed</status></a>", Some("Completed")),
        ("<a><status>Error &amp; retry &#60;3&#x3e;</status></a>", Some("Error & retry <3>")),
        ("<a><status><![CDATA[Failed <at once>]]></status></a>", Some("Failed <at once>")),
        ("<a><!-- <status>Completed</status> --><status>Pending</status></a>", Some("Pending")),
        ("<a><old_status>Completed</old_status></a>", None),
        ("<a><status><word>Completed</word></status></a>", None),
        ("<a><status>&unknown;</status></a>", None),
        ("<a><status>Compl", None),
        ("{\"status\": \"Completed\"}", None),
    ];
    for (body, expected) in cases {
        let read = text(body.as_bytes(), "status");
        assert_eq!(read.as_ref().map(Untrusted::as_data), expected, "{body}");
    }
    assert_eq!(text(&[b'<', 0xff], "status"), None);
}

#[test]
fn names_that_xml_has_signs_for_are_escaped() {
    let body = String::from_utf8(body(&"7".into(), "a&b<c>")).unwrap();
    assert!(body.contains("<user_name>a&amp;b&lt;c&gt;</user_name>") && body.contains("<id>7</id>"), "{body}");
}
