//! Every system, every operation, every fault at several moments: five invariants hold, whatever happens.
//!
//! 1. an intent is on disk before each request;
//! 2. each intent has an outcome, or is told as open;
//! 3. no second request without a second intent, nor while the first may be under way;
//! 4. nothing is called open, unlocked, gone or failed for certain that the world holds otherwise;
//! 5. no row is lost, and the exit code is that of the table.

mod cases;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{Ran, World};

use cases::{Case, MOMENTS, SYSTEMS, cases};

/// A request may be under way for so long after it left.
const SETTLES_MS: i64 = 700;
/// How a second request that came before that is told.
const TOO_EARLY: &str = "sent again after";

/// Whether the world holds the account locked: by its story, or by no command carried out on the Mac.
fn is_locked(world: &World, system: usize) -> bool {
    let (provider, _, _, who) = SYSTEMS[system];
    let person = world.person(if provider == "macs" { "ada" } else { who });
    match provider {
        "pingone" => !person["pingone"]["account"].is_null() || !person["pingone"]["password_locked"].is_null(),
        "jumpcloud" => !person["jumpcloud"]["locked_at"].is_null(),
        "adaxes" => !person["adaxes"]["locked_at"].is_null(),
        "ad" => {
            let controllers = person["directory"]["controllers"].as_array().unwrap();
            controllers.iter().any(|one| !one["lockout"]["value"].is_null())
        }
        _ => person["mac"]["locked"].as_array().is_some_and(|locked| !locked.is_empty()),
    }
}

fn ordered(world: &World, case: &Case) {
    let (provider, unlock, read, _) = SYSTEMS[case.system];
    let (what, times, every) = MOMENTS[case.moment];
    let mut order = case.fault.clone();
    order["match"] = json!(if what == "unlock" { unlock } else { read });
    match (provider, what) {
        ("ad", "unlock") => order["method"] = json!("MODIFY"),
        ("ad", _) => order["method"] = json!("SEARCH"),
        ("macs", "unlock") | ("jumpcloud", "read") => {}
        (_, "unlock") => order["method"] = json!("POST"),
        _ => order["method"] = json!("GET"),
    }
    if let Some(times) = times {
        order["times"] = json!(times);
    }
    if let Some(every) = every {
        order["every"] = json!(every);
    }
    world.fault_of(provider, order);
}

/// The requests that would open the account: when they came, and whether they were answered.
fn requests(world: &World, system: usize) -> Vec<(Timestamp, bool, String)> {
    let (provider, unlock, ..) = SYSTEMS[system];
    let all = world.get("/requests");
    let is_it = |one: &&Value| {
        let asks = ["GET", "SEARCH", "BIND"].iter().any(|method| one["method"] == *method);
        one["provider"] == provider && !asks && one["path"].as_str().unwrap().contains(unlock)
    };
    let request = |one: &Value| {
        let status = one["status"].as_u64();
        let at = one["at"].as_str().unwrap().parse().unwrap();
        (at, status.is_some_and(|status| status < 500), one["body"].as_str().unwrap_or_default().to_owned())
    };
    all.as_array().unwrap().iter().filter(is_it).map(request).collect()
}

fn outcome_of(ran: &Ran, operation: &str) -> Option<String> {
    let document: Value = serde_json::from_str(&ran.out).ok()?;
    let row = if operation == "run" { &document["rows"][0] } else { &document[0] };
    row["outcome"].as_str().map(str::to_owned)
}

/// The code of one outcome, by the README's table.
fn code_of(outcome: &str) -> i32 {
    match outcome {
        "unlocked" | "already_open" | "acknowledged" | "left_alone" => 0,
        "unknown" => 4,
        "refused" => 5,
        "accepted" | "pending_approval" => 6,
        _ => 1,
    }
}

