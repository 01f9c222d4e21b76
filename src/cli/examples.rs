//! What is typed: an example or two for each command, in its help and in the manual.

/// A command by its words, an example of it, and what that does.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("", "unbolt demo", "try it on simulated systems"),
    ("", "unbolt config init", "set it up"),
    ("", "unbolt", "the screen"),
    ("", "unbolt find ada", "a person's accounts"),
    ("", "unbolt unlock ada --everywhere --ticket INC-1", "unlock what is locked"),
    ("demo", "unbolt demo --people 5000", "with many people"),
    ("sim", "unbolt sim --config-out c.toml", "start it, and write a configuration for it"),
    ("sim", "unbolt --config c.toml find ada", "ask it, from another terminal"),
    ("find", "unbolt find ada", "by the start of a name"),
    ("find", "unbolt find ada@acme.test --json", "by an address, for a script"),
    ("find", "unbolt find \"Lovelace, Ada\"", "as an address book shows it"),
    ("unlock", "unbolt unlock ada", "asks, then unlocks and follows"),
    ("unlock", "unbolt unlock ada --provider pingone --yes --ticket INC-1 --json", "in one system, for a script"),
    ("unlock", "unbolt unlock ada --everywhere", "every locked account of the person"),
    ("unlock", "unbolt unlock mallory --provider pingone --confirm ID", "a lock on purpose, by the account's whole id"),
    ("locked", "unbolt locked", "a table"),
    ("locked", "unbolt locked --csv > locked.csv", "for a spreadsheet"),
    ("ledger", "unbolt ledger show --since 2d", "what was done"),
    ("ledger", "unbolt ledger verify", "whether it is whole"),
    ("ledger show", "unbolt ledger show --person ada --since 2d", "one person's, of two days"),
    ("ledger show", "unbolt ledger show --open", "what nobody knows the end of"),
    ("ledger show", "unbolt ledger show --outcome failed --ticket 'INC-*'", "what failed"),
    ("ledger verify", "unbolt ledger verify --against heads.json", "against heads that were kept elsewhere"),
    ("ledger export", "unbolt ledger export --csv > unlocks.csv", "a row for each unlock"),
    ("ledger close", "unbolt ledger close 01a21af4 --reason \"Mac scrapped\"", "settle it by hand"),
    ("ledger resolve", "unbolt ledger resolve", "look again"),
    ("bulk", "unbolt bulk plan outage.csv", "look everybody up"),
    ("bulk", "unbolt bulk run PLAN", "unlock"),
    ("bulk", "unbolt bulk resume last", "go on with a run that was left"),
    ("bulk plan", "unbolt bulk plan outage.csv --provider pingone -o plan.json", "in one system"),
    ("bulk plan", "unbolt bulk plan users.csv --column user=Anmeldename", "where the head line isn't known"),
    ("bulk run", "unbolt bulk run plan.json --count 212 --max 300 --ticket INC-9", "212 rows, confirmed"),
    ("bulk resume", "unbolt bulk resume last --retry-failed", "the failed rows again, too"),
    ("bulk report", "unbolt bulk report last --markdown", "for a ticket"),
    ("bulk runs", "unbolt bulk runs", "the newest first"),
    ("check", "unbolt check", "every system"),
    ("check", "unbolt check --provider pingone --json", "one, for a script"),
    ("config", "unbolt config init", "a first one"),
    ("config", "unbolt config show", "each value in force, and where it is from"),
    ("config init", "unbolt config init", "asks for everything"),
    (
        "config init",
        "unbolt config init --kind jumpcloud --set region=eu --secret env:JC_API_KEY",
        "without a question, for a script",
    ),
    ("config add", "unbolt config add --kind adaxes", "another system, into the same file"),
    ("config example", "unbolt config example > config.toml", "every setting, with its default"),
    (
        "completions",
        "unbolt completions bash > ~/.local/share/bash-completion/completions/unbolt",
        "for the next shell",
    ),
    ("man", "unbolt man | man -l -", "read it"),
    ("man", "unbolt man ~/.local/share/man/man1", "install the pages"),
    ("help", "unbolt help bulk plan", "a command"),
    ("help", "unbolt help lists", "a topic"),
    ("webhook", "unbolt webhook", "until it is interrupted"),
];

/// The examples of a command.
pub fn of(command: &str) -> Vec<(&'static str, &'static str)> {
    EXAMPLES.iter().filter(|row| row.0 == command).map(|row| (row.1, row.2)).collect()
}

/// Variables that are heard, and what they do.
pub const ENVIRONMENT: [(&str, &str); 5] = [
    ("UNBOLT_CONFIG", "names the configuration file"),
    ("UNBOLT_TABLE_KEY", "sets one value: UNBOLT_SCREEN_THEME"),
    ("PINGONE_…, JC_API_KEY …", "the vendors' own variables for secrets"),
    ("NO_COLOR", "no colour"),
    ("TERM, LANG, LC_ALL, COLUMNS, TZ", "as everywhere"),
];

/// Files, and what they hold.
pub const FILES: [(&str, &str); 4] = [
    ("~/.config/unbolt/config.toml", "your configuration"),
    ("/etc/unbolt/config.toml", "the host's configuration"),
    ("/etc/unbolt/policy.toml", "the host's rules"),
    ("~/.local/state/unbolt/ledger", "the ledger, readable by its owner alone"),
];
