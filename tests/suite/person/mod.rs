//! The whole person: accounts joined by evidence, unlocked everywhere in one act, listed when locked.

mod everywhere;
mod linking;

use jiff::Timestamp;
use serde_json::Value;
use unbolt::domain::{Account, AccountKey, Lock, ProviderKind, ProviderName};
use unbolt::provider::pingone;

use crate::support::World;
use crate::support::headless_app::Desk;

fn account(provider: &str, username: &str, email: &str) -> Account {
    let key =
        AccountKey { provider: ProviderName::new(provider).unwrap(), id: format!("{provider}-{username}").into() };
    Account {
        email: (!email.is_empty()).then(|| email.into()),
        enabled: Some(true),
        lock: Lock::Open,
        ..Account::new(key, ProviderKind(&pingone::KIND), username.into(), Timestamp::UNIX_EPOCH)
    }
}

#[test]
fn locked_lists_everybody_who_is_and_says_what_it_cannot_see() {
    let world = World::whole();
    let ran = world.run(&["locked", "--jsonl"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let accounts: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let has =
        |provider: &str, who: &str| accounts.iter().any(|one| one["provider"] == provider && one["username"] == who);
    assert!(has("pingone", "ada") && has("adaxes", "ada") && has("jumpcloud", "grace"));
    assert!(!has("jumpcloud", "ada"));
    assert!(accounts.iter().all(|one| one["lock"]["state"] == "locked"));
    assert!(ran.err.contains("everybody was paged through"), "{ran:?}");
    let joined = world.run(&["locked", "--json"]).json();
    let ada = joined.as_array().unwrap().iter().find(|person| person["name"] == "Ada Lovelace").unwrap();
    assert_eq!(ada["accounts"].as_array().unwrap().len(), 2);
    let csv = world.run(&["locked", "--csv"]);
    assert!(
        csv.out.starts_with("provider,name,username,email,id") && csv.out.contains(",Ada Lovelace,ada,"),
        "{csv:?}"
    );
}

#[test]
fn the_details_show_every_row_under_its_name_grouped_filtered_and_copied() {
    use unbolt::screens::Effect;
    let world = World::only("jumpcloud");
    let mut desk = Desk::sized(&world, 80, 24);
    desk.look_at("grace");
    desk.press("d");
    desk.sees("Account details");
    for words in
        ["Id  ", "locked, bad passwords, since ", "Count  ", "Last bad login          not reported", "more below"]
    {
        desk.sees(words);
    }
    desk.sees_no("Account locked          yes");
    for _ in 0..100 {
        desk.key(crossterm::event::KeyCode::Down);
        if desk.screen().contains("Account locked          yes") {
            break;
        }
    }
    desk.sees("Account locked          yes");
    desk.key(crossterm::event::KeyCode::End);
    let at_end = desk.screen();
    desk.key(crossterm::event::KeyCode::Down);
    assert_eq!(desk.screen(), at_end, "there is no more");
    desk.key(crossterm::event::KeyCode::Up);
    assert_ne!(desk.screen(), at_end, "one key back shows");
    desk.press("employee id");
    desk.sees("Employee identifier     E100002");
    desk.sees_no("Account locked          yes");
    desk.ctrl('y');
    let Some(Effect::Copy(text)) = desk.effects.pop() else { panic!("nothing was copied") };
    assert_eq!(text, "Identity\nEmployee id: E100002\nWork\nEmployee identifier: E100002");
    desk.key(crossterm::event::KeyCode::Esc);
    desk.sees_no("Account details");
}

/// A Mac reports no lock state: that hides neither a lock nor that everything else is open.
#[test]
fn a_person_is_open_where_everybody_who_tells_says_so() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 120, 40);
    desk.look_at("grace");
    let row = |desk: &Desk| desk.screen().lines().find(|line| line.starts_with("│ ▌ Grace")).unwrap().to_owned();
    assert!(row(&desk).contains("● 2 locked"), "{}", row(&desk));
    desk.sees("macs       – not reported");
    desk.press("Uy");
    desk.verify();
    assert!(row(&desk).contains("○ open "), "{}", row(&desk));
}

/// What nobody has asked is not what a system doesn't tell.
#[test]
fn the_sheet_of_a_listed_account_says_what_is_not_read_yet() {
    use unbolt::screens::desk::account_sheet::sheet;
    let told = |account: &Account| -> Vec<String> {
        let facts = sheet(account, &jiff::tz::TimeZone::UTC);
        facts.iter().map(|fact| format!("{}: {}", fact.label.cell(), fact.value.cell())).collect()
    };
    let mut listed = account("pingone", "ada", "");
    listed.lock = Lock::UNREAD;
    let facts = told(&listed);
    for words in ["State: not read yet", "Count: not read yet", "Status: not read yet", "E-mail: not reported"] {
        assert!(facts.iter().any(|fact| fact == words), "{words}: {facts:?}");
    }
    assert!(facts.iter().any(|fact| fact == "Groups: not asked, or not reported"));
    assert!(!facts.iter().any(|fact| fact.starts_with("Covers:")), "{facts:?}");
}

#[test]
fn a_telephone_number_is_found_however_a_display_shows_it() {
    let mut ada = account("pingone", "ada", "");
    ada.phones = vec!["+44 20 7946 0001".into()];
    for text in [
        "+44 20 7946 0001",
        "0044 20 7946 0001",
        "020 7946 0001",
        "(020) 79460001",
        "tel:+442079460001",
        "+44 (0)20 7946-0001",
        "7946",
    ] {
        assert!(ada.fits(text), "{text}");
    }
    for text in ["+49 20 7946 0001", "794", "0001 7946", "00000"] {
        assert!(!ada.fits(text), "{text}");
    }
}

/// Everybody has the organisation's domain: it finds nobody. A name with an `@` in it is a name.
#[test]
fn a_search_fits_names_and_what_stands_before_the_at() {
    let mut ada = account("pingone", "ada", "ada.lovelace@acme.test");
    ada.display_name = Some("Helpdesk @ Berlin".into());
    for text in ["ada", "LOVE", "ada.lovelace@acme", "berlin", "help ada"] {
        assert!(ada.fits(text), "{text}");
    }
    for text in ["acme", "test", "elace", "ada smith"] {
        assert!(!ada.fits(text), "{text}");
    }
}
