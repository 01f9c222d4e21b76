use super::*;

#[test]
fn a_path_goes_on_as_far_as_the_files_agree() {
    let place = tempfile::tempdir().unwrap();
    for name in ["locked-01.csv", "locked-02.csv", "Überstunden.csv", ".hidden", "bad\u{1b}[31m"] {
        std::fs::write(place.path().join(name), "").unwrap();
    }
    std::fs::create_dir(place.path().join("lists")).unwrap();
    let at = |name: &str| format!("{}/{name}", place.path().display());
    let cases = [
        ("l", "l", 3),
        ("lo", "locked-0", 2),
        ("locked-02", "locked-02.csv", 1),
        ("li", "lists/", 1),
        ("Ü", "Überstunden.csv", 1),
        (".", ".hidden", 1),
        ("none", "none", 0),
        ("bad", "bad", 0),
        ("", "", 4),
    ];
    for (typed, completed, count) in cases {
        let (path, choices) = complete(&at(typed));
        assert_eq!((path, choices.len()), (at(completed), count), "{typed}");
    }
    assert!(complete("~/").0.starts_with("~/"));
}
