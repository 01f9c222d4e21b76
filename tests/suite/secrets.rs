//! Secrets: every place they may be kept in, and that none of them is ever spelled out.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use portable_pty::CommandBuilder;
use serde_json::json;

use crate::support::processes::children;
use crate::support::stub_server::{Canned, run_with};
use crate::support::terminal::Terminal;
use crate::support::{Ran, World};

/// A world whose JumpCloud provider finds its key in that place.
fn world(reference: &str) -> World {
    let world = World::only("jumpcloud");
    let text = world.config_text();
    let line = text.lines().find(|line| line.starts_with("api_key")).unwrap().to_owned();
    fs::write(world.config_path(), text.replace(&line, &format!("api_key = {reference}"))).unwrap();
    world
}

fn key(world: &World) -> String {
    fs::read_to_string(world.place.path().join("c.toml.jumpcloud.secret")).unwrap().trim().to_owned()
}

fn private(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn find(world: &World, more: &[(&str, &str)]) -> Ran {
    Ran::from(world.command(&["find", "ada"]).envs(more.iter().copied()).output().unwrap())
}

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
fn a_prompt_is_asked_once_without_echo_before_the_screen_is_taken() {
    let world = world("{ prompt = \"the key\" }");
    let config = world.config_path().display().to_string();
    let mut terminal = Terminal::start(world.place.path(), &["--config", &config], (80, 24));
    terminal.wait_to_see("jumpcloud: the key");
    terminal.keys(&format!("wrong\x15{}\r", key(&world)));
    terminal.wait_to_see("Ada Lovelace");
    assert!(!terminal.raw().contains(&key(&world)), "the secret was echoed");
    terminal.keys("\x03");
    terminal.exit();
}

/// A shell in which a command asks for the key, and what became of the terminal then.
fn asked_in_a_shell(world: &World) -> Terminal {
    let mut shell = CommandBuilder::new("/bin/sh");
    let config = world.config_path().display().to_string();
    let script = "\"$0\" --config \"$1\" find ada; echo \"exit $?\"; stty -a";
    shell.args(["-c", script, env!("CARGO_BIN_EXE_unbolt"), &config]);
    let terminal = Terminal::run(world.place.path(), shell, &[], (120, 40));
    terminal.wait_to_see("jumpcloud: the key");
    terminal
}

#[test]
fn a_prompt_that_is_given_up_or_ended_leaves_the_terminal_as_it_was() {
    let world = world("{ prompt = \"the key\" }");
    for (signal, code) in [(None, 130), (Some("TERM"), 143), (Some("HUP"), 129), (Some("INT"), 130)] {
        let mut terminal = asked_in_a_shell(&world);
        match signal {
            None => terminal.keys("abc\x03"),
            Some(signal) => {
                let asking = children(terminal.process())[0].to_string();
                Command::new("kill").args([&format!("-{signal}"), &asking]).status().unwrap();
            }
        }
        terminal.wait_to_see(&format!("exit {code}"));
        terminal.wait_to_see("icanon");
        terminal.exit();
        let screen = terminal.screen();
        assert!(
            screen.contains("isig icanon") && !screen.contains("-echo ") && !screen.contains("abc"),
            "{signal:?}: {screen}"
        );
    }
}

/// Everything that a run can leave behind: what it prints, draws, logs, records, keeps in files, says when it breaks.
#[test]
fn no_planted_secret_comes_out_anywhere() {
    let world = World::whole();
    let secrets: Vec<String> = fs::read_dir(world.place.path())
        .unwrap()
        .map(|item| item.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "secret"))
        .map(|path| fs::read_to_string(path).unwrap().trim().to_owned())
        .collect();
    assert!(secrets.len() >= 5, "{}", secrets.len());
    let mut channels: Vec<(String, String)> = Vec::new();
    let commands: [&[&str]; 12] = [
        &["config", "show"],
        &["config", "show", "--json"],
        &["check"],
        &["check", "--json"],
        &["find", "ada", "--json"],
        &["locked", "--csv"],
        &["unlock", "ada", "--everywhere", "--yes", "--json"],
        &["ledger", "show", "--json"],
        &["ledger", "export"],
        &["ledger", "verify", "--json"],
        &["--version", "--verbose"],
        &["unlock", "nobody", "--yes"],
    ];
    for command in commands {
        let ran = world.run(command);
        channels.push((command.join(" "), format!("{}{}", ran.out, ran.err)));
    }
    // The servers turn the logins away, and say what they were given: errors carry no secret either.
    for provider in ["pingone", "jumpcloud", "adaxes", "macs"] {
        world.fault_of(provider, json!({"fault": "status", "status": 401}));
    }
    for command in [&["check"][..], &["find", "grace"]] {
        let ran = world.run(command);
        channels.push((format!("{} turned away", command.join(" ")), format!("{}{}", ran.out, ran.err)));
    }
    let config = world.config_path().display().to_string();
    let mut terminal = Terminal::start(world.place.path(), &["--config", &config], (120, 40));
    terminal.wait_to_see("Search");
    terminal.keys("ada\rL");
    terminal.wait_for_rest();
    // The key that makes it panic.
    terminal.keys("\x1b[24~");
    terminal.exit();
    channels.push(("the screen, its request log and a panic".to_owned(), terminal.raw()));
    let mut directories = vec![world.place.path().join("state")];
    while let Some(directory) = directories.pop() {
        for item in fs::read_dir(&directory).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                channels.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
    }
    assert!(channels.iter().any(|(name, _)| name.contains("/unbolt/ledger/")), "there is a ledger among them");
    for (name, text) in &channels {
        // A lock is held, and holds nothing.
        assert!(
            !text.is_empty() || Path::new(name).extension().is_some_and(|ending| ending == "lock"),
            "{name} said nothing"
        );
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "a secret came out of {name}");
        }
    }
}

