//! Macs, by the real binary against the simulated MDM servers: followed to the Mac's own answer, or left waiting.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::terminal::Terminal;
use crate::support::{Ran, World, raw_http, wait_for};

pub fn world() -> World {
    World::only("macs")
}

pub fn unlock(world: &World, who: &str, more: &[&str]) -> (Ran, Value) {
    let ran = world.run(&[&["unlock", who, "--provider", "macs", "--yes", "--json"], more].concat());
    let result = ran.json()[0].clone();
    (ran, result)
}

/// A second unlock, which needs the account's id while the first one waits.
pub fn unlock_beside(world: &World, who: &str, more: &[&str]) -> (Ran, Value) {
    let people = world.run(&["find", who, "--json"]).json();
    let accounts = people.as_array().unwrap().iter().flat_map(|person| person["accounts"].as_array().unwrap());
    let id =
        accounts.filter(|account| account["provider"] == "macs").find_map(|account| account["id"].as_str()).unwrap();
    unlock(world, who, &[&["--confirm", id], more].concat())
}

fn states(result: &Value) -> Vec<&str> {
    result["steps"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect()
}

pub fn open(world: &World) -> Vec<Value> {
    world.run(&["ledger", "show", "--open", "--json"]).json().as_array().unwrap().clone()
}

/// `unbolt webhook` in the foreground; what it says line by line.
pub struct Receiver {
    child: Child,
    lines: std::sync::mpsc::Receiver<String>,
}

impl Receiver {
    pub fn start(world: &World) -> Self {
        Self::run(world.command(&["webhook"]))
    }

    pub fn run(mut command: std::process::Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, lines) = std::sync::mpsc::channel();
        for pipe in [
            Box::new(child.stdout.take().unwrap()) as Box<dyn std::io::Read + Send>,
            Box::new(child.stderr.take().unwrap()),
        ] {
            let tell = tell.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    let _ = tell.send(line);
                }
            });
        }
        let receiver = Self { child, lines };
        receiver.hears("receiving for macs");
        receiver
    }

    /// What it holds in memory, in bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    pub fn hears(&self, words: &str) -> String {
        let mut heard = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(std::time::Duration::from_secs(60)) {
            if line.contains(words) {
                return line;
            }
            heard.push(line);
        }
        panic!("`{words}` never came: {heard:?}");
    }

    /// Ends it as Ctrl-C does; gives its counts.
    pub fn end(mut self) -> String {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        let counts = self.hears("other events");
        self.child.wait().unwrap();
        counts
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn adas_mac_is_followed_through_not_now_to_its_own_answer() {
    let world = world();
    let (ran, result) = unlock(&world, "ada", &[]);
    assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("acknowledged")), "{ran:?}");
    assert_eq!(
        states(&result),
        ["asked", "read", "recorded", "sent", "queued", "pushed", "not_now", "acknowledged", "ended"]
    );
    assert!(result.to_string().contains("webhook, signed"), "the record says how it is known");
    assert_eq!(world.person("ada")["mac"]["locked"], false);
    assert!(open(&world).is_empty());
    let account = world.run(&["find", "ada", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!(account["lock"]["state"], "not_reported");
    assert_eq!(account["bad_logins"]["qualifier"], "not_reported");
}

#[test]
fn a_sleeping_mac_is_left_waiting_and_a_later_webhook_closes_it() {
    let world = world();
    let (ran, result) = unlock(&world, "grace", &["--wait", "1"]);
    assert_eq!((ran.code, result["outcome"].as_str()), (6, Some("accepted")), "{ran:?}");
    assert!(result["problem"]["next"].as_str().unwrap().contains("unbolt webhook"));
    assert_eq!(open(&world)[0]["outcome"], "accepted");
    // Nobody can be asked about it: it still waits.
    let resolved = world.run(&["ledger", "resolve", "--json"]);
    assert_eq!(resolved.json()[0]["outcome"], "accepted", "{resolved:?}");
    let receiver = Receiver::start(&world);
    world.mac("grace", json!({"asleep": false, "comes": true}));
    let line = receiver.hears("ghopper");
    assert_eq!(line, "ghopper in macs: the Mac answers Acknowledged: acknowledged");
    assert!(open(&world).is_empty());
    assert!(receiver.end().contains("1 answers"));
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!(shown[0]["outcome"], "acknowledged");
    assert_eq!(world.run(&["ledger", "verify"]).code, 0);
}

#[test]
fn a_screen_opened_later_learns_what_the_receiver_heard() {
    let world = world();
    unlock(&world, "grace", &["--wait", "1"]);
    // The receiver of somebody else's process has it in the ledger; its own outcome is still to be written.
    let receiver = Receiver::start(&world);
    world.mac("grace", json!({"asleep": false, "comes": true, "script": ["not_now", "not_now"]}));
    receiver.hears("NotNow");
    let line = receiver.hears("Acknowledged");
    assert!(line.contains("acknowledged"), "{line}");
    drop(receiver);
    assert_eq!(world.run(&["ledger", "resolve"]).err.trim(), "unbolt: no outcome is unknown");
}

#[test]
fn a_mac_that_errs_says_so_with_its_chain_and_what_to_do() {
    let world = world();
    let (ran, result) = unlock(&world, "alan", &[]);
    assert_eq!((ran.code, result["outcome"].as_str()), (1, Some("failed")));
    assert!(states(&result).contains(&"device_error"));
    let problem = &result["problem"];
    assert!(problem["why"].as_str().unwrap().contains("SimulatedErrorDomain 12031"), "{problem}");
    for words in ["DeviceLockAndRemovePasscode", "enrolled by its user", "supervised"] {
        assert!(problem["next"].as_str().unwrap().contains(words), "{problem}");
    }
    world.mac("alan", json!({"script": ["format_error"]}));
    assert!(states(&unlock(&world, "alan", &[]).1).contains(&"format_error"));
    world.mac("alan", json!({"script": ["strange"]}));
    let (ran, result) = unlock(&world, "alan", &["--wait", "5"]);
    assert!(ran.code == 6 && result.to_string().contains("an answer of unknown kind: `Postponed`"), "{result}");
}

#[test]
fn a_push_that_failed_is_told_and_the_mac_gets_it_when_it_comes() {
    let world = world();
    let (ran, result) = unlock(&world, "linus", &["--wait", "1"]);
    assert_eq!(ran.code, 6);
    assert!(states(&result).contains(&"push_failed") && result.to_string().contains("410"), "{result}");
    world.mac("linus", json!({"push": "unreachable"}));
    let (_, result) = unlock_beside(&world, "linus", &["--wait", "1"]);
    assert!(result.to_string().contains("api.push.apple.com/3/device/[token]"), "{result}");
    for file in world.ledger_files() {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(!text.contains("a1a1a1a1"), "a push token in the ledger");
    }
    let receiver = Receiver::start(&world);
    world.mac("linus", json!({"comes": true}));
    receiver.hears("acknowledged");
    receiver.hears("acknowledged");
    assert!(open(&world).is_empty(), "both were carried out");
}

#[test]
fn a_guess_needs_its_id_typed() {
    let world = world();
    let ran = world.run(&["unlock", "katherine", "--provider", "macs", "--yes", "--json"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.err.contains("is a guess") && ran.err.contains("--confirm"), "{ran:?}");
    let id = world.run(&["find", "katherine", "--json"]).json()[0]["accounts"][0]["id"].as_str().unwrap().to_owned();
    let ran = world.run(&["unlock", "katherine", "--provider", "macs", "--confirm", &id, "--json"]);
    assert_eq!(ran.code, 1, "the guess was wrong, and the Mac says so: {ran:?}");
    assert!(ran.out.contains("was not found"), "{ran:?}");
    // With the Mac's own list asked first, nothing is sent for a name that isn't there.
    world.add_to_config("check_user_list = true");
    let ran = world.run(&["unlock", "katherine", "--provider", "macs", "--confirm", &id, "--json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("it lists kjohnson, itadmin"), "{ran:?}");
    assert!(
        ran.out.contains(r#"the question for the Mac's accounts, before \"unlock account\""#),
        "what went out is told as what it is: {ran:?}"
    );
    let (ran, result) = unlock(&world, "alan", &[]);
    assert!(result.to_string().contains("the Mac told no list"), "an error to the list holds nothing up: {ran:?}");
    let (ran, result) = unlock(&world, "alan", &[]);
    assert!(
        ran.code == 0 && result.to_string().contains("the Mac lists the account alan: sending the unlock"),
        "{ran:?}"
    );
}

#[test]
fn everywhere_leaves_a_mac_alone_unless_it_is_taken_in() {
    let world = World::whole();
    let ran = world.run(&["unlock", "ada", "--everywhere", "--yes", "--json"]);
    let of = |ran: &Ran, name: &str| {
        let results = ran.json();
        results.as_array().unwrap().iter().find(|one| one["provider"] == name).unwrap()["outcome"].clone()
    };
    assert_eq!(
        (ran.code, of(&ran, "pingone"), of(&ran, "macs")),
        (0, json!("unlocked"), json!("left_alone")),
        "{ran:?}"
    );
    let sent = |world: &World| {
        let requests = world.get("/requests");
        requests.as_array().unwrap().iter().filter(|one| one["path"].as_str().unwrap().contains("enqueue")).count()
    };
    assert_eq!(sent(&world), 0);
    let ran = world.run(&["unlock", "ada", "--everywhere", "--include", "not_reported", "--yes", "--json"]);
    assert_eq!((ran.code, of(&ran, "macs")), (0, json!("acknowledged")), "{ran:?}");
    // Without a word about it, a Mac among open accounts is not meant either.
    let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
    assert_eq!((ran.code, of(&ran, "macs")), (0, json!("left_alone")), "{ran:?}");
    assert_eq!(sent(&world), 1);
}

#[test]
fn an_unanswered_send_is_repeated_only_where_the_name_makes_it_safe() {
    let times = |world: &World, part: &str| {
        let requests = world.get("/requests");
        let is_it = |one: &&Value| one["path"].as_str().unwrap().contains(part) && one["method"] != "GET";
        requests.as_array().unwrap().iter().filter(is_it).count()
    };
    let world = world();
    world.fault_of("macs", json!({"fault": "cut", "match": "enqueue", "times": 1}));
    let (ran, result) = unlock(&world, "ada", &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(result.to_string().contains("an earlier try had arrived"), "{result}");
    assert_eq!((times(&world, "enqueue"), world.person("ada")["mac"]["commands"].as_array().unwrap().len()), (2, 1));
    for (server, path) in [("micromdm", "/v1/commands"), ("jamf", "/api/v2/mdm/commands"), ("iru", "unlockaccount")] {
        let world = self::world();
        world.use_mdm(server, "");
        world.fault_of("macs", json!({"fault": "cut", "match": path, "method": "POST", "times": 1}));
        let (ran, result) = unlock(&world, "ada", &["--wait", "30"]);
        assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("acknowledged")), "{server}: {ran:?}");
        assert!(states(&result).contains(&"in_doubt"), "{server}: {result}");
        assert_eq!(times(&world, path), 1, "{server}: sent once");
        let by_time = result.to_string().contains("matched by time");
        assert_eq!(by_time, server != "micromdm", "{server}: {result}");
    }
}

#[test]
fn fleet_is_asked_back_before_anything_else() {
    let world = world();
    world.use_mdm("fleet", "");
    world.mac("ada", json!({"push": "unregistered"}));
    let (ran, result) = unlock(&world, "ada", &["--wait", "1"]);
    assert_eq!((ran.code, result["outcome"].as_str()), (6, Some("accepted")), "{ran:?}");
    assert!(states(&result).contains(&"in_doubt") && result.to_string().contains("HTTP 502"), "{result}");
    assert_eq!(world.person("ada")["mac"]["commands"].as_array().unwrap().len(), 1);
    // Fleet can be asked: what waited is resolved when the Mac has come.
    world.mac("ada", json!({"comes": true, "script": []}));
    wait_for("the Mac", || (world.person("ada")["mac"]["locked"] == false).then_some(()));
    assert_eq!(world.run(&["ledger", "resolve", "--json"]).json()[0]["outcome"], "acknowledged");
}

#[test]
fn fleet_tells_the_macs_own_count_and_asks_again_afterwards() {
    let world = world();
    world.use_mdm("fleet", "");
    let account = world.run(&["find", "ada", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!(
        (account["bad_logins"]["count"].as_u64(), account["bad_logins"]["qualifier"].as_str()),
        (Some(11), Some("exact"))
    );
    assert!(account["bad_logins"]["last"].is_string() && account["lock"]["state"] == "not_reported");
    assert!(account["bad_logins"]["scope"].as_str().unwrap().contains("asked live at"));
    let (_, result) = unlock(&world, "ada", &[]);
    assert!(result.to_string().contains("the Mac now counts 0 failed logins"), "{result}");
    world.mac("ada", json!({"asleep": true}));
    let account = world.run(&["find", "ada", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!(account["bad_logins"]["count"], Value::Null, "a Mac that sleeps has no count");
    assert!(account["bad_logins"]["scope"].as_str().unwrap().contains("couldn't be asked"));
}

#[test]
fn people_are_found_by_what_each_server_knows() {
    let world = world();
    for server in ["nanomdm", "nanohub", "micromdm", "fleet", "jamf", "iru"] {
        world.use_mdm(server, "");
        let serial = world.person("ada")["mac"]["serial"].as_str().unwrap().to_owned();
        for who in ["ada@acme.test", serial.as_str()] {
            let found = world.run(&["find", who, "--json"]).json();
            let accounts: Vec<&Value> =
                found.as_array().unwrap().iter().flat_map(|person| person["accounts"].as_array().unwrap()).collect();
            assert!(
                accounts.iter().any(|account| account["username"] == "ada" && account["email"] == "ada@acme.test"),
                "{server} {who}: {found}"
            );
        }
        let id =
            world.run(&["find", "ada@acme.test", "--json"]).json()[0]["accounts"][0]["id"].as_str().unwrap().to_owned();
        let (ran, _) = unlock(&world, &id, &["--wait", "30"]);
        assert_eq!(ran.code, 0, "{server}: by its id: {ran:?}");
    }
}

#[test]
fn jamf_without_the_newer_interface_or_the_filter_still_works() {
    let world = world();
    world.use_mdm("jamf", "");
    world.fault_of("macs", json!({"fault": "status", "status": 404, "match": "/api/v2/mdm/commands"}));
    let (ran, result) = unlock(&world, "ada", &["--wait", "30"]);
    assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("acknowledged")), "{ran:?}");
    world.fault_of("macs", json!({"fault": "clear"}));
    world.fault_of("macs", json!({"fault": "status", "status": 400, "match": "filter=userAndLocation"}));
    let found = world.run(&["find", "grace@acme.test", "--json"]).json();
    assert_eq!(found[0]["accounts"][0]["username"], "ghopper", "{found}");
}

#[test]
fn a_queue_cleared_by_a_new_enrolment_is_told_where_the_server_can_be_asked() {
    let world = world();
    world.use_mdm("fleet", "total_timeout = \"2s\"\n");
    world.mac("ada", json!({"asleep": true}));
    unlock(&world, "ada", &["--wait", "1"]);
    world.mac("ada", json!({"enroll_again": true}));
    // While the request can still arrive, nothing is known.
    let resolved = wait_for("the end of the time-out", || {
        let resolved = world.run(&["ledger", "resolve", "--json"]).json();
        (resolved[0]["outcome"] == "failed").then_some(resolved)
    });
    assert!(resolved.to_string().contains("enrolled anew"), "{resolved}");
}

/// One event at the receiver's door.
pub fn post(world: &World, path: &str, head: &str, body: &str) -> u16 {
    let port = world.get("/webhooks")["port"].clone();
    let head = format!("{head}Content-Length: {}\r\n", body.len());
    raw_http("POST", &format!("http://127.0.0.1:{port}{path}"), &head, body).0
}

pub fn signature(world: &World, body: &str) -> String {
    let key = std::fs::read_to_string(format!("{}.macs.hmac.secret", world.config_path().display())).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    format!("X-Hmac-Signature: {}\r\n", STANDARD.encode(mac.finalize().into_bytes()))
}

fn event(device: &str, command: &str, status: &str) -> String {
    let raw = format!(
        "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>CommandUUID</key><string>{command}</string><key>Status</key>\
         <string>{status}</string><key>UDID</key><string>{device}</string></dict></plist>"
    );
    json!({"topic": "mdm.Connect", "event_id": format!("{device}{status}"), "created_at": "2026-11-22T08:00:00Z", "acknowledge_event": {
        "udid": device, "status": status, "command_uuid": command, "raw_payload": STANDARD.encode(raw)}})
    .to_string()
}

#[test]
fn forged_repeated_contradicting_and_senseless_events_change_nothing() {
    let world = world();
    let (_, result) = unlock(&world, "grace", &["--wait", "1"]);
    let command = result["intent"].as_str().unwrap().to_uppercase();
    let device = world.person("grace")["mac"]["udid"].as_str().unwrap().to_owned();
    let receiver = Receiver::start(&world);
    let real = event(&device, &command, "Acknowledged");
    let signed = |body: &str| post(&world, "/mdm/macs", &signature(&world, body), body);
    // Without the key there is nothing here at all.
    assert_eq!(post(&world, "/mdm/macs", "", &real), 404);
    assert_eq!(post(&world, "/mdm/macs", "X-Hmac-Signature: AAAA\r\n", &real), 404);
    assert_eq!(post(&world, "/mdm/macs", &signature(&world, "another body"), &real), 404);
    assert_eq!(post(&world, "/mdm/macs/secret", &signature(&world, &real), &real), 404);
    assert_eq!(post(&world, "/mdm/others", &signature(&world, &real), &real), 404);
    assert_eq!(open(&world).len(), 1, "nothing of this was believed");
    let unknown = event(&device, "6936EFCB-2625-4AE1-9AE4-B81D0AD0D497", "Acknowledged");
    assert_eq!(signed(&unknown), 200, "another tool's command is none of ours");
    assert_eq!(signed("{\"acknowledge_event\":"), 400);
    let huge = " ".repeat(3 * 1024 * 1024);
    assert_eq!(signed(&huge), 413);
    let other = event("A0B1C2D3-0001-4000-8000-00000000AA01", &command, "Acknowledged");
    assert_eq!(signed(&other), 200);
    assert!(receiver.hears("contradicts").contains("not believed"), "another Mac's answer");
    assert_eq!(open(&world).len(), 1);
    let later = event(&device, &command, "NotNow");
    assert_eq!((signed(&later), signed(&later)), (200, 200), "the same event twice");
    assert_eq!(signed(&event(&device, &command, "Error")), 200);
    receiver.hears(": failed");
    assert_eq!((signed(&real), open(&world).len()), (200, 0), "the first last word stands");
    assert!(receiver.hears("Acknowledged").contains("contradicts"));
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!(shown[0]["outcome"], "failed");
    assert_eq!(shown[0]["contradicted"], "Acknowledged", "what was said against it stands beside it: {shown}");
    assert!(world.run(&["ledger", "show"]).out.contains("the Mac also answered Acknowledged"));
    assert!(world.run(&["ledger", "export", "--csv"]).out.lines().any(|line| line.ends_with(",Acknowledged")));
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (100, 30));
    terminal.wait_to_see("Grace Hopper");
    terminal.keys("\t4");
    terminal.wait_to_see("failed ?");
    terminal.wait_to_see("contradicted: the Mac also answered Acknowledged");
    terminal.keys("\x03");
    assert_eq!(terminal.exit(), 0);
    let counts = receiver.end();
    assert_eq!(
        counts,
        "unbolt: 2 answers, 0 other events, 1 of unknown commands, 1 repeated, 2 contradictions, 1 unreadable, 5 refused"
    );
}

#[test]
fn the_key_and_the_users_secrets_stand_nowhere() {
    let world = world();
    world.use_mdm("micromdm", "");
    let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
    let found = world.run(&["find", "ada", "--json"]);
    assert!(found.out.contains("Managed user"), "the user channel was asked: {found:?}");
    let mut all = format!("{ran:?}{found:?}");
    for file in world.ledger_files() {
        all.push_str(&std::fs::read_to_string(file).unwrap());
    }
    for secret in ["SIMULATED-AUTH-TOKEN", "U0lNVUxBVEVELUhBU0g", "sim-macs-key"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[test]
fn a_weak_or_open_webhook_is_refused() {
    let world = world();
    world.use_mdm("micromdm", "");
    std::fs::write(format!("{}.macs.path.secret", world.config_path().display()), "too-short").unwrap();
    let ran = Ran::from(world.command(&["webhook"]).output().unwrap());
    assert!(ran.code == 1 && ran.err.contains("256 bits"), "{ran:?}");
    let text = world.config_text().replace("listen = \"127.0.0.1", "listen = \"0.0.0.0");
    std::fs::write(world.config_path(), text).unwrap();
    let ran = world.run(&["find", "ada"]);
    assert!(ran.code == 2 && ran.err.contains("in the clear"), "{ran:?}");
}

#[test]
fn an_answer_is_kept_even_when_its_sender_hangs_up() {
    use std::io::Write as _;
    let world = world();
    let (_, result) = unlock(&world, "grace", &["--wait", "1"]);
    let command = result["intent"].as_str().unwrap().to_uppercase();
    let device = world.person("grace")["mac"]["udid"].as_str().unwrap().to_owned();
    let receiver = Receiver::start(&world);
    // Looking at the account afterwards takes its time; nobody waits for the answer.
    world.fault_of("macs", json!({"fault": "latency", "ms": 700, "match": "/version"}));
    let body = event(&device, &command, "Acknowledged");
    let port = world.get("/webhooks")["port"].as_u64().unwrap();
    let mut stream = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    write!(
        stream,
        "POST /mdm/macs HTTP/1.1\r\nHost: x\r\n{}Content-Length: {}\r\n\r\n{body}",
        signature(&world, &body),
        body.len()
    )
    .unwrap();
    drop(stream);
    receiver.hears("acknowledged");
    assert!(open(&world).is_empty());
}

#[test]
fn what_was_sent_whole_is_taken_however_soon_its_sender_hangs_up() {
    use std::io::Write as _;
    let world = world();
    let receiver = Receiver::start(&world);
    let port = world.get("/webhooks")["port"].as_u64().unwrap();
    // Of each of these something is said.
    let body = "{\"acknowledge_event\":";
    let head = format!("POST /mdm/macs HTTP/1.1\r\nHost: x\r\n{}", signature(&world, body));
    let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    for _ in 0..200 {
        let mut stream = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
    }
    for _ in 0..200 {
        receiver.hears("an event can't be understood");
    }
}

#[test]
fn a_gateways_own_answer_says_nothing_of_the_command() {
    let world = world();
    for (status, code, words) in [(504, 4, "in_doubt"), (403, 1, "failed"), (200, 4, "in_doubt")] {
        let body = "{\"message\": \"Endpoint request timed out\"}";
        world.fault_of("macs", json!({"fault": "clear"}));
        world.fault_of("macs", json!({"fault": "body", "body": body, "status": status, "content_type": "application/json", "match": "enqueue"}));
        world.mac("ada", json!({"asleep": true}));
        world.use_mdm("nanomdm", "total_timeout = \"2s\"\n");
        let (ran, result) = unlock_beside(&world, "ada", &["--wait", "1"]);
        assert!(ran.code == code && result.to_string().contains(words), "{status}: {ran:?}");
    }
}

#[test]
fn an_answer_to_another_unlock_is_never_taken_for_this_ones() {
    let world = world();
    world.use_mdm("iru", "total_timeout = \"2s\"\n");
    world.mac("ada", json!({"asleep": true, "script": ["error"]}));
    assert_eq!(unlock(&world, "ada", &["--wait", "1"]).0.code, 6);
    world.mac("ada", json!({"asleep": false, "comes": true}));
    wait_for("the Mac", || (world.person("ada")["mac"]["commands"][0]["status"] == "Error").then_some(()));
    // Longer than the time in which Iru's answer can be that of the first one: its time-out, and two seconds of two clocks.
    std::thread::sleep(std::time::Duration::from_millis(4_500));
    assert_eq!(unlock(&world, "ada", &[]).1["outcome"], "acknowledged");
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!(shown[0]["outcome"], "failed", "the first one was settled by its own answer: {shown}");
}

#[test]
fn a_blank_key_admits_nobody() {
    let world = world();
    std::fs::write(format!("{}.macs.hmac.secret", world.config_path().display()), "\n        \n").unwrap();
    let ran = world.run(&["webhook"]);
    assert!(ran.code == 1 && (ran.err.contains("too weak") || ran.err.contains("empty")), "{ran:?}");
}

#[test]
fn a_mac_is_not_meant_because_the_others_are_down_or_share_a_short_name() {
    let world = World::whole();
    for provider in ["pingone", "jumpcloud", "adaxes"] {
        world.fault_of(provider, json!({"fault": "status", "status": 500}));
    }
    let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
    assert_eq!(ran.json()[0]["outcome"], "left_alone", "{ran:?}");
    let world = self::world();
    let map = format!("{}.macs.map.csv", world.config_path().display());
    let text = std::fs::read_to_string(&map).unwrap()
        + "abyron,byron@acme.test,Ada Byron,B42E5AA4-BC0E-8F90-A6B8-20B8AF07EA99,,ada\n";
    std::fs::write(&map, text).unwrap();
    let ran = world.run(&["unlock", "ada", "--everywhere", "--include", "not_reported", "--yes", "--json"]);
    assert_eq!(ran.code, 2, "two people's Macs: {ran:?}");
    let sent = world.get("/requests").to_string().contains("enqueue");
    assert!(!sent);
}

#[test]
fn a_udid_in_other_letters_reaches_the_mac_of_a_micromdm() {
    let world = world();
    world.use_mdm("micromdm", "");
    let path = format!("{}.macs.map.csv", world.config_path().display());
    let map = std::fs::read_to_string(&path).unwrap();
    let udid = world.person("ada")["mac"]["udid"].as_str().unwrap().to_owned();
    std::fs::write(&path, map.replace(&udid, &udid.to_lowercase())).unwrap();
    let (ran, result) = unlock(&world, "ada", &["--wait", "20"]);
    assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("acknowledged")), "{ran:?}");
    let asked = world.get("/requests");
    let devices = asked.as_array().unwrap().iter().filter(|one| one["path"].as_str().unwrap().ends_with("/v1/devices"));
    for one in devices {
        assert!(one["body"].as_str().unwrap().contains("filter_serial"), "one device is asked for, never all: {one}");
    }
}

#[test]
fn a_mac_that_only_the_map_knows_is_shown_and_says_what_to_correct() {
    let world = world();
    world.use_mdm("micromdm", "");
    let path = format!("{}.macs.map.csv", world.config_path().display());
    let map = std::fs::read_to_string(&path).unwrap();
    let udid = world.person("ada")["mac"]["udid"].as_str().unwrap().to_owned();
    std::fs::write(&path, map.replace(&udid, "AAAAAAAA-0000-4000-8000-000000000BAD")).unwrap();
    let found = world.run(&["find", "ada", "--json"]);
    assert_eq!(found.json()[0]["accounts"][0]["may_unlock"], "no", "{found:?}");
    let ran = world.run(&["unlock", "ada", "--yes"]);
    let said = format!("{}{}", ran.out, ran.err);
    assert!(ran.code == 5 && said.contains("correct the UDID in the map"), "{ran:?}");
    let requests = world.get("/requests");
    let sent =
        |one: &serde_json::Value| one["method"] != "GET" && one["path"].as_str().unwrap().contains("/v1/commands");
    assert!(!requests.as_array().unwrap().iter().any(sent), "nothing is sent to a queue that nobody fetches");
}

#[test]
fn a_macs_recorded_word_is_read_before_anybody_settles_it() {
    let world = world();
    assert_eq!(unlock(&world, "ada", &[]).0.code, 0);
    // Killed after the answer was recorded, and before its outcome was.
    for path in world.ledger_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let (kept, last) = text.trim_end().rsplit_once('\n').unwrap();
        assert!(last.contains("\"acknowledged\""), "the outcome is the last line: {last}");
        std::fs::write(&path, format!("{kept}\n")).unwrap();
    }
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert!(shown[0]["outcome"] == "acknowledged" && shown[0]["ended"].is_string(), "{shown}");
    assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).out.trim(), "[]");
    assert_eq!(world.run(&["ledger", "resolve"]).code, 0);
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "acknowledged");
    let texts = world.ledger_files().into_iter().map(|file| std::fs::read_to_string(file).unwrap());
    let lines: usize = texts.map(|text| text.matches("\"acknowledged\"").count()).sum();
    assert!(lines > 0, "and its outcome is recorded now");
}

#[test]
fn the_head_of_an_unlock_says_what_it_waits_for_however_long_the_id_is() {
    let world = World::only("macs");
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (100, 30));
    terminal.wait_to_see("not reported");
    terminal.keys("grace");
    terminal.wait_to_see("> grace");
    terminal.keys("\r");
    terminal.wait_for_answers();
    terminal.wait_to_see("– not reported");
    terminal.keys("u");
    terminal.answer("Unlock this account?", "y");
    terminal.wait_to_see("waiting for the Mac");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
}
