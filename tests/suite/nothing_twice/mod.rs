//! Between processes, clocks and late deliveries: one request for one wish, and everybody learns its outcome.

mod killed;
mod killed_runs;
mod late;
mod side_by_side;

use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::support::bent::{Bend, between};
use crate::support::stub_server::Canned;
use crate::support::{Ran, World, wait_for};

use killed::uuid_of;

/// Each kind with a part of the address of its unlock request, somebody who is locked there, and how a second unlock ends.
const UNLOCKS: [(&str, &str, &str, &str); 4] = [
    ("pingone", "/users/", "ada", "already_open"),
    ("jumpcloud", "/unlock", "grace", "already_open"),
    ("adaxes", "/account/unlock", "ada", "already_open"),
    ("macs", "/v1/enqueue", "ada", "acknowledged"),
];

/// When unlock requests came to the one in between.
type Arrivals = Arc<Mutex<Vec<Instant>>>;

/// Stands between the program and the system, and delivers each unlock request that much later, whoever has gone.
fn late(world: &World, provider: &str, path: &'static str, by: Duration) -> (Canned, Arrivals) {
    let arrivals: Arrivals = Arc::default();
    let seen = Arc::clone(&arrivals);
    let server = between(world, provider, move |heard| {
        let (method, target) = heard.line();
        if method != "GET" && target.contains(path) && !target.contains("search") {
            seen.lock().unwrap().push(Instant::now());
            std::thread::sleep(by);
        }
        Bend::Pass
    });
    (server, arrivals)
}

fn count(arrivals: &Arrivals) -> usize {
    arrivals.lock().unwrap().len()
}

fn start(world: &World, arguments: &[&str]) -> Child {
    world.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn ended(child: Child) -> Ran {
    Ran::from(child.wait_with_output().unwrap())
}

/// Starts an unlock, and ends its process while the request is on its way.
fn left_on_the_way(world: &World, (provider, who): (&str, &str), arrivals: &Arrivals, signal: rustix::process::Signal) {
    let mut child = start(world, &["unlock", who, "--provider", provider, "--yes"]);
    wait_for("the unlock request", || (count(arrivals) == 1).then_some(()));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
    child.wait().unwrap();
}