#[test]
fn no_core_is_dumped() {
    let world = world("{ prompt = \"the key\" }");
    let config = world.config_path().display().to_string();
    let terminal = Terminal::start(world.place.path(), &["--config", &config], (80, 24));
    terminal.wait_to_see("the key");
    let limits = fs::read_to_string(format!("/proc/{}/limits", terminal.child.process_id().unwrap())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core}");
}

/// A gateway that repeats whatever it was sent, as a header and in each form of a body.
fn repeats(status: u16) -> Canned {
    Canned::new(move |heard| {
        let (_, target) = heard.line();
        if status != 999
            && (target.contains("/token") || target.contains("/authSessions") || target.ends_with("/api/auth"))
        {
            let token = json!({"access_token": "planted-token-0123456789", "token": "planted-token-0123456789",
                "sessionId": "planted-session-0123456789", "token_type": "bearer", "expires_in": 3600});
            return (200, "Content-Type: application/json\r\n", token.to_string());
        }
        let said = format!("{}\n{}", heard.head, heard.body);
        let encoded = STANDARD.encode(&said);
        let body =
            json!({"code": "X", "message": said, "errors": [encoded], "error": said, "detail": said}).to_string();
        let status = if status == 999 { 400 } else { status };
        (
            status,
            "Content-Type: application/json\r\nLocation: /x?planted-secret~1\r\nCorrelation-Id: planted-secret~1\r\n",
            body,
        )
    })
}

#[test]
fn a_login_that_somebody_repeats_goes_nowhere() {
    let pair = STANDARD.encode("nanomdm:planted-secret~1");
    let planted = ["planted-secret~1", "planted-token", "planted-session", "cGxhbnRlZC1zZWNyZXR", pair.as_str()];
    let kinds = [
        "kind = \"pingone\"\nenvironment_id = \"abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6\"\nclient_id = \"id\"\n\
         client_secret = { env = \"SECRET\" }\nbase_url = \"URL\"\nauth_url = \"URL\"",
        "kind = \"jumpcloud\"\napi_key = { env = \"SECRET\" }\nbase_url = \"URL\"\ninsights_url = \"URL\"",
        "kind = \"adaxes\"\ntoken = { env = \"SECRET\" }\nbase_url = \"URL/restApi\"",
        "kind = \"adaxes\"\nusername = \"u\"\npassword = { env = \"SECRET\" }\nbase_url = \"URL/restApi\"",
        "kind = \"apple_mdm\"\nserver = \"nanomdm\"\napi_key = { env = \"SECRET\" }\nbase_url = \"URL\"",
        "kind = \"apple_mdm\"\nserver = \"fleet\"\napi_key = { env = \"SECRET\" }\nbase_url = \"URL\"",
        "kind = \"apple_mdm\"\nserver = \"jamf\"\nclient_id = \"c\"\napi_key = { env = \"SECRET\" }\nbase_url = \"URL\"",
    ];
    for status in [302, 400, 401, 403, 500, 999] {
        let server = repeats(status);
        for kind in kinds {
            let config = format!("[[provider]]\nname = \"one\"\n{}\n", kind.replace("URL", &server.url));
            for command in [&["find", "ada", "--json"] as &[&str], &["find", "ada"], &["locked"], &["check", "--json"]]
            {
                let ran = run_with(&config, "planted-secret~1", command);
                for secret in planted {
                    let said = format!("{}{}", ran.out, ran.err);
                    assert!(!said.contains(secret), "{status} {kind} {command:?} tells `{secret}`: {said}");
                }
            }
        }
    }
}

#[test]
fn a_login_repeated_in_the_answer_to_an_unlock_stands_in_no_record() {
    let world = World::only("jumpcloud");
    let key = std::fs::read_to_string(format!("{}.jumpcloud.secret", world.config_path().display())).unwrap();
    let body = json!({"message": format!("x-api-key: {}", key.trim())}).to_string();
    world.fault_of(
        "jumpcloud",
        json!({"fault": "body", "status": 400, "body": body, "content_type": "application/json", "match": "/unlock"}),
    );
    let ran = world.run(&["unlock", "grace", "--yes", "--json"]);
    let export = world.run(&["ledger", "export", "--csv"]);
    for text in [&ran.out, &ran.err, &export.out, &world.run(&["ledger", "export"]).out] {
        assert!(!text.contains(key.trim()), "{text}");
    }
    assert!(ran.out.contains("[secret]"), "{ran:?}");
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
fn logins_in_addresses_and_what_a_secrets_program_is_told_are_hidden() {
    let world = World::new();
    let text = world.config_text();
    let table = text.replace("client_secret = {", "proxy = \"http://user:hunter2@127.0.0.1:1\"\nclient_secret_off = {");
    let table = table.lines().filter(|line| !line.starts_with("client_secret_off")).collect::<Vec<_>>().join("\n");
    let table = table.replace(
        "kind = \"pingone\"",
        "kind = \"pingone\"\nclient_secret = { command = [\"/bin/echo\", \"hunter3\"] }",
    );
    std::fs::write(world.config_path(), table).unwrap();
    let ran = world.run(&["config", "show"]);
    assert!(!ran.out.contains("hunter") && !ran.err.contains("hunter"), "{ran:?}");
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
