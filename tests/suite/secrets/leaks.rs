//! No secret comes out anywhere.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::support::World;
use crate::support::stub_server::{Canned, run_with};
use crate::support::terminal::Terminal;

use super::*;

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
pub(super) fn repeats(status: u16) -> Canned {
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
