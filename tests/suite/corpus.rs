//! Configurations that are taken and such that are not, each with what an operator is told: by the real binary.
//! The first line of an invalid file holds, between bars, what the message has to say.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::support::{Ran, bare_command};

fn files(kind: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/corpus").join(kind);
    let mut files: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|item| item.unwrap().path()).collect();
    files.sort();
    files
}

/// As a file of the user's own: where a checkout lies says nothing about who may write there.
fn shown(file: &Path) -> Ran {
    let place = tempfile::tempdir().unwrap();
    let own = place.path().join(file.file_name().unwrap());
    fs::copy(file, &own).unwrap();
    fs::set_permissions(&own, fs::Permissions::from_mode(0o600)).unwrap();
    Ran::from(bare_command(place.path()).args(["config", "show", "--config"]).arg(&own).output().unwrap())
}

#[test]
fn every_invalid_file_yields_its_message() {
    let files = files("invalid");
    assert!(files.len() > 30, "{}", files.len());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let expected = text.lines().next().unwrap().strip_prefix("#! ").unwrap();
        let ran = shown(&file);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}: {ran:?}", file.display());
        assert_eq!(ran.err.lines().count(), 1, "{}: {ran:?}", file.display());
        for words in expected.split('|') {
            // A line is written as editors jump to it.
            let words = match words.strip_prefix("line ") {
                Some(line) => format!("{}:{line}:", file.file_name().unwrap().to_str().unwrap()),
                None => words.to_owned(),
            };
            assert!(ran.err.contains(&words), "{}: `{words}` is not in {}", file.display(), ran.err);
        }
        assert!(!ran.err.contains("hunter2"), "a secret came back: {}", ran.err);
    }
}

#[test]
fn every_valid_file_is_taken() {
    for file in files("valid") {
        let ran = shown(&file);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}: {ran:?}", file.display());
    }
}

#[test]
fn a_file_that_names_a_program_is_its_owners_alone() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("c.toml");
    fs::write(&file, "[[provider]]\nname = \"j\"\nkind = \"jumpcloud\"\napi_key = { command = [\"pass\"] }\n").unwrap();
    let show = |mode: u32| {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        Ran::from(bare_command(place.path()).args(["config", "show", "--config"]).arg(&file).output().unwrap())
    };
    assert_eq!(show(0o644).code, 0);
    for mode in [0o664, 0o646] {
        let ran = show(mode);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains("it names a program to run, and others can write it"), "{ran:?}");
        assert!(ran.err.contains("chmod go-w"), "{ran:?}");
    }
}

#[test]
fn variables_stand_over_files_and_say_so() {
    let place = tempfile::tempdir().unwrap();
    let config = place.path().join("config/unbolt");
    fs::create_dir_all(&config).unwrap();
    fs::write(
        config.join("config.toml"),
        "[screen]\nlabel = \"file\"\nascii = false\n\n[[provider]]\nname = \"p\"\nkind = \"pingone\"\n",
    )
    .unwrap();
    let show = |more: &[(&str, &str)]| {
        let mut command = bare_command(place.path());
        command.args(["config", "show"]).envs(more.iter().copied());
        Ran::from(command.output().unwrap())
    };
    let vendor = [
        ("PINGONE_ENVIRONMENT_ID", "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6"),
        ("PINGONE_CLIENT_ID", "c"),
        ("PINGONE_CLIENT_SECRET", "hunter2"),
        ("PINGONE_REGION_CODE", "EU"),
    ];
    let lacks = show(&vendor[..2]);
    assert!(lacks.code == 2 && lacks.err.contains("set PINGONE_CLIENT_SECRET"), "{lacks:?}");
    let ran = show(&[&vendor[..], &[("UNBOLT_SCREEN_ASCII", "true"), ("UNBOLT_SCREEN_LABEL", "5")]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let line =
        |key: &str| ran.out.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{key}: {ran:?}"));
    assert_eq!(line("screen.label"), "screen.label\t$UNBOLT_SCREEN_LABEL\t\"5\"");
    assert_eq!(line("screen.ascii"), "screen.ascii\t$UNBOLT_SCREEN_ASCII\ttrue");
    assert_eq!(line("provider.p.region"), "provider.p.region\t$PINGONE_REGION_CODE\t\"EU\"");
    assert!(line("provider.p.client_secret").contains("{ env = \"PINGONE_CLIENT_SECRET\" }"));
    assert!(line("provider.p.kind").contains("config.toml\t"));
    assert!(!ran.out.contains("hunter2"));
    let wrong = show(&[&vendor[..], &[("UNBOLT_SCREEN_LABLE", "x")]].concat());
    assert!(wrong.code == 2 && wrong.err.contains("did you mean `UNBOLT_SCREEN_LABEL`?"), "{wrong:?}");
    let wrong = show(&[&vendor[..], &[("UNBOLT_SCREEN_ASCII", "perhaps")]].concat());
    assert!(wrong.code == 2 && wrong.err.contains("UNBOLT_SCREEN_ASCII"), "{wrong:?}");
    // Rules are nothing that a variable could loosen.
    let wrong = show(&[&vendor[..], &[("UNBOLT_POLICY_READ_ONLY", "false")]].concat());
    assert!(wrong.code == 2 && wrong.err.contains("names no setting"), "{wrong:?}");
}
