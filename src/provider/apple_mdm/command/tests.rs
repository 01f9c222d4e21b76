use super::*;

#[test]
fn the_request_is_the_one_of_apples_page() {
    let text = String::from_utf8(MdmCommand::UnlockUserAccount("graham".into()).to_plist("0001_UnlockUserAccount"));
    let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
            <plist version=\"1.0\">\n<dict>\n\t<key>Command</key>\n\t<dict>\n\t\t<key>RequestType</key>\n\
            \t\t<string>UnlockUserAccount</string>\n\t\t<key>UserName</key>\n\t\t<string>graham</string>\n\t</dict>\n\
            \t<key>CommandUUID</key>\n\t<string>0001_UnlockUserAccount</string>\n</dict>\n</plist>\n";
    assert_eq!(text.unwrap(), expected);
}

#[test]
fn signs_that_xml_has_a_meaning_for_are_escaped() {
    let text = String::from_utf8(MdmCommand::UnlockUserAccount("a&b<c>\"'é".into()).to_plist("C-1")).unwrap();
    assert!(text.contains("<string>a&amp;b&lt;c&gt;&quot;&apos;é</string>"), "{text}");
    let parsed: plist::Value = plist::from_bytes(text.as_bytes()).unwrap();
    let command = parsed.as_dictionary().unwrap().get("Command").unwrap().as_dictionary().unwrap();
    assert_eq!(command.get("UserName").unwrap().as_string(), Some("a&b<c>\"'é"));
}
