//! The wire against recorded bodies: the vendor's own examples, and the bytes that go out.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::support::Ran;
use crate::support::stub_server::{Canned, run_with};

const ENVIRONMENT: &str = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";
const USER: &str = "f0a13f5d-3314-49c8-aede-86a059461728";
/// The 200 answer of User Account Unlock, as the vendor's page shows it (both spellings of the page agree).
const UNLOCKED: &str = include_str!("recorded/pingone_user_account_unlock_200.json");

/// Answers by method and the end of the path.
type Table<'a> = Vec<(&'a str, &'a str, u16, String)>;

/// A server that answers from a table.
fn recorded(table: Table<'_>) -> Canned {
    let owned =
        |(method, end, status, body): (&str, &str, u16, String)| (method.to_owned(), end.to_owned(), status, body);
    let table: Vec<_> = table.into_iter().map(owned).collect();
    Canned::new(move |request| {
        let (method, target) = request.line();
        let path = target.split('?').next().unwrap();
        let found = table.iter().find(|(wanted, end, ..)| wanted == method && path.ends_with(end.as_str()));
        let (status, body) = found.map_or((404, "{}".to_owned()), |(.., status, body)| (*status, body.clone()));
        (status, "Content-Type: application/json\r\nCorrelation-Id: corr-1\r\n", body)
    })
}

/// The program with that server for PingOne.
fn pingone(server: &Canned, arguments: &[&str]) -> Ran {
    let config = format!(
        "[[provider]]\nname = \"pingone\"\nkind = \"pingone\"\nenvironment_id = \"{ENVIRONMENT}\"\nclient_id = \"id\"\n\
         client_secret = {{ env = \"SECRET\" }}\nbase_url = \"{0}\"\nauth_url = \"{0}\"\ntotal_timeout = \"5s\"\n",
        server.url
    );
    run_with(&config, "planted", arguments)
}

fn token() -> (&'static str, &'static str, u16, String) {
    (
        "POST",
        "/as/token",
        200,
        json!({"access_token": "eyJ.planted-token.x", "token_type": "Bearer", "expires_in": 3600}).to_string(),
    )
}

/// The vendor's example, locked, as it would have read before.
fn locked_user() -> String {
    let mut user: serde_json::Value = serde_json::from_str(UNLOCKED).unwrap();
    user["account"] = json!({"canAuthenticate": false, "status": "LOCKED", "lockedAt": "2022-09-15T15:48:59.000Z"});
    user.to_string()
}

#[test]
fn the_vendors_example_is_read_as_it_stands() {
    let users =
        json!({"_embedded": {"users": [serde_json::from_str::<serde_json::Value>(UNLOCKED).unwrap()]}, "count": 1})
            .to_string();
    let password =
        json!({"status": "OK", "lastChangedAt": "2022-09-15T15:49:29.368Z", "passwordPolicy": {"id": "p"}}).to_string();
    let server = recorded(vec![
        token(),
        ("GET", "/users", 200, users),
        ("GET", USER, 200, UNLOCKED.to_owned()),
        ("GET", "/password", 200, password),
        ("GET", "/activities", 403, json!({"id": "c", "code": "ACCESS_FAILED", "message": "no"}).to_string()),
    ]);
    let account = &pingone(&server, &["find", "CustomResource_user_1663256931", "--json"]).json()[0]["accounts"][0];
    assert_eq!(account["id"], USER);
    assert_eq!(account["username"], "CustomResource_user_1663256931");
    assert_eq!(account["email"], "do-not-send@example.com");
    assert_eq!(account["name"], "Test CustomResourceUser");
    assert_eq!(account["enabled"], true);
    assert_eq!(account["lock"]["state"], "open");
    assert_eq!(account["facts"]["Verify status"], "NOT_INITIATED");
    assert_eq!(account["password"]["changed"], "2022-09-15T15:49:29.368Z");
    assert_eq!(account["bad_logins"]["qualifier"], "not_reported", "the audit was refused: no number is made up");
}

