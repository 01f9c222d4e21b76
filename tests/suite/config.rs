//! The configuration: the example is the defaults, and every mistake gets its line.

use std::path::Path;

use unbolt::config::{Config, parse};
use unbolt::provider::Settings;

const VALID: &str = r#"
[[provider]]
name = "pingone"
kind = "pingone"
environment_id = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6"
client_id = "c"
client_secret = { env = "S" }
"#;

fn example() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml")).unwrap()
}

#[test]
fn the_example_is_the_defaults() {
    let mut parsed = parse(&example()).unwrap();
    let providers = std::mem::take(&mut parsed.providers);
    assert_eq!(format!("{parsed:?}"), format!("{:?}", Config::default()));
    for provider in &providers {
        assert_eq!(provider.http, unbolt::settings::HttpSettings::default(), "{}", provider.name);
        let Settings::PingOne(written) = &provider.backend else { continue };
        let bare = parse(VALID).unwrap();
        let Settings::PingOne(default) = &bare.providers[0].backend else { panic!() };
        let mut same = default.clone();
        same.environment_id.clone_from(&written.environment_id);
        same.client_id.clone_from(&written.client_id);
        same.client_secret = written.client_secret.clone();
        assert_eq!(*written, same);
    }
    let shown: Vec<&str> = providers.iter().map(|provider| provider.kind().word()).collect();
    // The example of a backend is in no release.
    let words = unbolt::provider::SPECS.iter().map(|spec| spec.kind.word).filter(|word| *word != "example");
    assert!(
        words.clone().eq(shown.iter().copied()),
        "config.example.toml shows {shown:?}, not {:?}",
        words.collect::<Vec<_>>()
    );
}

#[test]
fn an_mdm_server_with_the_wrong_settings_is_told_so() {
    let base =
        "[[provider]]\nname = \"m\"\nkind = \"apple_mdm\"\nbase_url = \"https://m\"\napi_key = { env = \"K\" }\n";
    let cases = [
        ("server = \"fleet\"", ""),
        ("server = \"kandji\"", ""),
        ("server = \"jamf\"\nclient_id = \"c\"", ""),
        ("server = \"jamf\"", "client_id"),
        ("server = \"fleet\"\nclient_id = \"c\"", "client_id"),
        ("server = \"nanomdm\"", "needs a map"),
        ("server = \"mosyle\"", "line 6, column 10: unknown variant `mosyle`"),
        ("server = \"fleet\"\nwebhook_hmac_key = { env = \"H\" }", "needs no webhook"),
        ("server = \"micromdm\"\nmap = \"m\"\nwebhook_hmac_key = { env = \"H\" }", "doesn't sign"),
        (
            "server = \"nanomdm\"\nmap = \"m\"\nwebhook_hmac_key = { env = \"H\" }\nwebhook_path_secret = { env = \"P\" }",
            "either",
        ),
        ("server = \"nanomdm\"\nmap = \"m\"\nwebhook_hmac_key = { env = \"H\" }", "names no address"),
        ("server = \"fleet\"\napi = \"v3\"", "v3"),
        ("server = \"fleet\"\ncheck_user_list = true", ""),
        ("server = \"jamf\"\nclient_id = \"c\"\ncheck_user_list = true", "leave check_user_list off"),
        ("server = \"iru\"\ncheck_user_list = true", "leave check_user_list off"),
    ];
    for (lines, words) in cases {
        match parse(&format!("{base}{lines}\n")) {
            Ok(_) => assert_eq!(words, "", "{lines}"),
            Err(said) => assert!(!words.is_empty() && said.to_string().contains(words), "{lines}: {said}"),
        }
    }
}

