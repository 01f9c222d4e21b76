//! Adaxes' operation results.

use serde_json::{Value, json};

use crate::support::bent::{Bend, between, changed, json_reply};

use super::*;

/// A password state of PingOne.
pub(super) fn target_is_password(body: &Value) -> bool {
    body.get("username").is_none()
}

#[test]
fn an_answer_that_is_no_operation_result_is_a_doubt_and_no_failure() {
    for answer in [json!({}), json!({"resultType": null}), json!({"resultType": 3}), json!({"resultType": "odd"})] {
        let world = SYSTEMS[2].world();
        let said = answer.clone();
        let server = between(&world, "adaxes", move |heard| {
            let said = said.clone();
            if heard.line().1.contains("/unlock") {
                Bend::After(Box::new(move |_| json_reply(said)))
            } else {
                Bend::Pass
            }
        });
        let (ran, result) = unlock(&world, "ada", &[]);
        assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("unlocked")), "{answer}: {ran:?}");
        assert_eq!(server.heads("/unlock").len(), 1, "{answer}");
    }
}

#[test]
fn operation_results_are_read_leniently() {
    let cases = [
        (json!({"resultType": 0, "innerMessages": null, "noChanges": null, "exception": null}), "unlocked"),
        (json!({"resultType": "0", "innerMessages": [{"messageType": "Warning", "text": "careful"}]}), "unlocked"),
        (json!({"resultType": 1, "exception": "refused by a rule", "innerMessages": "odd"}), "failed"),
    ];
    for (answer, outcome) in cases {
        let world = SYSTEMS[2].world();
        let said = answer.clone();
        let server = between(&world, "adaxes", move |heard| {
            let said = said.clone();
            let fails = said["resultType"] == 1;
            match heard.line().1 {
                target if !target.contains("/unlock") => Bend::Pass,
                _ if fails => Bend::Instead(json_reply(said)),
                _ => Bend::After(Box::new(move |_| json_reply(said))),
            }
        });
        let (ran, result) = unlock(&world, "ada", &[]);
        assert_eq!(result["outcome"].as_str(), Some(outcome), "{answer}: {ran:?}");
        assert!(!states(&result).contains(&"in_doubt"), "{answer}: {result}");
        assert_eq!(server.heads("/unlock").len(), 1, "{answer}: sent once");
        let words = ["careful", "refused by a rule"];
        assert!(outcome == "unlocked" || words.iter().any(|word| result.to_string().contains(word)), "{result}");
    }
}

#[test]
fn more_that_an_operation_result_tells_is_shown() {
    let world = SYSTEMS[2].world();
    let _server = between(&world, "adaxes", |heard| match heard.line().1 {
        target if target.contains("/unlock") => {
            changed(|body| body["extraInfo"] = json!({"script": "mailed the manager"}))
        }
        _ => Bend::Pass,
    });
    let (_, result) = unlock(&world, "ada", &[]);
    assert!(result["steps"].to_string().contains("mailed the manager"), "{result}");
    let world = SYSTEMS[2].world();
    let body = json!({"message": "The request is invalid.", "code": "badRequest", "modelState": {"directoryObject": ["The id is malformed."]}});
    world.fault_of(
        "adaxes",
        json!({"fault": "body", "status": 400, "body": body.to_string(), "content_type": "application/json", "match": "/unlock"}),
    );
    let (ran, result) = unlock(&world, "ada", &[]);
    assert!(result["problem"]["why"].as_str().unwrap().contains("The id is malformed."), "{ran:?}");
    assert!(!ran.err.contains(".. "), "one stop is enough: {ran:?}");
}
