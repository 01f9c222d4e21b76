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
