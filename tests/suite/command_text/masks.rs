//! What differs from run to run, covered.

use std::fs;

use serde_json::json;

use crate::frames::steady;
use crate::support::World;

/// What changes from run to run, in as many signs.
pub(super) fn masked(world: &World, text: &str) -> String {
    let place = world.place.path().display().to_string();
    let text = text.replace(&place, &"P".repeat(place.len())).replace("< 1 min", "9 min  ");
    let is_moment =
        |field: &str| field.len() >= 20 && field.starts_with("20") && field.ends_with('Z') && field.contains('T');
    let fields = |line: &str| {
        let fields = line.split('\t').map(|field| if is_moment(field) { "TIME" } else { field });
        fields.collect::<Vec<_>>().join("\t")
    };
    // Ports have four digits or five: what comes behind the first one of `config show` is left out.
    let lines = text.lines().take_while(|line| !line.starts_with("webhook.listen"));
    let mut is_path = false;
    let lines = lines.filter(|line| {
        is_path = line.starts_with("ledger.directory") || (is_path && line.starts_with(' '));
        !is_path
    });
    let text = lines.map(fields).collect::<Vec<_>>().join("\n");
    let text = steady(&without_ids(&text));
    let mut out = String::new();
    let mut rest = text.as_str();
    // Ports and latencies.
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        let is_port = before.ends_with("127.0.0.1:") || before.ends_with("127.9.9.9:");
        let varies = is_port
            || after.starts_with(" ms")
            || after.starts_with(" min")
            || (digits.len() >= 6 && before.ends_with(['.', ' ']));
        out.push_str(before);
        let is_measured = after.starts_with(" ms") || after.starts_with(" s apart");
        out.push_str(&match (is_measured, varies) {
            (true, _) => "9".to_owned(),
            (false, true) => "9".repeat(digits.len().min(5)),
            (false, false) => digits.to_owned(),
        });
        rest = after;
    }
    out + rest
}

/// The ids of plans and runs, which hold the time of their making, whole or shortened.
pub(super) fn without_ids(text: &str) -> String {
    let is_id = |word: &str| {
        let parts: Vec<&str> = word.split('-').collect();
        let fits = |n: usize, part: &&str| {
            part.len() == [8, 4, 4, 4, 12][n.min(4)] && part.chars().all(|c| c.is_ascii_hexdigit())
        };
        word.starts_with("01")
            && (parts.len() == 2 || parts.len() == 5)
            && parts.iter().enumerate().all(|(n, part)| fits(n, part))
    };
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || c == '-' {
            word.push(c);
            continue;
        }
        out.push_str(&if is_id(&word) { word.replace(|c: char| c != '-', "x") } else { std::mem::take(&mut word) });
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

/// A world in which something was done, something failed, and a list was run.
pub(super) fn busy_world() -> World {
    let world = World::whole();
    assert_eq!(world.run(&["unlock", "ada", "--everywhere", "--yes", "--ticket", "INC-4711"]).code, 0);
    let list = world.place.path().join("list.csv");
    let long = "wolfeschlegelsteinhausenbergerdorff.llanfairpwllgwyngyll";
    fs::write(
        &list,
        format!("user,ticket\n{long},INC-1\nnobody,\nyamada.akiko,\nAdam Smith,\n\"bobby\"\"tables\\\",\n"),
    )
    .unwrap();
    let list = list.display().to_string();
    let plan = world.place.path().join("plan.json").display().to_string();
    world.run(&["bulk", "plan", &list, "--provider", "pingone", "-o", &plan]);
    let ran = world.run(&["bulk", "run", &plan, "--yes", "--pause", "0"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    world.fault_of("jumpcloud", json!({"fault": "status", "status": 401}));
    world
}
