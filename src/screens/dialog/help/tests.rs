use super::{Action, GROUPS};

#[test]
fn every_action_stands_in_one_group() {
    for action in Action::all() {
        let groups = GROUPS.iter().filter(|(_, actions)| actions.contains(&action)).count();
        assert_eq!(groups, 1, "put `{}` into one group of GROUPS in src/screens/dialog/help.rs", action.name());
    }
}
