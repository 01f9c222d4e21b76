//! One account through Adaxes and through the directory.

use super::*;

#[test]
fn one_account_through_two_doors_is_unlocked_through_one_and_confirmed_by_the_other() {
    let world = world();
    let table =
        world.config_text().split_once("[[provider]]").map(|(_, table)| format!("[[provider]]{table}")).unwrap();
    // The same domain behind another product's name.
    let front = table.replace("name = \"ad\"", "name = \"front\"\nunlock_through = \"ad\"");
    std::fs::write(world.config_path(), format!("{table}\n{front}")).unwrap();
    let found = world.run(&["find", "rfranklin", "--json"]).json();
    let accounts = found[0]["accounts"].as_array().unwrap();
    assert_eq!((found.as_array().unwrap().len(), accounts.len()), (1, 2), "{found}");
    assert_eq!(found[0]["evidence"][0]["rule"], "id");
    let confirming = accounts.iter().find(|account| account["provider"] == "front").unwrap();
    assert!(confirming["may_unlock_reason"].as_str().unwrap().contains("unlocked through ad"), "{confirming}");
    // One is clearly meant, though two are locked.
    let ran = world.run(&["unlock", "rfranklin", "--yes"]);
    assert!(ran.code == 0 && ran.err.contains("front reads open"), "{ran:?}");
    assert_eq!(changes(&world).len(), 3, "each controller once");
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "manning\n").unwrap();
    let planned = world.run(&["bulk", "plan", list.to_str().unwrap(), "--json"]);
    let rows = planned.json()["rows"].as_array().unwrap().clone();
    let verdicts: Vec<&str> = rows.iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == "unlock").count(), 1, "{planned:?}");
    let everywhere = world.run(&["unlock", "manning", "--everywhere", "--yes", "--json"]);
    let outcomes: Vec<String> =
        everywhere.json().as_array().unwrap().iter().map(|one| one["outcome"].to_string()).collect();
    assert!(
        outcomes.contains(&"\"unlocked\"".to_owned()) && outcomes.contains(&"\"left_alone\"".to_owned()),
        "{everywhere:?}"
    );
    // A door that isn't there, or leads nowhere, is told.
    let wrong = world.config_text().replace("unlock_through = \"ad\"", "unlock_through = \"none\"");
    std::fs::write(world.config_path(), wrong).unwrap();
    let ran = world.run(&["find", "rfranklin"]);
    assert!(ran.code == 2 && ran.err.contains("names no provider"), "{ran:?}");
}

#[test]
fn adaxes_count_is_named_by_the_controller_that_says_the_same() {
    let world = world();
    let table =
        world.config_text().split_once("[[provider]]").map(|(_, table)| format!("[[provider]]{table}")).unwrap();
    let front = table.replace("name = \"ad\"", "name = \"front\"\nunlock_through = \"ad\"");
    // The product in front asks one controller only.
    let second = world.url("ad").split(',').nth(1).unwrap().to_owned();
    let urls = table.lines().find(|line| line.starts_with("servers = ")).unwrap().to_owned();
    let front = front.replace(&urls, &format!("servers = [\"{second}\"]"));
    std::fs::write(world.config_path(), format!("{table}\n{front}")).unwrap();
    let found = world.run(&["find", "rfranklin", "--json"]).json();
    let accounts = found[0]["accounts"].as_array().unwrap();
    let front = accounts.iter().find(|account| account["provider"] == "front").unwrap();
    assert!(front["bad_logins"]["scope"].as_str().unwrap().contains("the count of DC2"), "{front}");
}