#[test]
fn the_unlock_request_is_the_vendors_to_the_byte() {
    let users = json!({"_embedded": {"users": [serde_json::from_str::<serde_json::Value>(&locked_user()).unwrap()]}})
        .to_string();
    let server = recorded(vec![
        token(),
        ("GET", "/users", 200, users),
        ("GET", USER, 200, locked_user()),
        ("GET", "/password", 200, json!({"status": "OK"}).to_string()),
        ("GET", "/activities", 200, json!({"_embedded": {"activities": []}}).to_string()),
        ("POST", USER, 200, UNLOCKED.to_owned()),
    ]);
    let ran = pingone(&server, &["unlock", "do-not-send@example.com", "--yes", "--json", "--wait", "1"]);
    let result = &ran.json()[0];
    assert_eq!(result["outcome"], "still_locked", "the recorded read still says LOCKED, whatever the 200 said");
    assert_eq!(ran.code, 1);
    let accepted = result["steps"].as_array().unwrap().iter().find(|step| step["state"] == "accepted").unwrap();
    assert_eq!(accepted["detail"], "200 OK, account.status OK");
    let posts = server.heads("POST /v1/");
    assert_eq!(posts.len(), 1);
    let lines: Vec<String> = posts[0].lines().map(str::to_lowercase).collect();
    assert_eq!(lines[0], format!("post /v1/environments/{ENVIRONMENT}/users/{USER} http/1.1"));
    let of = |name: &str| lines.iter().filter(|line| line.starts_with(&format!("{name}: "))).count();
    assert_eq!((of("content-type"), of("content-length"), of("authorization"), of("transfer-encoding")), (1, 1, 1, 0));
    assert!(lines.contains(&"content-type: application/vnd.pingidentity.account.unlock+json".to_owned()));
    assert!(lines.contains(&"content-length: 0".to_owned()));
    for secret in ["planted-token", "planted"] {
        assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{secret} was told");
    }
}

#[test]
fn the_passwords_unlock_falls_back_to_the_other_media_type_once() {
    let open: serde_json::Value = serde_json::from_str(UNLOCKED).unwrap();
    let users = json!({"_embedded": {"users": [open]}}).to_string();
    let server = recorded(vec![
        token(),
        ("GET", "/users", 200, users),
        ("GET", USER, 200, UNLOCKED.to_owned()),
        ("GET", "/password", 200, json!({"status": "PASSWORD_LOCKED_OUT"}).to_string()),
        ("GET", "/activities", 200, "{}".to_owned()),
        ("POST", "/password", 415, json!({"code": "INVALID_REQUEST", "message": "no"}).to_string()),
    ]);
    let ran = pingone(&server, &["unlock", USER, "--yes", "--json", "--wait", "1"]);
    assert_eq!(ran.json()[0]["outcome"], "failed");
    assert_eq!(ran.json()[0]["problem"]["code"], "media_type");
    assert_eq!(ran.json()[0]["problem"]["correlation_id"], "corr-1");
    let types: Vec<String> = server
        .heads("POST /v1/")
        .iter()
        .filter_map(|head| {
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-type: ").map(str::to_owned))
        })
        .collect();
    assert_eq!(
        types,
        ["application/vnd.pingidentity.password.unlock+json", "application/vnd.pingidentity.password.unlock"]
    );
}

#[test]
fn a_401_about_rights_is_not_answered_with_a_new_token() {
    let body = json!({"code": "ACCESS_FAILED", "message": "no", "details": [{"code": "INSUFFICIENT_PERMISSIONS"}]})
        .to_string();
    let server = recorded(vec![token(), ("GET", "/users", 401, body)]);
    let ran = pingone(&server, &["find", "x"]);
    assert_eq!(ran.code, 1);
    assert_eq!(server.heads("/as/token").len(), 1);
    assert_eq!(server.heads("").len(), 2, "asked once, and not again");
}

#[test]
fn an_id_that_is_no_id_never_becomes_part_of_an_address() {
    let users = json!({"_embedded": {"users": [{"id": "../../admin?x=1", "username": "x"}]}}).to_string();
    let server = recorded(vec![token(), ("GET", "/users", 200, users)]);
    let ran = pingone(&server, &["find", "x", "--json"]);
    assert_eq!(ran.json()[0]["accounts"][0]["problem"]["code"], "bad_id", "{ran:?}");
    assert!(server.heads("admin").is_empty());
}

