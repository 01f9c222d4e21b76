use super::*;

#[test]
fn a_map_names_its_mistakes_by_line() {
    let of = |text: &str| parse(text, &["pingone", "adaxes"], Path::new("map.csv"));
    assert_eq!(of("pingone,adaxes\nada,alovelace\ngrace,\n").unwrap().len(), 2);
    let cases = [
        ("pingone,okta\na,b\n", "map.csv:1:1", "okta"),
        ("pingone,adaxes\nada,al\nADA,x\n", "map.csv:3:1", "earlier line"),
        ("pingone,adaxes\nada\n", "map.csv:2:1", "number of fields"),
    ];
    for (text, place, words) in cases {
        let said = of(text).unwrap_err().to_string();
        assert!(said.contains(place) && said.contains(words), "{said}");
    }
}