/// What happened, or what doesn't hold.
fn holds(case: &Case) -> Result<String, String> {
    let (provider, _, _, who) = SYSTEMS[case.system];
    let world = World::only(provider);
    world.add_to_config("total_timeout = \"500ms\"\nlate_delivery = \"200ms\"");
    world.mac("ada", json!({"script": [], "asleep": false, "push": "ok"}));
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, who).unwrap();
    let plan = world.place.path().join("p.plan").display().to_string();
    let run =
        ["bulk", "run", &plan, "--include", "not_reported", "--count", "1", "--pause", "0", "--wait", "2", "--json"];
    let unlock = ["unlock", who, "--provider", provider, "--yes", "--wait", "2", "--json"];
    if case.operation == "run" {
        world.run(&["bulk", "plan", list.to_str().unwrap(), "--provider", provider, "-o", &plan]);
    }
    ordered(&world, case);
    let ran = world.run(if case.operation == "run" { &run } else { &unlock });
    let told = |what: &str| {
        Err(format!("{provider} {} {} at {:?}: {what}: {ran:?}", case.operation, case.fault, MOMENTS[case.moment]))
    };
    let locked = is_locked(&world, case.system);
    let requests = requests(&world, case.system);
    let shown = world.run(&["ledger", "show", "--json"]).json();
    let intents = shown.as_array().unwrap().iter().filter(|one| !one["intent"].is_null()).count();
    // 1 and 3: each request by an intent of its own; a Mac's command keeps its name when it is sent again.
    let names: BTreeSet<&String> = requests.iter().map(|(_, _, body)| body).collect();
    let sent = if provider == "macs" { names.len() } else { requests.len() };
    // A login that was refused before anything was looked at is repeated with a fresh token.
    let with_token = if case.fault["status"] == 401 { 2 * intents } else { intents };
    if sent > with_token {
        return told(&format!("{sent} requests by {intents} intents"));
    }
    for pair in requests.windows(2) {
        let (first, second) = (&pair[0], &pair[1]);
        let gap = second.0.duration_since(first.0).as_millis();
        let is_in_doubt = !first.1 && provider != "macs";
        if is_in_doubt && gap < i128::from(SETTLES_MS) {
            return told(&format!("{TOO_EARLY} {gap} ms"));
        }
    }
    // 2: nothing is left without a word.
    let known = |one: &Value| one["outcome"].as_str().is_some_and(|word| word != "in_flight");
    if !shown.as_array().unwrap().iter().all(known) || world.run(&["ledger", "verify"]).code != 0 {
        return told(&format!("the ledger: {shown}"));
    }
    // 4: what is said for certain is so.
    let Some(outcome) = outcome_of(&ran, case.operation) else {
        return if ran.code == 0 { told("no outcome, and 0") } else { Ok(String::new()) };
    };
    let is_open = ["unlocked", "already_open", "acknowledged"].contains(&outcome.as_str());
    let is_failed = ["failed", "still_locked"].contains(&outcome.as_str());
    let can_tell = provider != "macs";
    if can_tell && ((is_open && locked) || (is_failed && !locked)) {
        return told(&format!("`{outcome}`, and the world holds it locked: {locked}"));
    }
    // 5: the code, and nothing lost.
    let is_not_begun = outcome == "not_run";
    // Not every question was answered before it: that isn't the whole of what was asked.
    let is_in_part = case.operation == "unlock" && is_open && ran.code == 3 && MOMENTS[case.moment].0 == "read";
    // What was left alone is done only where nothing is locked.
    let is_left = outcome == "left_alone" && ran.code == 1;
    if !is_not_begun && !is_in_part && !is_left && ran.code != code_of(&outcome) {
        return told(&format!("`{outcome}` ends with {}", ran.code));
    }
    if case.operation == "run" {
        world.fault_of(provider, json!({"fault": "clear"}));
        let id: Value = serde_json::from_str(&std::fs::read_to_string(&plan).unwrap()).unwrap();
        let id = id["id"].as_str().or_else(|| id["plan"].as_str()).unwrap().to_owned();
        let resume = ["bulk", "resume", &id, "--retry-failed", "--pause", "0", "--wait", "2", "--json"];
        let mut resumed = world.resume(&resume);
        let mut end = outcome_of(&resumed, "run").unwrap_or_default();
        // What one of several servers never answered to is settled first, and tried again by the next resume.
        if provider == "ad" && outcome == "accepted" && end == "still_locked" {
            resumed = world.resume(&resume);
            end = outcome_of(&resumed, "run").unwrap_or_default();
        }
        let is_done = code_of(&end) == 0 && (!can_tell || !is_locked(&world, case.system));
        // Where a command may be twice, an unknown one is settled by hand.
        if !is_done && !["unknown", "accepted"].contains(&end.as_str()) {
            return told(&format!("a later resume leaves `{end}`: {resumed:?}"));
        }
    }
    Ok(outcome)
}

#[test]
fn five_invariants_hold_in_every_case() {
    let cases = cases();
    assert!(cases.len() >= 500, "{} cases", cases.len());
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let outcomes: Mutex<BTreeMap<String, usize>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some((at, case)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    cases.get(at).map(|case| (at, case))
                } {
                    match holds(case) {
                        Ok(outcome) => *outcomes.lock().unwrap().entry(outcome).or_default() += 1,
                        Err(why) => {
                            failures.lock().unwrap().insert(at, why);
                        }
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    // Among eight at once a server may note the first request late, which makes the gap look shorter: it is measured alone.
    failures.retain(|at, why| {
        let again = if why.contains(TOO_EARLY) { holds(&cases[*at]).err() } else { Some(why.clone()) };
        again.map(|again| *why = again).is_some()
    });
    let shown: Vec<String> = failures.values().take(12).cloned().collect();
    assert!(failures.is_empty(), "{} of {} cases:\n{}", failures.len(), cases.len(), shown.join("\n\n"));
    // Every case came to something, and not to one thing alone.
    let outcomes = outcomes.into_inner().unwrap();
    let of = |word: &str| outcomes.get(word).copied().unwrap_or(0);
    assert!(of("unlocked") > 150 && of("acknowledged") > 50 && of("failed") > 50 && of("unknown") > 3, "{outcomes:?}");
    assert!(of("") < cases.len() / 4, "{outcomes:?}");
}
