//! Lists of random bytes, quoted cells, and damage.

use proptest::prelude::*;
use unbolt::bulk::{List, ListLine, ListOptions};

/// Every name that stands alone in a record of a table.
fn own_records(text: &str) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(false).trim(csv::Trim::All).from_reader(text.as_bytes());
    reader.records().filter_map(Result::ok).filter_map(|record| record.get(0).map(str::to_owned)).collect()
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(list) = List::read(bytes.as_slice(), &ListOptions::default()) {
            prop_assert!(list.lines().count() <= bytes.len() + 1);
        }
    }

    /// Cells as spreadsheets quote them: whoever stands inside of one is nobody.
    #[test]
    fn each_record_is_planned_or_told_and_nobody_from_inside_a_cell(
        rows in prop::collection::vec(("[a-z]{3,8}", "[a-z,\"\\n\\r; ]{0,20}"), 1..12)
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let body: Vec<String> = rows.iter().map(|(who, note)| format!("{who},{}\r\n", quoted(note))).collect();
        let text = format!("username,note\r\n{}", body.concat());
        let list = List::read(text.as_bytes(), &ListOptions::default()).unwrap();
        let planned: Vec<String> = list.lines().map(|line| match line {
            ListLine::Entry(entry) => entry.text.as_data().to_owned(),
            ListLine::Rejected { why, .. } => panic!("{why}: {text:?}"),
        }).collect();
        let meant: Vec<String> = rows.iter().map(|(who, _)| who.clone()).collect();
        prop_assert_eq!(&planned, &meant);
        prop_assert_eq!(&planned, &own_records(&text)[1..]);
    }

    /// A good list with a byte changed, put in or taken out: no panic, and nobody who has no record.
    #[test]
    fn damage_plans_nobody_who_has_no_record(at in 0usize..70, byte in any::<u8>(), how in 0..3) {
        let mut bytes = b"username,ticket\nada,INC-1\ngrace,\"a, b\"\nkatherine,\"x\ny\"\nlinus,\n".to_vec();
        let at = at.min(bytes.len() - 1);
        match how {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            _ => { bytes.remove(at); }
        }
        if let Ok(list) = List::read(bytes.as_slice(), &ListOptions::default()) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            for line in list.lines() {
                if let ListLine::Entry(entry) = line {
                    let who = entry.text.as_data();
                    // A damaged byte is read as another letter.
                    prop_assert!(text.contains(who) || !text.is_ascii(), "{who:?} in {text:?}");
                }
            }
        }
    }
}
