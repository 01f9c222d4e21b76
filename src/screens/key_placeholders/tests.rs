use super::fill;

#[test]
fn actions_become_keys_and_anything_else_stays() {
    let hint = |action: crate::screens::Action| action.name().to_uppercase();
    assert_eq!(fill("{key:unlock} again, {key:nothing} or {key:", hint), "UNLOCK again, {key:nothing} or {key:");
}
