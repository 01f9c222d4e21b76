//! The control port of the simulated systems.

use serde_json::json;

use crate::support::{World, http};

#[test]
fn the_control_port_locks_and_tells() {
    let world = World::new();
    let id = world.id("dorothy");
    world.post("/lock", json!({"provider": "pingone", "id": id}));
    assert!(world.person("dorothy")["pingone"]["account"].is_object());
    assert_eq!(
        http("POST", &format!("{}/lock", world.control()), Some("{\"provider\":\"pingone\",\"id\":\"x\"}")).0,
        404
    );
}

#[test]
fn the_control_port_takes_orders_only_with_the_token_in_its_address() {
    let world = World::new();
    let control = world.control();
    let (address, token) = control.rsplit_once('/').unwrap();
    assert!(token.len() >= 32, "{control}");
    for path in ["/world", "/requests", "/0000/world", "//world"] {
        let (status, body) = http("GET", &format!("{address}{path}"), None);
        assert!(status == 404 && body.is_empty(), "{path}: {status} {body}");
    }
    assert_eq!(http("GET", &format!("{control}/world"), None).0, 200);
}

#[test]
fn a_phone_locks_again_and_the_second_look_says_so() {
    let world = World::new();
    let ran = world.run(&["unlock", "phoebe", "--yes", "--json"]);
    assert_eq!(ran.json()[0]["outcome"], "unlocked");
    world.post("/clock", json!({"advance_s": 21}));
    assert_eq!(world.run(&["find", "phoebe", "--json"]).json()[0]["accounts"][0]["lock"]["state"], "locked");
}
