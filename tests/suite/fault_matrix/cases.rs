//! The cases: each system, each moment, each fault.

use serde_json::{Value, json};

/// Name, part of an unlock's address, of a read's, and who is locked there.
pub(super) const SYSTEMS: [(&str, &str, &str, &str); 5] = [
    ("pingone", "/users/", "/users", "ada"),
    ("jumpcloud", "/unlock", "systemusers", "grace"),
    ("adaxes", "/account/unlock", "/directoryObjects", "ada"),
    ("macs", "/v1/enqueue", "/version", "ada"),
    // One of three controllers has the bad day.
    ("ad", "DC3 <GUID=", "<GUID=", "manning"),
];

/// Which requests it happens to, and how often.
pub(super) const MOMENTS: [(&str, Option<u32>, Option<u32>); 5] = [
    ("unlock", Some(1), None),
    ("unlock", None, Some(2)),
    ("unlock", None, None),
    ("read", Some(1), None),
    ("read", None, Some(3)),
];

pub(super) fn faults() -> Vec<Value> {
    vec![
        json!({"fault": "status", "status": 401}),
        json!({"fault": "status", "status": 403}),
        json!({"fault": "status", "status": 404}),
        json!({"fault": "status", "status": 429, "retry_after": "0"}),
        json!({"fault": "status", "status": 500}),
        json!({"fault": "status", "status": 503, "retry_after": "0"}),
        json!({"fault": "cut"}),
        json!({"fault": "cut_before"}),
        json!({"fault": "latency", "ms": 800}),
        json!({"fault": "body", "body": "<html>maintenance</html>", "status": 200, "content_type": "text/html"}),
        json!({"fault": "body", "body": "<html>bad gateway</html>", "status": 502, "content_type": "text/html"}),
        json!({"fault": "truncate"}),
        json!({"fault": "html_not_found"}),
        json!({"fault": "html_not_found", "carried_out": true}),
        json!({"fault": "empty_object"}),
        json!({"fault": "null_members"}),
    ]
}

pub(super) struct Case {
    pub(super) system: usize,
    pub(super) operation: &'static str,
    pub(super) fault: Value,
    pub(super) moment: usize,
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for system in 0..SYSTEMS.len() {
        for fault in faults() {
            for moment in 0..MOMENTS.len() {
                for operation in ["unlock", "run"] {
                    cases.push(Case { system, operation, fault: fault.clone(), moment });
                }
            }
        }
    }
    cases
}
