//! Lists and runs on the screen.

use crossterm::event::KeyCode;
use unbolt::bulk::plan::Verdict;
use unbolt::bulk::runs::{RunStatus, RunSummary};
use unbolt::screens::{Message, line_mode};
use unbolt::widgets::Appearance;

use crate::support::World;
use crate::support::headless_app::Desk;

#[test]
fn a_line_is_edited_and_somebody_near_is_offered_and_never_taken() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.take(Message::Paste("adda\nada\ngrac\nada\n".to_owned()));
    desk.plan();
    desk.sees("not found");
    assert_eq!(desk.state.lists.meant(), 1, "a near name is offered, and never taken: {}", desk.screen());
    let rows = &desk.state.lists.rows;
    let near = rows.iter().find(|one| one.row.input.as_data() == "grac").unwrap();
    assert!(near.row.candidates.iter().any(|one| one.label.as_data().contains("Grace Hopper")), "{near:?}");
    // Line 2 says something else: line 4, which was the same, is looked up for itself.
    let at = rows.iter().position(|one| one.row.line == 2).unwrap();
    desk.state.lists.list.select(at);
    desk.press("e");
    desk.sees("Edit the line");
    for _ in 0..3 {
        desk.key(KeyCode::Backspace);
    }
    desk.press("linus");
    desk.key(KeyCode::Enter);
    desk.plan();
    let unlocks: Vec<(u64, String)> = desk
        .state
        .lists
        .rows
        .iter()
        .filter(|one| one.row.verdict == Verdict::Unlock)
        .map(|one| (one.row.line, one.row.account.as_ref().unwrap().username.as_data().to_owned()))
        .collect();
    assert!(unlocks.contains(&(2, "linus".to_owned())) && unlocks.contains(&(4, "ada".to_owned())), "{unlocks:?}");
}

/// Gives the row with that text in the list another one.
fn edit(desk: &mut Desk, input: &str, text: &str) {
    let rows = &desk.state.lists.rows;
    let at = rows.iter().position(|one| one.row.input.as_data() == input).unwrap_or_else(|| panic!("{rows:?}"));
    desk.state.lists.list.select(at);
    desk.press("e");
    for _ in 0..input.len() {
        desk.key(KeyCode::Backspace);
    }
    desk.press(text);
    desk.key(KeyCode::Enter);
    desk.plan();
}

#[test]
fn what_joins_a_list_is_numbered_behind_it_and_an_edit_takes_one_line_alone() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    for text in ["ada\nnobody\n", "user,ticket\ngrace,INC-2\n", "linus\n"] {
        desk.take(Message::Paste(text.to_owned()));
        desk.plan();
    }
    let lines = |desk: &Desk| {
        let rows = desk.state.lists.rows.iter().filter(|one| one.row.verdict == Verdict::Unlock);
        let mut lines: Vec<(u64, String)> =
            rows.map(|one| (one.row.line, one.row.input.as_data().to_owned())).collect();
        lines.dedup();
        lines.sort_unstable();
        lines.dedup();
        lines
    };
    let named = |names: [(u64, &str); 3]| names.map(|(line, name)| (line, name.to_owned())).to_vec();
    assert_eq!(lines(&desk), named([(1, "ada"), (4, "grace"), (5, "linus")]));
    edit(&mut desk, "linus", "katherine");
    assert_eq!(lines(&desk), named([(1, "ada"), (4, "grace"), (5, "katherine")]), "nobody else left the list");
}

#[test]
fn runs_that_cannot_be_read_are_told_and_those_that_were_read_before_stay() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.key(KeyCode::Esc);
    desk.press("3");
    desk.verify();
    let mut take = |read: Result<Vec<RunSummary>, &str>| {
        desk.take(Message::Runs(read.map_err(str::to_owned)));
        let appearance = Appearance::new(true, false);
        (desk.screen(), line_mode::lines(&desk.state, &appearance).join("\n"))
    };
    let says = "the runs can't be read: no ledger here";
    let (screen, lines) = take(Err("no ledger here"));
    assert!(screen.contains(says) && lines.contains(says), "{screen}\n{lines}");
    let run = RunSummary {
        id: "01a21a41-0000-7000-8000-000000000001".parse().unwrap(),
        at: jiff::Timestamp::UNIX_EPOCH,
        operator: "omar".into(),
        ticket: None,
        meant: 2,
        done: 1,
        opened: 1,
        failed: 0,
        status: RunStatus::Left,
    };
    let (screen, lines) = take(Ok(vec![run]));
    assert!(screen.contains("omar") && !screen.contains(says) && !lines.contains(says), "{screen}\n{lines}");
    let (screen, lines) = take(Err("no ledger here"));
    assert!(screen.contains("omar") && screen.contains(says), "{screen}");
    assert!(lines.contains("by omar") && lines.contains(says), "{lines}");
}

#[test]
fn an_edited_line_is_looked_up_where_it_was_meant() {
    let world = World::whole();
    let mut desk = Desk::new(&world);
    desk.take(Message::Paste("user,provider\nada,pingone\nlinus,pingone\n".to_owned()));
    desk.plan();
    edit(&mut desk, "linus", "katherine");
    let of_line: Vec<&str> =
        desk.state.lists.rows.iter().filter(|one| one.row.line == 3).map(|one| one.row.provider_name()).collect();
    assert_eq!(of_line, ["pingone"], "{}", desk.screen());
}

#[test]
fn an_edit_takes_one_recipient_of_a_line_alone() {
    let world = World::only("pingone");
    let mut desk = Desk::new(&world);
    desk.take(Message::Paste("ada@acme.test; grace@acme.test; linus@acme.test\nada\n".to_owned()));
    desk.plan();
    let named = |desk: &Desk| {
        let mut names: Vec<String> =
            desk.state.lists.rows.iter().map(|one| one.row.input.as_data().to_owned()).collect();
        names.sort_unstable();
        names
    };
    edit(&mut desk, "grace@acme.test", "katherine");
    assert_eq!(named(&desk), ["ada", "ada@acme.test", "katherine", "linus@acme.test"], "{}", desk.screen());
}

#[test]
fn the_selected_row_is_drawn_whatever_stands_above_the_list() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    let names: Vec<String> = (0..60).map(|n| format!("nobody{n}\n")).collect();
    desk.take(Message::Paste(names.concat()));
    desk.plan();
    for _ in 0..desk.state.lists.list.page - 1 {
        desk.key(KeyCode::Down);
    }
    let marker = |desk: &Desk| desk.screen().lines().any(|line| line.contains('▌'));
    assert!(marker(&desk), "{}", desk.screen());
    // The field of the filter takes a line from the list.
    desk.press("/");
    assert!(marker(&desk), "{}", desk.screen());
    for _ in 0..3 {
        desk.key(KeyCode::Down);
        assert!(marker(&desk), "{}", desk.screen());
    }
}
