//! Law 6: one hostile corpus through every exit.

use unbolt::domain::Untrusted;
use unbolt::domain::escape::json_inert;

/// What an attacker would put into a display name.
fn corpus() -> Vec<(&'static str, String)> {
    vec![
        ("ESC", "a\u{1b}c".into()),
        ("CSI", "\u{1b}[2J\u{1b}[31mred".into()),
        ("OSC 8", "\u{1b}]8;;http://evil\u{7}click\u{1b}]8;;\u{7}".into()),
        ("OSC 52", "\u{1b}]52;c;ZXZpbA==\u{7}".into()),
        ("C1", "\u{9b}2J\u{9d}0;t\u{9c}".into()),
        ("CR", "real\rfake".into()),
        ("LF", "one\ntwo".into()),
        ("bidi", "user\u{202e}txt.exe\u{2066}x\u{2069}".into()),
        ("zero width", "a\u{200b}d\u{200c}a\u{feff}\u{2060}".into()),
        ("TAG", "hi\u{e0041}\u{e007f}".into()),
        ("marks", format!("e{}", "\u{301}".repeat(10_000))),
        ("NUL", "a\0b".into()),
        ("formula", "=HYPERLINK(\"http://evil\")".into()),
        ("formula after a blank", " +cmd|' /C calc'!A0".into()),
        ("wide formula", "\u{ff1d}1+1".into()),
        ("header", "x\r\nX-Evil: 1".into()),
        ("SCIM", r#"x" or username sw "\"#.into()),
        ("LDAP", "*)(uid=*))(|(uid=*".into()),
        ("DN", "a,ou=b+c=\"d\"\\<e>;#".into()),
        ("path", "../../admin?x=1#y".into()),
        ("dots", "..".into()),
        ("Markdown", "[x](http://evil) `code` <img src=x> @everyone".into()),
        ("syslog", "x\"] evil=\"1".into()),
        ("filler", "a\u{3164}b\u{115f}".into()),
        ("separators", "a\u{2028}b\u{2029}c".into()),
    ]
}

fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' | '\u{3164}' | '\u{115f}')
}

#[test]
fn nothing_that_steers_leaves_by_any_exit_for_people() {
    for (name, text) in corpus() {
        let text = Untrusted::from(text);
        let exits = [
            ("cell", text.cell()),
            ("line", text.line()),
            ("clipboard", text.clipboard()),
            ("log", text.log()),
            ("syslog", text.syslog()),
            ("csv", text.csv()),
            ("markdown", text.markdown()),
            ("json", text.json()),
            ("header", text.header()),
            ("url", text.url()),
            ("scim", text.scim()),
            ("ldap filter", text.ldap_filter()),
            ("debug", format!("{text:?}")),
        ];
        for (exit, out) in exits {
            assert!(!out.chars().any(is_steering), "{name} through {exit}: {out:?}");
        }
    }
}

#[test]
fn what_is_dangerous_stays_visible() {
    let cases = [
        ("a\u{1b}b", "a\u{241b}b"),
        ("a\nb", "a\u{240a}b"),
        ("a\u{9b}b", "a<U+009B>b"),
        ("a\u{202e}b", "a<U+202E>b"),
        ("a\u{200b}b", "a<U+200B>b"),
        ("hi\u{e0041}", "hi<U+E0041>"),
        ("Zo\u{308}e", "Zo\u{308}e"),
        ("山田 明子", "山田 明子"),
        ("\u{1f469}\u{200d}\u{1f4bb} dev", "\u{1f469}\u{200d}\u{1f4bb} dev"),
    ];
    for (text, expected) in cases {
        assert_eq!(Untrusted::from(text).cell(), expected, "{text:?}");
    }
}

#[test]
fn ten_thousand_marks_become_a_number() {
    let text = Untrusted::from(format!("e{}!", "\u{301}".repeat(10_000)));
    assert_eq!(text.cell(), format!("e{}<+9996 marks>!", "\u{301}".repeat(4)));
}

#[test]
fn json_is_inert_and_loses_nothing() {
    for (name, text) in corpus() {
        let json = Untrusted::from(text.clone()).json();
        let back: String = serde_json::from_str(&json).unwrap();
        assert_eq!(back, text, "{name}");
        let document = json_inert(&serde_json::json!({ "x": text }).to_string());
        assert!(!document.chars().any(is_steering), "{name}: {document}");
    }
}

#[test]
fn a_lone_surrogate_costs_no_document() {
    #[derive(serde::Deserialize)]
    struct Row {
        name: Untrusted,
        other: u8,
    }
    let row: Row = serde_json::from_str(r#"{"name":"a\ud800b","other":7}"#).unwrap();
    assert_eq!(row.other, 7);
    assert!(row.name.as_data().starts_with('a') && row.name.as_data().ends_with('b'));
}

#[test]
fn formulas_are_disarmed() {
    for start in ["=1", "+1", "-1", "@x", " =1", "\u{ff1d}1", "\t=1", "\r=1"] {
        assert!(Untrusted::from(start).csv().starts_with('\''), "{start:?}");
    }
    assert_eq!(Untrusted::from("Ada").csv(), "Ada");
}

#[test]
fn breakers_of_other_media_are_escaped() {
    assert_eq!(Untrusted::from("a/b?c=d%").url(), "a%2Fb%3Fc%3Dd%25");
    assert_eq!(Untrusted::from("..").url(), "%2E%2E");
    assert_eq!(Untrusted::from("a.b").url(), "a.b");
    assert_eq!(Untrusted::from("x\r\nX-Evil: 1").header(), "x__X-Evil__1");
    assert_eq!(Untrusted::from("x".repeat(300)).header().len(), 100);
    assert_eq!(Untrusted::from("a*(b)\\\0").ldap_filter(), r"a\2a\28b\29\5c\00");
    assert_eq!(Untrusted::from(r#"a"b\c"#).scim(), r#""a\"b\\c""#);
    assert_eq!(Untrusted::from("a\"]b\\").syslog(), r#"a\"\]b\\"#);
    assert_eq!(Untrusted::from("[x](y)").markdown(), r"\[x\]\(y\)");
    // An address without a scheme becomes a link by itself.
    assert_eq!(Untrusted::from("www.evil.test").markdown(), r"www\.evil.test");
}

#[test]
fn what_joins_or_varies_signs_passes_only_where_it_belongs() {
    for (text, is_kept) in [
        ("\u{2764}\u{fe0f}", true),
        ("\u{1f469}\u{200d}\u{1f680}", true),
        ("\u{30ab}\u{200d}\u{30ab}", false),
        ("\u{30ab}\u{fe0f}", false),
        ("a\u{fe0f}", false),
        ("\u{2764}\u{fe0f}\u{fe0f}\u{fe0f}", false),
    ] {
        let shown = Untrusted::from(text).line();
        assert_eq!(shown == text, is_kept, "{text:?}: {shown:?}");
    }
}
