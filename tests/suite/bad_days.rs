//! What a bad day costs: a wrong password is tried once, a dead login endpoint is waited for once, a run that can't read
//! stops, and whoever waits is told for whom.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::bent::{Bend, JSON, between};
use crate::support::stub_server::Canned;
use crate::support::terminal::Terminal;
use crate::support::{Ran, World, side_by_side, wait_for};

fn list_of(world: &World, count: usize, provider: &str) -> String {
    let people = world.get("/world")["people"].as_array().unwrap().clone();
    let has = |person: &&Value| !person[provider].is_null() && person["story"].is_null();
    let names: Vec<String> =
        people.iter().filter(has).take(count).map(|one| one["username"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names.len(), count);
    let path = world.place.path().join("list.txt");
    std::fs::write(&path, names.join("\n")).unwrap();
    path.display().to_string()
}

/// A list of people whom it locks first.
fn locked_list(world: &World, count: usize) -> std::path::PathBuf {
    let people = world.get("/world")["people"].as_array().unwrap().clone();
    let ours = people.iter().filter(|one| one["story"].is_null() && one["pingone"]["enabled"] == true).take(count);
    let mut names = Vec::new();
    for person in ours {
        world.post("/lock", json!({"provider": "pingone", "id": person["pingone"]["id"]}));
        names.push(person["username"].as_str().unwrap().to_owned());
    }
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, names.join("\n")).unwrap();
    list
}

/// Counts requests to a part of an address, and answers them so.
fn counted(world: &World, provider: &str, path: &'static str, bend: fn() -> Bend) -> (Canned, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let own = Arc::clone(&count);
    let server = between(world, provider, move |heard| {
        if !heard.line().1.contains(path) {
            return Bend::Pass;
        }
        own.fetch_add(1, Ordering::SeqCst);
        bend()
    });
    (server, count)
}

fn refused() -> Bend {
    let inner = json!({"code": "invalidCredentials", "message": "wrong", "attemptsLeft": 4});
    Bend::Instead((403, JSON, json!({"code": "forbidden", "message": "no", "innerError": inner}).to_string()))
}

fn silent() -> Bend {
    std::thread::sleep(Duration::from_secs(20));
    Bend::Pass
}

/// A login by name and password, as a service account has one.
fn by_password(world: &World) {
    let text = world.config_text();
    let line = text.lines().find(|line| line.starts_with("token = ")).unwrap();
    let login = format!("username = \"svc-unbolt@acme.test\"\npassword ={}", line.trim_start_matches("token ="));
    std::fs::write(world.config_path(), text.replace(line, &login)).unwrap();
}

#[test]
fn a_refused_login_is_tried_once_whoever_asks_and_says_how_many_attempts_are_left() {
    let world = World::only("adaxes");
    by_password(&world);
    let (_server, logins) = counted(&world, "adaxes", "/authSessions/create", refused);
    let list = world.place.path().join("list.txt");
    let names: Vec<String> = (0..60).map(|n| format!("nobody{n:03}")).collect();
    std::fs::write(&list, names.join("\n")).unwrap();
    let ran = world.run(&["bulk", "plan", list.to_str().unwrap()]);
    assert_eq!(logins.load(Ordering::SeqCst), 1, "sixty rows spend one attempt: {ran:?}");
    assert!(ran.out.contains("4 attempts left"), "{ran:?}");
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (120, 40));
    terminal.wait_to_see("refused the login");
    for letter in ["a", "d", "a", " ", "l"] {
        terminal.keys(letter);
        terminal.wait_for_rest();
    }
    assert_eq!(logins.load(Ordering::SeqCst), 2, "letters spend none");
    // On purpose, it is asked again.
    terminal.keys("\t");
    terminal.wait_for_rest();
    terminal.keys("5");
    terminal.wait_to_see("FAIL");
    terminal.keys("r");
    wait_for("a login on purpose", || (logins.load(Ordering::SeqCst) >= 3).then_some(()));
    terminal.keys("\x03");
    terminal.exit();
    assert_eq!(logins.load(Ordering::SeqCst), 3);
}

#[test]
fn a_dead_token_endpoint_costs_one_time_out_and_not_one_for_each_row() {
    let world = World::with_people(120);
    world.add_to_config("total_timeout = \"2s\"");
    let list = list_of(&world, 30, "pingone");
    let (_server, fetches) = counted(&world, "pingone", "/as/token", silent);
    let began = Instant::now();
    let ran = world.run(&["bulk", "plan", &list, "--provider", "pingone"]);
    assert_ne!(ran.code, 0);
    assert!(began.elapsed() < Duration::from_secs(6), "three time-outs at most: {:?}", began.elapsed());
    assert!(fetches.load(Ordering::SeqCst) <= 3, "{fetches:?}");
}