/// The Adaxes page's own request and answer.
#[test]
fn the_adaxes_request_is_the_vendors_and_its_example_answer_is_understood() {
    let guid = "7a4267ce-d354-44e7-8bd6-c681f1284a41";
    let dn = "CN=John Smith,CN=Users,DC=example,DC=com";
    let object = |locked: bool| {
        json!({
            "accountStatus": {"isDisabled": false, "isLocked": locked, "expirationDate": null},
            "passwordStatus": {"whenChanged": "2020-07-14T16:27:49.5590448Z", "expirationStatus": 0, "expirationDate": null},
            "guid": guid, "dn": dn, "displayName": "John Smith", "objectType": "user", "objectTypeCode": 2,
            "properties": {"samaccountname": ["jsmith"], "badpwdcount": ["3"], "lockoutTime": ["133500000000000000"]},
        })
        .to_string()
    };
    let answer = r#"{"resultType": 0, "innerMessages": [], "exception": null,
        "actualObjectDN": "CN=John Smith,CN=Users,DC=example,DC=com", "extraInfo": {}}"#;
    let server = recorded(vec![
        ("GET", "/api/directoryObjects", 200, object(true)),
        ("POST", "/account/unlock", 200, answer.to_owned()),
    ]);
    let text = format!(
        "[[provider]]\nname = \"ad\"\nkind = \"adaxes\"\nbase_url = \"{}/restApi/\"\ntoken = {{ env = \"SECRET\" }}\ntotal_timeout = \"5s\"\n",
        server.url
    );
    let run = |arguments: &[&str]| run_with(&text, "planted", arguments);
    let found = run(&["find", guid, "--json"]).json();
    let account = &found[0]["accounts"][0];
    assert_eq!((account["username"].as_str(), account["bad_logins"]["count"].as_u64()), (Some("jsmith"), Some(3)));
    assert!(account["lock"]["since"].as_str().unwrap().starts_with("2024-01-"), "{account}");
    let ran = run(&["unlock", guid, "--yes", "--json", "--wait", "1"]);
    assert_eq!(ran.json()[0]["outcome"], "still_locked", "the recorded object still says so, whatever the result said");
    let post = server.heads("POST /restApi/api/directoryObjects/account/unlock")[0].to_lowercase();
    assert!(post.contains("adm-authorization: planted") && post.contains("content-type: application/json"));
    assert!(!post.contains("bearer"));
}

/// JumpCloud's documented shapes: a user with the keys of the vendor's table, the text `OK`, a policy.
#[test]
fn the_jumpcloud_answers_are_understood_as_documented() {
    let id = "5f3c1a2b4d5e6f7a8b9c0d1e";
    let since = Timestamp::now() - SignedDuration::from_mins(2);
    let user = json!({
        "_id": id, "username": "ada", "email": "ada@acme.test", "account_locked": true,
        "account_locked_date": since.to_string(), "badLoginAttempts": 6, "suspended": false, "state": "ACTIVATED",
        "activated": true, "password_expired": true, "totp_enabled": false, "someday": {"new": true},
        "attributes": [{"name": "badge", "value": "b-77"}], "admin": null,
    })
    .to_string();
    let policy = json!({"settings": {"passwordPolicy": {
        "enableMaxLoginAttempts": true, "maxLoginAttempts": 6, "enableLockoutTimeInSeconds": true, "lockoutTimeInSeconds": 600,
    }}});
    let server = recorded(vec![
        ("POST", "/api/search/systemusers", 200, format!("{{\"totalCount\": 1, \"results\": [{user}]}}")),
        ("GET", &format!("/api/systemusers/{id}"), 200, user.clone()),
        (
            "GET",
            "/api/organizations",
            200,
            json!({"results": [{"_id": "aaaaaaaaaaaaaaaaaaaaaaaa"}], "totalCount": 1}).to_string(),
        ),
        ("GET", "/api/organizations/aaaaaaaaaaaaaaaaaaaaaaaa", 200, policy.to_string()),
        ("POST", "/unlock", 200, "OK".to_owned()),
    ]);
    let text = format!(
        "[[provider]]\nname = \"jc\"\nkind = \"jumpcloud\"\napi_key = {{ env = \"SECRET\" }}\nbase_url = \"{0}\"\n\
         insights_url = \"{0}\"\ntotal_timeout = \"5s\"\n",
        server.url
    );
    let run = |arguments: &[&str]| run_with(&text, "planted", arguments);
    let found = run(&["find", "ada", "--json"]).json();
    let account = &found[0]["accounts"][0];
    assert_eq!(
        (account["lock"]["state"].as_str(), account["lock"]["cause"].as_str()),
        (Some("locked"), Some("bad_passwords"))
    );
    assert_eq!(account["lock"]["until"], (since + SignedDuration::from_mins(10)).to_string());
    assert_eq!(account["facts"]["someday"], "{\"new\":true}", "an unknown key is kept");
    assert_eq!(account["facts"]["Sudo"], "not reported", "a missing one is not made up");
    let ran = run(&["unlock", "ada", "--yes", "--json", "--wait", "1"]);
    assert_eq!(ran.json()[0]["outcome"], "still_locked", "the recorded user still says so, whatever OK meant: {ran:?}");
    let posts: Vec<String> = server.heads("/unlock").iter().map(|head| head.to_lowercase()).collect();
    assert_eq!(posts.len(), 1);
    assert!(
        posts[0].starts_with(&format!("post /api/systemusers/{id}/unlock ")) && posts[0].contains("content-length: 0")
    );
    assert!(posts[0].contains("x-api-key: planted") && !posts[0].contains("x-org-id"));
}
