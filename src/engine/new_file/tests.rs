use super::*;

#[test]
fn what_cannot_be_written_whole_is_not_there() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("new");
    let full = |out: &mut BufWriter<File>| {
        out.write_all(b"half")?;
        Err::<(), _>(io::Error::from(io::ErrorKind::StorageFull))
    };
    assert_eq!(write_new(&path, full).unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert!(!path.exists());
    write_new(&path, |out| out.write_all(b"whole")).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"whole");
    // One that is there stays as it is.
    assert_eq!(write_new(&path, |out| out.write_all(b"other")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(std::fs::read(&path).unwrap(), b"whole");
}
