//! Bad days: what the control port can make a server do.

use axum::body::Bytes;
use axum::http::Uri;
use serde::Deserialize;
use serde_json::Value;

/// One fault, as `POST /fault` takes it.
#[derive(Clone, Debug, Deserialize)]
pub struct FaultRequest {
    pub provider: String,
    #[serde(flatten)]
    pub fault: Fault,
    /// Only requests whose path and query contain this.
    #[serde(rename = "match")]
    pub path: Option<String>,
    /// Only requests with this method.
    pub method: Option<String>,
    /// How often it happens; always when not given.
    pub times: Option<u32>,
    /// It happens to every so-manieth fitting request.
    pub every: Option<u32>,
    #[serde(skip)]
    seen: u32,
}

/// What a server does wrong.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// Answers with this status and the provider's error envelope, without carrying the request out.
    Status { status: u16, retry_after: Option<String> },
    /// Carries it out, and answers late.
    Latency { ms: u64 },
    /// Carries it out, and closes the connection without an answer.
    Cut,
    /// Closes the connection without carrying it out.
    CutBefore,
    /// Carries it out, and answers with something else.
    Body {
        body: String,
        #[serde(default = "html")]
        content_type: String,
        #[serde(default = "ok")]
        status: u16,
    },
    /// Carries it out, and sends half of the answer.
    Truncate,
    /// Carries it out, and sends an answer that doesn't end.
    Endless,
    /// A cache's mistake: reads answer about `instead` where `id` was asked for; changes are carried out, and
    /// their answer names `instead`.
    AnotherAccount { id: String, instead: String },
    /// A proxy's HTML page of status 404 in place of the answer; the request is carried out where so told.
    HtmlNotFound {
        #[serde(default)]
        carried_out: bool,
    },
    /// Carries it out, and answers `{}`.
    EmptyObject,
    /// Carries it out, and every member of the answer is `null`.
    NullMembers,
    /// Forgets where a list goes on: every page is the first one.
    RepeatPages,
    /// Answers, and closes the connection when the next request comes over it.
    CloseSilently,
    /// Every access token runs out now.
    ExpireTokens,
    /// Forgets the provider's faults.
    Clear,
}

fn html() -> String {
    "text/html".to_owned()
}

fn ok() -> u16 {
    200
}

/// The faults in force.
#[derive(Default)]
pub struct Faults {
    orders: Vec<FaultRequest>,
    /// Raised by `expire_tokens`: tokens of an older age are refused.
    pub token_age: u64,
}

impl Faults {
    pub fn add(&mut self, order: FaultRequest) {
        match order.fault {
            Fault::Clear => self.orders.retain(|other| other.provider != order.provider),
            Fault::ExpireTokens => self.token_age += 1,
            _ => self.orders.push(order),
        }
    }

    /// What happens to this request; a fault that happens a number of times is used up.
    pub fn take(&mut self, provider: &str, method: &str, path: &str) -> Vec<Fault> {
        let mut taken = Vec::new();
        for order in &mut self.orders {
            let fits = order.provider == provider
                && order.path.as_ref().is_none_or(|part| path.contains(part.as_str()))
                && order.method.as_ref().is_none_or(|wanted| wanted == method)
                && order.times != Some(0);
            order.seen += u32::from(fits);
            if fits && order.every.is_none_or(|every| order.seen.is_multiple_of(every)) {
                if let Some(times) = &mut order.times {
                    *times -= 1;
                }
                taken.push(order.fault.clone());
            }
        }
        self.orders.retain(|order| order.times != Some(0));
        taken
    }
}

/// The request as a cache or a forgetful server takes it.
pub fn mistaken(faults: &[Fault], method: &str, uri: &Uri, body: Bytes) -> (Uri, Bytes) {
    let (mut path, mut body) = (uri.to_string(), body);
    for fault in faults {
        match fault {
            Fault::AnotherAccount { id, instead } if method == "GET" => path = path.replace(id, instead),
            Fault::RepeatPages => {
                let kept = path.split_once('?').map(|(path, query)| {
                    let query: Vec<&str> = query.split('&').filter(|part| !part.starts_with("cursor=")).collect();
                    format!("{path}?{}", query.join("&"))
                });
                path = kept.unwrap_or(path);
                if let Ok(Value::Object(mut members)) = serde_json::from_slice::<Value>(&body) {
                    let before = members.len();
                    members.retain(|name, _| !["skip", "cookie", "page"].contains(&name.as_str()));
                    if members.len() < before {
                        body = Value::Object(members).to_string().into();
                    }
                }
            }
            _ => {}
        }
    }
    (path.parse().unwrap_or_else(|_| uri.clone()), body)
}
