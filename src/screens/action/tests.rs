use std::collections::HashSet;

use super::{Action, TABLE};

#[test]
fn each_action_has_one_row_and_no_name_stands_for_two() {
    assert!(Action::all().all(|action| action.spec().action == action));
    let mut names = HashSet::new();
    for spec in TABLE {
        assert!([spec.name].iter().chain(spec.aliases).all(|name| names.insert(*name)), "{}", spec.name);
    }
}
