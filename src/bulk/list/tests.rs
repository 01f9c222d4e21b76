use super::*;

fn read(bytes: &[u8]) -> Vec<String> {
    let list = match List::read(bytes, &ListOptions::default()) {
        Ok(list) => list,
        Err(why) => return vec![format!("! {why}")],
    };
    let show = |line: ListLine| match line {
        ListLine::Entry(entry) => {
            let further = entry.further.iter().map(|(_, text)| format!(" ={}", text.as_data()));
            let more = [entry.provider, entry.ticket.map(|ticket| ticket.as_data().to_owned())];
            let more = more.into_iter().flatten().map(|one| format!(" +{one}"));
            format!("{} {}", entry.line, entry.text.as_data()) + &further.chain(more).collect::<String>()
        }
        ListLine::Rejected { line, why, .. } => format!("{line} ! {why}"),
    };
    list.lines().map(show).collect()
}

#[test]
fn every_shape_of_list() {
    let utf16 = |text: &str, big: bool| {
        let mut bytes = if big { vec![0xfe, 0xff] } else { vec![0xff, 0xfe] };
        for unit in text.encode_utf16() {
            bytes.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
        }
        bytes
    };
    let cases: Vec<(Vec<u8>, Vec<&str>)> = vec![
        (b"ada\n\n# a comment\ngrace\r\nnobody".to_vec(), vec!["1 ada", "4 grace", "5 nobody"]),
        (
            b"CN=Ada Lovelace,OU=Users,DC=acme,DC=test\nada\n".to_vec(),
            vec!["1 CN=Ada Lovelace,OU=Users,DC=acme,DC=test", "2 ada"],
        ),
        (b"\xef\xbb\xbfUser Name,Ticket\nada,INC-1\n\"grace\",\n".to_vec(), vec!["2 ada +INC-1", "3 grace"]),
        // A ticket that begins like a comment, a comment, and a column of numbers.
        (b"# export, of today\nTicket;User\n#4711;ada\n# a comment;\n".to_vec(), vec!["3 ada +#4711"]),
        (
            b"email,username\n#ada@acme.test,ada\n# left,\nbob@acme.test,bob\n".to_vec(),
            vec!["2 ! it begins with #: taken as a comment, and nobody in it is planned", "4 bob@acme.test =bob"],
        ),
        (b"# a, b\n#, left, 2026\nuser,ticket\nada,\n".to_vec(), vec!["4 ada"]),
        (b"#,sAMAccountName,Mail\n1,ada,ada@acme.test\n".to_vec(), vec!["2 ada@acme.test =ada"]),
        (b"email;provider\nada@acme.test;pingone\n".to_vec(), vec!["2 ada@acme.test +pingone"]),
        (b"id\tusername\nID-1\tada\n\tgrace\n".to_vec(), vec!["2 ID-1 =ada", "3 grace"]),
        (b"udid,short_name\nA-1,ada\n".to_vec(), vec!["2 A-1/ada"]),
        (
            b"{\"email\":\"ada@acme.test\",\"ticket\":\"T\"}\n\"grace\"\n{\"x\":1}\nno json\n".to_vec(),
            vec![
                "1 ada@acme.test +T",
                "2 grace",
                "3 ! it names no account",
                "4 ! it is no JSON: expected ident at line 1 column 2",
            ],
        ),
        (
            b"username,ticket\nada\n\"ada,INC\ngrace,INC-2\n".to_vec(),
            vec![
                "2 ada",
                "3 ! a quotation mark that is opened in this line is never closed: nothing behind it is planned",
            ],
        ),
        (b"username,ticket\nada,INC-1,more\n".to_vec(), vec!["2 ! it has 3 fields, and the head line has 2"]),
        (
            b"Kennung;Ort\nada;Bonn\n".to_vec(),
            vec![
                "! no column names an account; the columns are Kennung, Ort. Say which one does: --column user=\"Kennung\"",
            ],
        ),
        (
            b"username,ticket\n\"atherine,\"x\ny\"\nlinus,\n".to_vec(),
            vec!["2 ! text stands behind a closing quotation mark: who is meant can't be told", "3 y\"", "4 linus"],
        ),
        (b"username,ticket\nev\x1bil,\n".to_vec(), vec!["2 ! it holds invisible or control signs"]),
        (utf16("username\r\n山田 \u{1f600}\r\n", false), vec!["2 山田 \u{1f600}"]),
        (utf16("ada\ngrace\n", true), vec!["1 ada", "2 grace"]),
        (
            format!("{}\ngrace\n", "x".repeat(2_000)).into_bytes(),
            vec!["1 ! it is longer than any name or id", "2 grace"],
        ),
        (
            b"ada,grace,linus\n'aobi'\n\"linus\"\nACME\\ada\nLovelace, Ada\n".to_vec(),
            vec!["1 ada", "1 grace", "1 linus", "2 aobi", "3 linus", "4 ada", "5 Lovelace, Ada"],
        ),
        (b"PK\x03\x04 sheet".to_vec(), vec!["! the file is a spreadsheet or an archive, and no text: save it as CSV"]),
        (Vec::new(), vec![]),
    ];
    for (bytes, expected) in cases {
        assert_eq!(read(&bytes), expected, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(60)]));
    }
}

#[test]
fn a_million_lines_come_one_by_one() {
    let text = (1..=1_000_000).map(|n| format!("user{n:07}")).collect::<Vec<_>>().join("\n");
    let list = List::read(text.as_bytes(), &ListOptions::default()).unwrap();
    let mut last = None;
    let count = list.lines().inspect(|line| last = Some(line.clone())).count();
    assert_eq!(count, 1_000_000);
    assert!(matches!(last, Some(ListLine::Entry(entry)) if entry.text.as_data() == "user1000000"));
}
