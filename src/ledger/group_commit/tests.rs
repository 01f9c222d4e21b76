use super::*;
use crate::domain::Code;
use std::fs::OpenOptions;

#[test]
fn a_full_disk_is_an_error_and_not_a_record() {
    // The kernel's own full disk: every write fails with ENOSPC.
    let full = OpenOptions::new().append(true).open("/dev/full").unwrap();
    let mut log = ChainFile::new(full, "/dev/full".into());
    let problem = log.commit(&["\"a\":1".to_owned()]).unwrap_err();
    assert_eq!(problem.code, Code::Ledger);
    assert_eq!(log.seq, 0, "nothing counts as written");
}

#[test]
fn lines_that_wait_together_share_one_block_and_one_chain() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l.jsonl");
    let mut log = ChainFile::new(File::create(&path).unwrap(), path.clone());
    log.commit(&["\"a\":1".to_owned(), "\"a\":2".to_owned()]).unwrap();
    log.commit(&["\"a\":3".to_owned()]).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    for pair in lines.windows(2) {
        let (_, hash) = hash_chain::open(pair[0]).unwrap();
        assert!(pair[1].starts_with(&format!("{{\"prev\":\"{hash}\"")));
    }
}

#[test]
fn what_has_no_name_any_more_is_no_record() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l.jsonl");
    let mut log = ChainFile::new(File::create(&path).unwrap(), path.clone());
    log.commit(&["\"a\":1".to_owned()]).unwrap();
    let aside = dir.path().join("aside");
    std::fs::rename(&path, &aside).unwrap();
    assert!(log.commit(&["\"a\":2".to_owned()]).unwrap_err().why.line().contains("removed or moved"));
    std::fs::copy(&aside, &path).unwrap();
    assert!(log.commit(&["\"a\":2".to_owned()]).unwrap_err().why.line().contains("another file has its name"));
    // Put back, it goes on where it was.
    std::fs::rename(&aside, &path).unwrap();
    log.commit(&["\"a\":2".to_owned()]).unwrap();
    assert_eq!((log.seq, std::fs::read_to_string(&path).unwrap().lines().count()), (2, 2));
}
