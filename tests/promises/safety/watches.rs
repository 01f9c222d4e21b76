//! Promises 32 and 33: what a watch asks, and what a stalled system doesn't hold up.

use std::time::{Duration, Instant};

use serde_json::json;
use unbolt::screens::Message;

use crate::on;
use crate::support::headless_app::Desk;
use crate::support::{World, happens_within};

#[test]
fn p32_a_watch_asks_less_and_less_and_off_screen_once_a_minute() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("w");
    let asked = |world: &World| {
        let requests = world.get("/requests");
        let reads = requests.as_array().unwrap().iter().filter(|one| {
            let path = one["path"].as_str().unwrap().split('?').next().unwrap();
            one["method"] == "GET" && path.ends_with(&world.id("ada"))
        });
        reads.count()
    };
    let mut counts = vec![asked(&world)];
    for _ in 0..4 {
        desk.settle_within(Duration::from_secs(30));
        counts.push(asked(&world));
    }
    let each: Vec<usize> = counts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(each[0] >= 3 && each[0] <= 5, "{each:?}");
    assert!(each.windows(2).all(|pair| pair[1] <= pair[0]), "never more often again: {each:?}");
    assert!(each.iter().sum::<usize>() <= 9, "{each:?}");
    // Off the screen, behind another tab or with another person there, it asks once a minute, and ends after its time.
    let minutes = |desk: &mut Desk| -> Vec<usize> {
        let mut counts = vec![asked(&world)];
        for _ in 0..5 {
            desk.settle_within(Duration::from_secs(60));
            counts.push(asked(&world));
        }
        counts.windows(2).map(|pair| pair[1] - pair[0]).collect()
    };
    desk.settle_within(Duration::from_secs(120));
    assert!(desk.state.watches.is_empty());
    for leaves in ["/linus", "2"] {
        desk.press("1");
        desk.press("/");
        desk.ctrl('u');
        desk.look_at("ada");
        desk.press("w");
        for (width, height) in [(80, 24), (100, 30), (120, 40)] {
            desk.take(Message::Resize(width, height));
            desk.sees("watching pingone");
        }
        match leaves.strip_prefix('/') {
            Some(name) => {
                desk.press("/");
                desk.ctrl('u');
                desk.look_at(name);
            }
            None => desk.press(leaves),
        }
        desk.verify();
        let each = minutes(&mut desk);
        assert!(each.iter().all(|one| *one <= 1) && each.iter().sum::<usize>() >= 2, "{leaves}: {each:?}");
        assert!(each[4] == 0 && desk.state.watches.is_empty(), "{leaves}: {each:?}");
        desk.sees_no("watching pingone");
    }
}

#[test]
fn p32_retry_after_is_kept_and_the_ceiling_too() {
    let world = World::new();
    world.fault(json!({"fault": "status", "status": 429, "retry_after": "1", "match": "/users", "times": 1}));
    let started = Instant::now();
    let ran = world.run(&["find", "ada", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(started.elapsed() >= Duration::from_millis(950), "{:?}", started.elapsed());
    let text = world.config_text().replace("max_per_second = 1000", "max_per_second = 2");
    std::fs::write(world.config_path(), text).unwrap();
    let before = world.get("/requests").as_array().unwrap().len();
    let started = Instant::now();
    assert_eq!(world.run(&["find", "ada"]).code, 0);
    let asked = world.get("/requests").as_array().unwrap().len() - before;
    // Two at once, then two in a second.
    let least = Duration::from_millis(u64::try_from(asked.saturating_sub(3)).unwrap() * 500);
    assert!(asked >= 4 && started.elapsed() >= least, "{asked} requests in {:?}", started.elapsed());
}

#[test]
fn p33_a_stalled_system_freezes_nothing() {
    happens_within(Duration::from_secs(8), || {
        let world = World::whole();
        world.fault_of("adaxes", json!({"fault": "latency", "ms": 10_000}));
        let started = Instant::now();
        let mut terminal = on(&world, (120, 40));
        for letter in ["l", "i", "n", "u", "s"] {
            terminal.keys(letter);
            std::thread::sleep(Duration::from_millis(30));
        }
        terminal.wait_to_see("> linus");
        terminal.keys("\r");
        terminal.wait_to_see("┌ Linus Pauling · ");
        terminal.wait_to_see("jumpcloud");
        let took = started.elapsed();
        terminal.keys("\x03");
        terminal.exit();
        took
    });
}
