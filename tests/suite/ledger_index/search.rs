//! What a search in the ledger finds.

use std::fs;

use unbolt::domain::{Outcome, Unlock};
use unbolt::ledger::{LedgerIndex, search};

use crate::support::World;

use super::*;

#[test]
fn a_search_finds_a_person_however_the_name_is_written() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("ledger");
    run(async {
        let ledger = writer(&directory);
        for name in ["ada", "José", "Jose\u{301}", "mu\u{308}ller", "m\u{212a}elvin", "o\"quote", "zoë*"] {
            let proof = ledger.record(Unlock { username: name.into(), ..unlock("x-1", None) }).await.unwrap();
            ledger.close(&proof, &end(Outcome::Unlocked)).await.unwrap();
        }
    });
    for (wanted, count) in [
        ("ADA", 1),
        ("josé", 2),
        ("Jose\u{301}", 2),
        ("MÜLLER", 1),
        ("mkelvin", 1),
        ("o\"quote", 1),
        ("x-1", 7),
        ("*@corp.example", 7),
    ] {
        let found = search(&directory, wanted).unwrap().records();
        let is_it = |text: &str| unbolt::policy::fits(wanted, text);
        let meant = found.iter().filter(|record| {
            let names = [Some(&record.username), record.email.as_ref(), Some(&record.key.id)];
            names.into_iter().flatten().any(|name| is_it(name.as_data()))
        });
        let ends: Vec<&str> = meant.map(|record| record.outcome).collect();
        assert_eq!(ends, vec!["unlocked"; count], "{wanted}");
    }
}

#[test]
fn a_known_open_unlock_hides_no_other_of_the_account() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("ledger");
    run(async {
        let (ledger, index) = (writer(&directory), LedgerIndex::new(directory.clone()));
        let open = |id: &str| {
            let found = index.open_unlocks_of(&key(id)).unwrap();
            found.iter().map(|one| (one.intent, one.in_flight)).collect::<Vec<_>>()
        };
        let first = ledger.record(unlock("a0", None)).await.unwrap().intent();
        assert_eq!(open("a0"), [(first, true)]);
        let second = ledger.record(unlock("a0", None)).await.unwrap().intent();
        assert_eq!(open("a0"), [(first, true), (second, true)], "whoever goes beside the first one meets the second");
        assert!(open("a1").is_empty());
    });
}

#[test]
fn what_a_search_finds_nothing_of_is_no_empty_ledger() {
    let world = World::new();
    assert_eq!(world.run(&["unlock", "ada", "--yes"]).code, 0);
    let ran = world.run(&["ledger", "show", "--person", "nobody-at-all"]);
    assert!(ran.code == 0 && ran.err.contains("nothing in the ledger fits"), "{ran:?}");
    // A line about the person that can't be read is told.
    let file = &files(&world.ledger_dir())[0];
    let text = fs::read_to_string(file).unwrap();
    fs::write(file, text.replacen("\"record\":\"intent\"", "\"record\":intent", 1)).unwrap();
    let ran = world.run(&["ledger", "show", "--person", "ada"]);
    assert!(ran.err.contains("1 line can't be read"), "{ran:?}");
}
