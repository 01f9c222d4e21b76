use super::{Action, GROUPS};

#[test]
fn every_action_stands_in_one_group() {
    for action in Action::all() {
        let groups =
            GROUPS.iter().flat_map(|(_, names)| names.split(' ')).filter(|name| *name == action.name()).count();
        assert_eq!(groups, 1, "put `{}` into one group of GROUPS in src/screens/dialog/help.rs", action.name());
    }
    let names = GROUPS.iter().flat_map(|(_, names)| names.split(' ')).count();
    assert_eq!(names, Action::all().count(), "a name in GROUPS is no action's");
}
