//! Several processes on one account make one request.

use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use unbolt::domain::{AccountKey, Cause, Outcome, ProviderName};
use unbolt::flow::unlock::{ConfirmedUnlock, Timeouts, UnlockFlow};
use unbolt::flow::{EngineCall, FlowId, Reply};

use crate::support::bent::{Bend, JSON, between};
use crate::support::headless_app::Desk;
use crate::support::{ADA, World, wait_for};

use super::*;

#[test]
fn twenty_operators_on_one_account_make_one_request_and_all_learn_its_outcome() {
    for (provider, path, who, _) in UNLOCKS {
        let world = World::only(provider);
        let (_server, arrivals) = late(&world, provider, path, Duration::from_millis(600));
        let all: Vec<Child> = (0..20)
            .map(|_| start(&world, &["unlock", who, "--provider", provider, "--yes", "--json", "--wait", "10"]))
            .collect();
        for child in all {
            let ran = ended(child);
            assert_eq!(ran.code, 0, "{provider}: {ran:?}");
        }
        assert_eq!(count(&arrivals), 1, "{provider}");
        assert_eq!(world.run(&["ledger", "verify"]).code, 0);
    }
}

#[test]
fn a_run_and_a_command_on_one_account_make_one_request() {
    let world = World::new();
    let (_server, arrivals) = late(&world, "pingone", "/users/", Duration::from_secs(1));
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "ada\n").unwrap();
    let plan = world.place.path().join("p.plan").display().to_string();
    assert_eq!(world.run(&["bulk", "plan", list.to_str().unwrap(), "-o", &plan]).code, 0);
    let one = start(&world, &["unlock", "ada", "--yes", "--json"]);
    wait_for("the unlock request", || (count(&arrivals) == 1).then_some(()));
    let run = world.run(&["bulk", "run", &plan, "--yes", "--json", "--pause", "0"]);
    assert_eq!(run.json()["rows"][0]["outcome"], "already_open", "{run:?}");
    assert_eq!((ended(one).code, count(&arrivals)), (0, 1));
}

#[test]
fn a_failure_is_learned_by_who_waited_and_nobody_sends_another() {
    let world = World::new();
    let arrivals: Arrivals = Arc::default();
    let seen = Arc::clone(&arrivals);
    let _server = between(&world, "pingone", move |heard| {
        let (method, target) = heard.line();
        if method == "GET" || !target.contains("/users/") {
            return Bend::Pass;
        }
        seen.lock().unwrap().push(Instant::now());
        std::thread::sleep(Duration::from_secs(1));
        let body = json!({"id": "1", "code": "INVALID_REQUEST", "message": "no"}).to_string();
        Bend::Instead((400, JSON, body))
    });
    let one = start(&world, &["unlock", "ada", "--yes", "--json"]);
    wait_for("the unlock request", || (count(&arrivals) == 1).then_some(()));
    let other = world.run(&["unlock", "ada", "--yes", "--json"]);
    assert_eq!((other.code, other.json()[0]["outcome"].as_str()), (1, Some("failed")), "{other:?}");
    assert!(other.err.contains("the unlock that root asked for at"), "{other:?}");
    assert_eq!((ended(one).code, count(&arrivals)), (1, 1));
}

#[test]
fn who_read_before_anothers_unlock_was_carried_out_reads_again() {
    let world = World::new();
    let desk = Desk::new(&world);
    let key = AccountKey { provider: ProviderName::new("pingone").unwrap(), id: ADA.into() };
    let order = ConfirmedUnlock {
        key,
        system: desk.core.providers()[0].info().system.as_str().into(),
        ticket: None,
        verified: None,
        operator: "op".into(),
        confirmed: Cause::BadPasswords,
        in_passing: false,
        typed_id: false,
        opens_unreported: false,
        planned_since: None,
        part: None,
    };
    let (mut flow, mut calls) = UnlockFlow::start(order, Timeouts::with(Duration::from_secs(5)), desk.core.now());
    let mut is_recording = false;
    while let Some(call) = calls.pop() {
        if call.is_record() && !is_recording {
            // It has read the account as locked, and somebody else is done with it before it goes on.
            assert_eq!(world.run(&["unlock", "ada", "--yes"]).code, 0);
        }
        is_recording |= call.is_record();
        let reply = desk.runtime.block_on(desk.core.perform(EngineCall::Unlock(FlowId(0), call)));
        let Reply::Unlock(_, event, _) = reply else { panic!("{reply:?}") };
        calls.extend(flow.handle(desk.core.now(), event));
    }
    assert_eq!(flow.outcome().map(|(outcome, _)| outcome), Some(Outcome::AlreadyOpen), "{:?}", flow.steps());
    assert_eq!(world.unlocks().len(), 1, "one request in all");
}
