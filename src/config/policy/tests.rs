use super::*;

#[test]
fn whatever_is_set_later_never_loosens() {
    let system: PolicySettings = toml::from_str(
        "read_only = true\nticket = \"required\"\nverification = \"require\"\nprotected = [\"svc-*\"]\n\
             own_account = \"type\"\nbulk_max_rows = 100\naccount_a_day = 5\nhours = [\"Mon-Fri 07:00-19:00\"]\n\
             idle_lock = \"5m\"\non_sink_failure = \"refuse\"\nmethods = [\"badge\", \"video\"]",
    )
    .unwrap();
    let user: PolicySettings = toml::from_str(
        "read_only = false\nticket = \"optional\"\nverification = \"off\"\nprotected = []\nown_account = \"allow\"\n\
             bulk_max_rows = 9999\naccount_a_day = 500\nhours = []\nidle_lock = \"9h\"\non_sink_failure = \"queue\"\n\
             methods = [\"video\", \"none\"]",
    )
    .unwrap();
    let alone = strictest(Some(&system), &[]);
    for both in
        [strictest(Some(&system), std::slice::from_ref(&user)), strictest(None, &[user.clone(), system.clone()])]
    {
        assert_eq!(Policy { methods: alone.methods.clone(), ..both.clone() }, alone);
        assert_eq!(both.methods, ["video"]);
    }
    // What the system leaves unsaid is not the user's to loosen either.
    let bare: PolicySettings = toml::from_str("verification = \"require\"\nidle_lock = \"5m\"").unwrap();
    let loose: PolicySettings = toml::from_str(
        "methods = [\"none\", \"badge\"]\nidle_command = [\"true\"]\nown_account = \"allow\"\nbulk_max_rows = 99999",
    )
    .unwrap();
    let both = strictest(Some(&bare), &[loose]);
    assert_eq!(
        (both.methods, both.idle_command, both.own_account),
        (vec!["badge".to_owned()], Vec::new(), OwnAccountRule::Refuse)
    );
    assert_eq!(both.bulk_max_rows, Policy::default().bulk_max_rows);
    assert_eq!(strictest(None, &[]), Policy::default());
}
