//! The commands, byte for byte.

use std::io::Write as _;
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::World;

/// The property list parses with an implementation of its own: Python's `plistlib`.
#[test]
fn every_server_gets_the_command_byte_for_byte() {
    let world = World::only("macs");
    let mut plists: Vec<(&str, Vec<u8>)> = Vec::new();
    for (server, more) in [("nanomdm", ""), ("nanohub", ""), ("micromdm", "format = \"plist\"\n"), ("fleet", "")] {
        world.use_mdm(server, more);
        let ran = world.run(&["unlock", "ada", "--yes", "--json", "--wait", "30"]);
        assert_eq!(ran.code, 0, "{server}: {ran:?}");
        let intent = ran.json()[0]["intent"].as_str().unwrap().to_uppercase();
        let requests = world.get("/requests");
        let requests: Vec<&Value> = requests.as_array().unwrap().iter().collect();
        let sent: Vec<&&Value> = requests
            .iter()
            .filter(|one| {
                let path = one["path"].as_str().unwrap();
                (path.contains("enqueue") || path.contains("commands")) && one["method"] != "GET"
            })
            .collect();
        let body = sent.last().unwrap()["body"].as_str().unwrap().to_owned();
        let bytes = match serde_json::from_str::<Value>(&body) {
            Ok(value) => STANDARD.decode(value["command"].as_str().unwrap()).unwrap(),
            Err(_) => body.into_bytes(),
        };
        let expected = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n<dict>\n\t<key>Command</key>\n\t<dict>\n\t\t<key>RequestType</key>\n\t\t<string>UnlockUserAccount</string>\n\t\t<key>UserName</key>\n\t\t<string>ada</string>\n\t</dict>\n\t<key>CommandUUID</key>\n\t<string>{intent}</string>\n</dict>\n</plist>\n"
        );
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected, "{server}");
        plists.push((server, bytes));
    }
    // A name with signs that XML has a meaning for.
    let odd = unbolt::provider::apple_mdm::unlock_plist("a&b<c>\"'é", "C-1");
    plists.push(("odd", odd));
    for (server, bytes) in plists {
        let parsed = plistlib(&bytes);
        let Some(parsed) = parsed else { return };
        assert_eq!(parsed["Command"]["RequestType"], "UnlockUserAccount", "{server}");
        let name = if server == "odd" { "a&b<c>\"'é" } else { "ada" };
        assert_eq!(parsed["Command"]["UserName"], name, "{server}");
        assert_eq!(parsed.as_object().unwrap().len(), 2, "{server}");
    }
}

/// None where there is no Python here; the check that runs everything sets a variable that makes this an error.
pub(super) fn plistlib(bytes: &[u8]) -> Option<Value> {
    let script = "import sys,plistlib,json;print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";
    let child =
        std::process::Command::new("python3").args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        assert!(std::env::var_os("TEST_ALL_TOOLS").is_none(), "python3 has to be there");
        // Without it their bytes were compared all the same.
        return None;
    };
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "plistlib refuses it");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn jamf_and_iru_get_what_their_documents_show() {
    let world = World::only("macs");
    let body_of = |path: &str| {
        let requests = world.get("/requests");
        let found = requests
            .as_array()
            .unwrap()
            .iter()
            .rev()
            .find(|one| one["method"] == "POST" && one["path"].as_str().unwrap().contains(path))
            .cloned();
        found.unwrap()["body"].as_str().unwrap().to_owned()
    };
    world.use_mdm("jamf", "");
    assert_eq!(world.run(&["unlock", "ada", "--yes", "--wait", "30"]).code, 0);
    let sent: Value = serde_json::from_str(&body_of("/api/v2/mdm/commands")).unwrap();
    let management_id = world.person("ada")["mac"]["management_id"].clone();
    assert_eq!(
        sent,
        json!({"clientData": [{"managementId": management_id}], "commandData": {"commandType": "UNLOCK_USER_ACCOUNT", "userName": "ada"}})
    );
    world.use_mdm("jamf", "api = \"classic\"\n");
    assert_eq!(world.run(&["unlock", "ada", "--yes", "--wait", "30"]).code, 0);
    let number = world.person("ada")["mac"]["number"].clone();
    assert_eq!(
        body_of("/JSSResource/computercommands/command/UnlockUserAccount"),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<computer_command><general><command>UnlockUserAccount</command><user_name>ada</user_name></general><computers><computer><id>{number}</id></computer></computers></computer_command>"
        )
    );
    world.use_mdm("iru", "");
    assert_eq!(world.run(&["unlock", "ada", "--yes", "--wait", "30"]).code, 0);
    assert_eq!(body_of("/action/unlockaccount"), "{\"UserName\":\"ada\"}");
}