#[test]
fn a_run_whose_reads_fail_stops_and_says_what_was_not_done() {
    let faults = [
        json!({"fault": "status", "status": 401}),
        json!({"fault": "status", "status": 500}),
        json!({"fault": "cut"}),
        json!({"fault": "body", "body": "<html>maintenance</html>", "status": 200, "content_type": "text/html"}),
        json!({"fault": "status", "status": 429, "retry_after": "120"}),
    ];
    side_by_side(faults, |fault| {
        let world = World::with_people(120);
        let list = locked_list(&world, 10);
        let plan = world.place.path().join("p.plan").display().to_string();
        let planned = world.run(&["bulk", "plan", list.to_str().unwrap(), "--provider", "pingone", "-o", &plan]);
        assert_eq!(planned.code, 0, "{planned:?}");
        let mut order = fault.clone();
        order["match"] = json!("/users/");
        world.fault(order);
        let ran = world.run(&["bulk", "run", &plan, "--count", "10", "--pause", "0"]);
        assert!(ran.err.contains("the run stopped:") && ran.err.contains("not done"), "{fault}: {ran:?}");
        let failed = ran.out.matches("\tfailed\t").count();
        assert!((1..=3).contains(&failed), "{fault}: {failed} rows were tried: {ran:?}");
        assert_eq!(ran.code, 1, "{fault}: {ran:?}");
    });
}

#[test]
fn what_is_known_is_shown_while_somebody_is_still_asked() {
    let world = World::whole();
    world.add_to_config("total_timeout = \"6s\"");
    world.fault_of("jumpcloud", json!({"fault": "latency", "ms": 5_000, "times": 1}));
    let began = Instant::now();
    let mut child = world.command(&["find", "ada"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 16];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    assert!(began.elapsed() < Duration::from_secs(4), "healthy systems don't wait: {:?}", began.elapsed());
    assert_eq!(&first, b"Ada Lovelace\tada");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert!(ran.err.contains("still asking jumpcloud") && ran.out.contains("jumpcloud"), "{ran:?}");
}

#[test]
fn who_leaves_during_an_unanswered_unlock_sends_nothing_more_and_is_told_how_long_it_takes() {
    let world = World::new();
    world.add_to_config("total_timeout = \"2s\"");
    world.fault(json!({"fault": "cut_before", "method": "POST", "match": "/users/"}));
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (120, 40));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("ada");
    terminal.wait_to_see("> ada");
    terminal.keys("\r");
    terminal.wait_to_see("5/5");
    terminal.keys("u");
    terminal.answer("Unlock this account?", "y");
    wait_for("the request", || (world.unlocks().len() == 1).then_some(()));
    terminal.keys("q");
    terminal.wait_to_see("waiting for 1 unlock, at most");
    terminal.exit();
    assert_eq!(world.unlocks().len(), 1, "nothing more was sent");
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!(shown.as_array().unwrap().len(), 1, "{shown}");
}

#[test]
fn a_detached_run_needs_no_terminal_for_its_secret() {
    let world = World::new();
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "ada\n").unwrap();
    let plan = world.place.path().join("p.plan").display().to_string();
    assert_eq!(world.run(&["bulk", "plan", list.to_str().unwrap(), "-o", &plan]).code, 0);
    let text = world.config_text();
    let line = text.lines().find(|line| line.starts_with("client_secret = ")).unwrap();
    std::fs::write(world.config_path(), text.replace(line, "client_secret = { prompt = \"the secret\" }")).unwrap();
    let ran = world.run(&["bulk", "run", &plan, "--yes", "--detach"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("asks for its secret at the terminal") && !ran.out.contains("goes on"), "{ran:?}");
}

#[test]
fn a_list_over_the_limit_is_refused_before_anybody_is_asked() {
    let world = World::new();
    let list = world.place.path().join("list.txt");
    let names: Vec<String> = (0..5_002).map(|n| format!("nobody{n}")).collect();
    std::fs::write(&list, names.join("\n")).unwrap();
    let before = world.get("/requests").as_array().unwrap().len();
    let ran = world.run(&["bulk", "plan", list.to_str().unwrap()]);
    assert!(ran.code == 2 && ran.err.contains("more than 5000 rows"), "{ran:?}");
    assert_eq!(world.get("/requests").as_array().unwrap().len(), before);
}

#[test]
fn an_audit_that_cant_be_read_refuses_nothing() {
    let world = World::new();
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "ada\n").unwrap();
    let plan = world.place.path().join("p.plan").display().to_string();
    assert_eq!(world.run(&["bulk", "plan", list.to_str().unwrap(), "-o", &plan]).code, 0);
    world.fault(json!({"fault": "status", "status": 500, "match": "/activities"}));
    let ran = world.run(&["bulk", "run", &plan, "--yes", "--json", "--pause", "0"]);
    assert_eq!((ran.code, &ran.json()["rows"][0]["outcome"]), (0, &json!("unlocked")), "{ran:?}");
}

