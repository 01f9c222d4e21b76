//! MDM servers on the wire: what the real `NanoMDM`, `NanoHUB` and `MicroMDM` were seen to answer and to tell, and the bytes
//! that go out to each server.

mod commands;
mod events;
mod nano;

use std::path::Path;

use serde_json::Value;

use crate::support::Ran;
use crate::support::stub_server::{Canned, run_with};

use nano::echoed;

fn recorded(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/recorded/mdm").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Status and body of a recorded answer.
fn answer(name: &str) -> (u16, String) {
    let text = recorded(&format!("{name}.http")).replace("\r\n", "\n");
    let (_, answer) = text.split_once("=== RESPONSE ===\n").unwrap();
    let (head, body) = answer.split_once("\n\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// The Mac of every recorded exchange with that server.
fn udid(server: &str) -> &'static str {
    match server {
        "nanomdm" => "A0B1C2D3-0001-4000-8000-00000000AA01",
        "nanohub" => "A0B1C2D3-0005-4000-8000-00000000AA05",
        _ => "A0B1C2D3-0004-4000-8000-00000000AA04",
    }
}

/// A server that answers as recorded, by method and the beginning of the path. What a real server echoes of the request
/// (the command's id, the Mac's id) it echoes of the request that it gets.
fn server_of(table: Vec<(&'static str, &'static str, &'static str)>) -> Canned {
    Canned::new(move |request| {
        let (method, path) = request.line();
        let found = table.iter().find(|(wanted, start, _)| *wanted == method && path.starts_with(start));
        let (status, body) = found.map_or((404, String::new()), |(.., name)| echoed(name, &request.body));
        (status, "", body)
    })
}

/// The unlock of Ada's Mac on that server.
fn unlock(canned: &Canned, server: &str, more: &str) -> Ran {
    let map = tempfile::NamedTempFile::with_suffix(".csv").unwrap();
    std::fs::write(&map, format!("person,udid,short_name\nada,{},ada\n", udid(server))).unwrap();
    let config = format!(
        "[[provider]]\nname = \"macs\"\nkind = \"apple_mdm\"\nserver = \"{server}\"\napi_key = {{ env = \"SECRET\" }}\n\
         base_url = \"{}\"\nmap = \"{}\"\ntotal_timeout = \"5s\"\n{more}",
        canned.url,
        map.path().display()
    );
    run_with(&config, "planted-key", &["unlock", "ada", "--yes", "--json", "--wait", "1"])
}

fn states(result: &Value) -> Vec<&str> {
    result["steps"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect()
}
