use super::*;

#[test]
fn a_map_of_macs_names_its_mistakes_by_line() {
    let of = from_csv;
    let good = "person,udid,short_name\nada,A-1,ada\ngrace,A-2,\nada,A-2,ada\n";
    assert_eq!(of(good).unwrap().len(), 3);
    let shared = "email,udid\nann@x.test,A-1\nbob@x.test,A-1\n";
    assert_eq!(of(shared).unwrap().len(), 2, "two people of one Mac");
    let every = format!("{}\nada,ada@acme.test,Ada Lovelace,A-1,C02,ada\n", COLUMNS.join(","));
    assert_eq!(of(&every).unwrap().len(), 1, "each column that the head may name is read");
    let cases = [
        ("person,udit\nada,A\n", "line 1,", "did you mean `udid`"),
        ("person,udid,udid\nada,A,B\n", "line 1,", "twice"),
        ("person,udid\nada,A:B\n", "line 2,", "user channel"),
        ("person,udid\nada,\"A,B\"\n", "line 2,", "letters"),
        ("person,udid\nada,\n", "line 2,", "no udid"),
        ("udid,short_name\nA,ada\n", "line 2,", "neither person nor email"),
        ("person,udid,short_name\nada,A,ada\ngrace,a,ADA\n", "line 3,", "line 2 already"),
        ("person,udid\nada\n", "line 2,", "number of fields"),
        // A line without a short name means the account that it is guessed to be.
        ("email,udid,short_name\nann@x.test,A,\nann@x.test,A,ann\n", "line 3,", "line 2 already"),
        ("person,udid,short_name\nada,A,a/b\n", "line 2,", "short name"),
    ];
    for (text, place, words) in cases {
        let said = of(text).unwrap_err().to_string();
        assert!(said.contains(place) && said.contains(words), "{text:?}: {said}");
    }
}

#[test]
fn the_same_map_as_toml() {
    let rows = from_toml("[[mac]]\nperson = \"ada\"\nudid = \"A-1\"\n\n[[mac]]\nudid = \"A-1\"\n");
    let said = rows.unwrap_err().to_string();
    assert!(said.contains("line 5,") && said.contains("neither person"), "{said}");
    let said = from_toml("mac = [1]\n").unwrap_err().to_string();
    assert!(said.contains("expected a `[[mac]]` table"), "{said}");
    let said = from_toml("[[mac]]\nudit = \"A\"\n").unwrap_err().to_string();
    assert!(said.contains("line 2,") && said.contains("udid"), "{said}");
}
