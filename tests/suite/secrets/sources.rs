//! Where a secret may come from.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::path::Path;

use crate::support::World;

use super::*;

#[test]
fn a_file_a_command_a_variable_and_a_credential_each_log_in() {
    let place = tempfile::tempdir().unwrap();
    let (file, script) = (place.path().join("k"), place.path().join("give"));
    let credentials = place.path().join("credentials");
    fs::create_dir(&credentials).unwrap();
    let shown = |path: &Path| path.display().to_string();
    let cases = [
        format!("{{ file = \"{}\" }}", shown(&file)),
        format!("{{ command = [\"{}\", \"jump cloud\"] }}", shown(&script)),
        "{ env = \"OWN_KEY\" }".to_owned(),
        "{ credential = \"jumpcloud\" }".to_owned(),
    ];
    for reference in cases {
        let world = world(&reference);
        let key = key(&world);
        private(&file, &format!("{key}\n"), 0o600);
        private(&script, &format!("#!/bin/sh\necho noise >&2\n[ \"$1\" = 'jump cloud' ] && echo '{key}'\n"), 0o700);
        // systemd gives 0440 to root and 0400 to others.
        private(&credentials.join("jumpcloud"), &key, 0o440);
        let directory = shown(&credentials);
        let ran = find(&world, &[("OWN_KEY", &key), ("CREDENTIALS_DIRECTORY", &directory)]);
        assert_eq!(ran.code, 0, "{reference}: {ran:?}");
        assert!(!ran.err.contains("noise"), "{ran:?}");
    }
}

#[test]
fn wrong_modes_owners_links_and_names_are_refused() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("k");
    let reference = format!("{{ file = \"{}\" }}", path.display());
    let world_of = |prepare: &dyn Fn(&str)| {
        let world = world(&reference);
        prepare(&key(&world));
        find(&world, &[])
    };
    for mode in [0o640, 0o604, 0o660, 0o666] {
        let ran = world_of(&|key| private(&path, key, mode));
        assert!(ran.err.contains(&format!("mode {mode:o}")) && ran.err.contains("chmod 600"), "{ran:?}");
    }
    if rustix::process::geteuid().is_root() {
        let ran = world_of(&|key| {
            private(&path, key, 0o600);
            chown(&path, Some(4_242), None).unwrap();
        });
        assert!(ran.err.contains("belongs to uid 4242"), "{ran:?}");
        fs::remove_file(&path).unwrap();
    } else {
        assert!(std::env::var_os("TEST_ALL_TOOLS").is_none(), "this test has to be root's");
    }
    let ran = world_of(&|key| {
        let real = place.path().join("real");
        private(&real, key, 0o600);
        let _ = fs::remove_file(&path);
        symlink(&real, &path).unwrap();
    });
    assert!(ran.err.contains("no symbolic link"), "{ran:?}");
    for (reference, words) in [
        ("{ credential = \"../etc/passwd\" }", "can't name a credential"),
        ("{ credential = \"x\" }", "systemd has not started this"),
        ("{ keyring = \"unbolt/jumpcloud\" }", "keyring"),
        ("{ prompt = \"the key\" }", "start unbolt on a terminal"),
        ("{ command = [\"sleep\", \"60\"] }", "longer than 10 s"),
        ("{ command = [\"head\", \"-c\", \"70000\", \"/dev/zero\"] }", "more than 64 KiB"),
        ("{ command = [\"false\"] }", "exit status: 1"),
    ] {
        let ran = find(&world(reference), &[]);
        assert!(ran.code == 1 && ran.err.contains(words), "{reference}: {ran:?}");
    }
}

#[test]
fn a_secret_with_an_editors_mark_works_and_a_short_one_is_refused() {
    let world = World::only("jumpcloud");
    let path = format!("{}.jumpcloud.secret", world.config_path().display());
    let key = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("\u{feff}{}\r\n", key.trim())).unwrap();
    assert_eq!(world.run(&["find", "grace"]).code, 0);
    std::fs::write(&path, "12345").unwrap();
    let ran = world.run(&["find", "grace"]);
    assert!(ran.code == 1 && ran.err.contains("fewer than 6 signs"), "{ran:?}");
}

#[test]
fn a_configuration_that_others_can_write_and_what_it_names_are_not_believed() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let open =
        |path: &std::path::Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    open(&world.config_path(), 0o666);
    let ran = world.run(&["find", "ada"]);
    assert!(ran.code == 2 && ran.err.contains("it is a configuration, and others can write it"), "{ran:?}");
    open(&world.config_path(), 0o600);
    let text = world.config_text();
    for (key, why) in [("keymap", "it is a keymap"), ("theme", "it is a theme")] {
        let file = world.place.path().join("own.toml");
        std::fs::write(&file, "").unwrap();
        open(&file, 0o666);
        std::fs::write(world.config_path(), format!("[screen]\n{key} = \"{}\"\n\n{text}", file.display())).unwrap();
        let ran = world.run(&["find", "ada"]);
        assert!(ran.code == 2 && ran.err.contains(&format!("{why}, and others can write it")), "{key}: {ran:?}");
    }
}

#[test]
fn a_secrets_program_gets_no_other_secret_in_its_environment() {
    let world = World::whole();
    let seen = world.place.path().join("environment");
    let text = world.config_text();
    let own =
        |name: &str| text.lines().find(|line| line.contains(&format!("c.toml.{name}.secret"))).unwrap().to_owned();
    let command = format!(
        "api_key = {{ command = [\"/bin/sh\", \"-c\", \"env > {}; echo not-the-key-of-it\"] }}",
        seen.display()
    );
    let text = text
        .replace(&own("pingone"), "client_secret = { env = \"PLANTED_LOGIN\" }")
        .replace(&own("jumpcloud"), &command);
    fs::write(world.config_path(), text).unwrap();
    let mut find = world.command(&["find", "ada"]);
    let _ = find.env("PLANTED_LOGIN", "planted-secret-text").env("OTHER", "stays").output().unwrap();
    let environment = fs::read_to_string(&seen).unwrap();
    assert!(environment.contains("OTHER=stays") && !environment.contains("planted"), "{environment}");
}
