use super::*;

fn run(id: &str, meant: u64, done: u64) -> RunSummary {
    RunSummary {
        id: Uuid::parse_str(id).unwrap(),
        at: Timestamp::UNIX_EPOCH,
        operator: "lena".into(),
        ticket: None,
        meant,
        done,
        opened: done,
        failed: 0,
        status: if meant == done { RunStatus::Finished } else { RunStatus::Left },
    }
}

#[test]
fn a_run_is_found_by_its_first_letters_and_as_the_last() {
    let runs = [
        run("01a2b3c4-0000-7000-8000-000000000002", 3, 1),
        run("01a2b3c4-0000-7000-8000-000000000001", 3, 3),
        run("01a1ffff-0000-7000-8000-000000000001", 3, 3),
    ];
    assert_eq!(find(&runs, "last"), Ok(runs[0].id));
    assert_eq!(find(&runs, "01A1"), Ok(runs[2].id));
    assert_eq!(find(&runs, &runs[1].id.to_string()), Ok(runs[1].id));
    let both = find(&runs, "01a2").unwrap_err();
    assert!(both.contains(&runs[0].id.to_string()) && both.contains(&runs[1].id.to_string()), "{both}");
    for text in ["", "zz", "02"] {
        assert!(find(&runs, text).unwrap_err().contains("no run"), "{text}");
    }
    assert!(find(&[], "last").unwrap_err().contains("no run yet"));
    assert_eq!((runs[0].left(), runs[0].is_left(), runs[1].is_left()), (2, true, false));
}