#[test]
fn a_question_that_was_superseded_holds_no_place_in_the_queue() {
    let world = World::new();
    world.add_to_config("max_parallel = 1");
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (120, 40));
    terminal.wait_to_see("Ada Lovelace");
    world.fault(json!({"fault": "latency", "ms": 25_000, "match": "/users?"}));
    let asked = || {
        let requests = world.get("/requests");
        let is_search = |one: &&Value| one["path"].as_str().unwrap().ends_with("/users");
        requests.as_array().unwrap().iter().filter(is_search).count()
    };
    let (before, began) = (asked(), Instant::now());
    for (n, letter) in ["g", "r", "a", "c"].into_iter().enumerate() {
        terminal.keys(letter);
        wait_for("the newer question", || (asked() > before + n).then_some(()));
    }
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    terminal.keys("\x03");
    terminal.exit();
}

#[test]
fn a_ledger_that_is_full_is_one_code_whichever_record_found_no_room() {
    let may = rustix::process::geteuid().is_root()
        && std::process::Command::new("unshare").args(["-m", "true"]).status().is_ok_and(|status| status.success());
    if !may {
        assert!(std::env::var_os("TEST_ALL_TOOLS").is_none(), "this test has to be root's, with unshare");
        return;
    }
    let mut seen = std::collections::BTreeSet::new();
    for left_kib in [0, 4, 8, 16, 24, 32] {
        let world = World::with_people(120);
        let list = locked_list(&world, 12);
        let ledger = world.ledger_dir();
        std::fs::create_dir_all(&ledger).unwrap();
        let own = world.command(&[]);
        let program = format!("{} --config {}", env!("CARGO_BIN_EXE_unbolt"), world.config_path().display());
        let (ledger, list) = (ledger.display(), list.display());
        let plan = world.place.path().join("p.plan");
        let plan = plan.display();
        // A disk of 256 KiB, filled up but for so much once the plan is made.
        let script = format!(
            "mount -t tmpfs -o size=256k,mode=700 tmpfs '{ledger}' && {program} bulk plan '{list}' -o '{plan}' > /dev/null && \
             free=$(df -k --output=avail '{ledger}' | tail -1) && \
             dd if=/dev/zero of='{ledger}/filler' bs=1k count=$((free - {left_kib})) 2> /dev/null; \
             exec {program} bulk run '{plan}' --count 12 --pause 0 --json"
        );
        let mut command = std::process::Command::new("unshare");
        command.args(["-m", "sh", "-c", &script]).env_clear();
        command
            .envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        let ran = Ran::from(command.stdin(Stdio::null()).output().unwrap());
        let done = world.unlocks().iter().filter(|one| one["carried_out"] == true).count();
        assert!(ran.err.contains("ledger") || ran.code == 0, "{left_kib}: {ran:?}");
        let expected = match done {
            0 => 5,
            12 if ran.code == 0 => 0,
            _ => 3,
        };
        assert_eq!(ran.code, expected, "{left_kib} KiB, {done} done: {ran:?}");
        seen.insert(ran.code);
    }
    assert!(seen.contains(&5) && seen.contains(&3), "{seen:?}");
}

#[test]
fn while_a_system_cannot_be_asked_nobody_is_called_unknown_and_nothing_is_asked_about_nothing() {
    use crate::support::terminal::Terminal;
    let world = World::whole();
    for system in ["pingone", "jumpcloud", "adaxes", "macs"] {
        world.fault_of(system, json!({"fault": "status", "status": 500}));
    }
    let path = world.config_path().display().to_string();
    let arguments = ["--config", &path, "unlock", "ada", "--everywhere"];
    let mut terminal = Terminal::start(world.place.path(), &arguments, (120, 30));
    // The map of Macs knows her: part of the answer is there.
    assert_eq!(terminal.exit(), 3);
    terminal.wait_to_see("not every provider could be asked");
    assert!(!terminal.screen().contains("[y/N]"), "{}", terminal.screen());
    for system in ["jumpcloud", "adaxes", "macs"] {
        world.fault_of(system, json!({"fault": "clear"}));
    }
    // She is in PingOne alone, which can't be asked: that isn't "nobody".
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "asmith2\n").unwrap();
    let ran = world.run(&["bulk", "plan", list.to_str().unwrap()]);
    assert!(!ran.out.contains("not_found") && ran.out.contains("whether this is anybody isn't known"), "{ran:?}");
    assert!(!ran.err.contains("to run it"), "{ran:?}");
}