#[test]
fn every_commented_setting_of_the_example_is_valid_too() {
    let text: String = example()
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting)
                if setting.split(" = ").next().is_some_and(|key| key.len() < setting.len() && !key.contains(' ')) =>
            {
                format!("{setting}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
}

#[test]
fn a_mistake_is_named_with_its_line_and_the_nearest_valid_word() {
    let cases: [(&str, &str, &[&str]); 11] = [
        ("region = \"com\"", "regoin = \"eu\"", &["line 8", "regoin", "region"]),
        ("", "max_paralel = 3", &["line 8", "max_paralel", "max_parallel"]),
        ("", "total_timeout = \"soon\"", &["line 8", "soon", "30s"]),
        ("", "region = \"mars\"", &["mars", "asia"]),
        ("kind = \"pingone\"", "kind = \"pingon\"", &["line 4", "pingon", "pingone"]),
        ("name = \"pingone\"", "name = \"Ping One\"", &["line 3", "Ping One"]),
        ("environment_id = \"abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6\"", "environment_id = \"prod\"", &["prod", "UUID"]),
        (
            "client_secret = { env = \"S\" }",
            "client_secret = \"hunter2\"",
            &["line 7", "may not stand in the configuration"],
        ),
        (
            "client_secret = { env = \"S\" }",
            "client_secret = { env = \"S\", file = \"/x\" }",
            &["line 7", "exactly one"],
        ),
        ("client_secret = { env = \"S\" }", "", &["client_secret"]),
        ("", "[screan]\nascii = true", &["line 8", "screan", "screen"]),
    ];
    for (from, to, words) in cases {
        let text =
            if from.is_empty() || !VALID.contains(from) { format!("{VALID}{to}\n") } else { VALID.replace(from, to) };
        let said = parse(&text).unwrap_err().to_string();
        for word in words {
            assert!(said.contains(word), "{to}: `{said}` lacks `{word}`");
        }
        assert!(!said.contains("hunter2"), "a secret came back: {said}");
    }
}

#[test]
fn two_providers_of_one_name_are_refused() {
    let said = parse(&format!("{VALID}{VALID}")).unwrap_err().to_string();
    assert!(said.contains("two providers are named `pingone`"), "{said}");
}

#[test]
fn the_base_url_serves_both_spellings_of_the_vendors_pages() {
    let cases = [
        ("region = \"com\"", "https://api.pingone.com/v1"),
        ("region = \"AU\"", "https://api.pingone.com.au/v1"),
        ("base_url = \"https://api.pingone.eu\"", "https://api.pingone.eu/v1"),
        ("base_url = \"https://api.pingone.eu/v1\"", "https://api.pingone.eu/v1"),
        ("base_url = \"https://api.pingone.eu/v1/\"", "https://api.pingone.eu/v1"),
        ("base_url = \"https://gw.corp/pingone\"", "https://gw.corp/pingone/v1"),
        ("base_url = \"https://x.test/\"\nbase_path = \"\"", "https://x.test"),
    ];
    for (line, expected) in cases {
        let config = parse(&format!("{VALID}{line}\n")).unwrap();
        let Settings::PingOne(settings) = &config.providers[0].backend else { panic!() };
        assert_eq!(settings.api(), expected, "{line}");
    }
}

#[test]
fn the_token_endpoint_knows_regions_custom_domains_and_a_separate_environment() {
    let other = "11111111-2222-3333-4444-555555555555";
    let own = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";
    let mut cases: Vec<(String, String)> = ["com", "ca", "eu", "com.au", "sg", "asia"]
        .into_iter()
        .map(|region| (format!("region = \"{region}\""), format!("https://auth.pingone.{region}/{own}/as/token")))
        .collect();
    cases.push((format!("auth_environment_id = \"{other}\""), format!("https://auth.pingone.com/{other}/as/token")));
    cases.push(("custom_domain = \"login.acme.test\"".into(), "https://login.acme.test/as/token".into()));
    cases.push(("auth_url = \"http://127.0.0.1:1/\"".into(), format!("http://127.0.0.1:1/{own}/as/token")));
    for (line, expected) in cases {
        let config = parse(&format!("{VALID}{line}\n")).unwrap();
        let Settings::PingOne(settings) = &config.providers[0].backend else { panic!() };
        assert_eq!(settings.token_endpoint(), expected, "{line}");
    }
}

mod secrets {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use unbolt::settings::{SecretRef, secret_store};

    fn resolve(reference: &SecretRef) -> Result<String, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime
            .block_on(secret_store::fetch(reference))
            .map(|secret| secret.expose().to_owned())
            .map_err(|problem| problem.line())
    }

    #[test]
    fn a_private_file_gives_its_first_line_end_away() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("s");
        std::fs::write(&path, "s3cret \n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(resolve(&SecretRef::File(path)).unwrap(), "s3cret ");
    }

    #[test]
    fn a_file_that_others_can_read_or_a_link_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let (path, link) = (place.path().join("s"), place.path().join("l"));
        std::fs::write(&path, "s3cret\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let said = resolve(&SecretRef::File(path.clone())).unwrap_err();
        assert!(said.contains("640") && said.contains("chmod 600") && !said.contains("s3cret"), "{said}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&path, &link).unwrap();
        assert!(resolve(&SecretRef::File(link)).unwrap_err().contains("symbolic link"));
    }

    #[test]
    fn a_command_runs_without_a_shell() {
        let argv = |words: &[&str]| SecretRef::Command(words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(resolve(&argv(&["printf", "%s", "$HOME;x"])).unwrap(), "$HOME;x");
        assert!(resolve(&argv(&["false"])).unwrap_err().contains("exit status: 1"));
        assert!(resolve(&argv(&["/no/such/program"])).unwrap_err().contains("No such file"));
        assert!(resolve(&argv(&["true"])).unwrap_err().contains("empty"));
    }
}
