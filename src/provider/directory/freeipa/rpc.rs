//! One call of the API, and what its errors mean. An error comes with HTTP 200.

use serde_json::{Value, json};

use crate::domain::{Code, Problem, Untrusted};
use crate::provider::api_spec::{ApiSpec, VendorError};
use crate::provider::http::{Request, Response};

use super::FreeIpa;

/// FreeIPA's API.
pub const SPEC: ApiSpec = ApiSpec {
    system: "FreeIPA",
    request_id_header: "",
    errors: &[
        (400, None, Code::BadRequest, "check the address in `servers`: it has to be the server's own name"),
        (401, None, Code::Login, "check username and password; a locked or expired account can't sign in either"),
    ],
    read_error: |response| VendorError {
        // Its own refusals of a login come without a body.
        is_own: response.header("x-ipa-rejection-reason").is_some()
            || error(response).is_some()
            || response.body.is_empty(),
        words: error(response).map(|(_, words)| words.into()).into_iter().collect(),
        ..VendorError::default()
    },
    next_if_odd: "check that `servers` is a FreeIPA server and that no proxy answers in its place",
};

/// Numbers of errors (`ipalib/errors.py`): number, our code, what to do next.
const ERRORS: &[(i64, Code, &str)] = &[
    (911, Code::BadRequest, "check the address in `servers`: it has to be the server's own name"),
    (1000, Code::Login, "check username and password"),
    (1100, Code::Login, "check username and password"),
    (
        2100,
        Code::Forbidden,
        "give the login a role with the permission \"System: Unlock User\": unbolt help directories",
    ),
    (4001, Code::NotFound, "search for the person again"),
    (4203, Code::Server, "ask the directory's owner"),
];

/// Number and words of an answer's error; none where it has none.
fn error(response: &Response) -> Option<(i64, String)> {
    let answer: Value = response.json()?;
    let error = answer.get("error").filter(|error| !error.is_null())?;
    let words = error.get("message").and_then(Value::as_str).unwrap_or_default();
    Some((error.get("code").and_then(Value::as_i64).unwrap_or(0), words.to_owned()))
}

/// The problem behind an answer's error; none where it has none.
pub fn problem(response: &Response) -> Option<Problem> {
    let (number, words) = error(response)?;
    let row = ERRORS.iter().find(|row| row.0 == number);
    let (code, next) = row.map_or((Code::Server, "ask the directory's owner"), |row| (row.1, row.2));
    let what = match code {
        Code::Forbidden => "FreeIPA doesn't let this login do that",
        Code::NotFound => "FreeIPA knows no such user",
        Code::Login => "FreeIPA refused the login",
        _ => "FreeIPA answered with an error of its own",
    };
    Some(Problem::new(code, what, format!("error {number}: {}", Untrusted::from(words).line()), next))
}

/// The result of an answer; none where it has none.
pub fn result(response: &Response) -> Option<Value> {
    let mut answer: Value = response.json()?;
    answer.get_mut("result").map(Value::take).filter(Value::is_object)
}

impl FreeIpa {
    /// The request of a call.
    pub(super) fn request(&self, method: &str, arguments: &[&str], options: &Value) -> Request {
        let body = json!({"method": method, "params": [arguments, options], "id": 0});
        Request::post_json(self.client.url("/ipa/session/json"), &body)
    }

    /// The result of a call that changes nothing; none where FreeIPA says that there is no such entry.
    pub(super) async fn call(
        &self,
        method: &str,
        arguments: &[&str],
        options: &Value,
    ) -> Result<Option<Value>, Problem> {
        let response = self.client.read(self.request(method, arguments, options)).await?;
        if let Some(problem) = problem(&response) {
            return if problem.code == Code::NotFound { Ok(None) } else { Err(self.client.noted(problem)) };
        }
        let odd = || self.client.noted(SPEC.not_understood(&response, "an answer without a result"));
        result(&response).map(Some).ok_or_else(odd)
    }
}

/// A value as the API writes it: alone, in a list, or as a moment in an object of its own.
pub fn first(entry: &Value, name: &str) -> Option<String> {
    fn one(value: &Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Array(values) => one(values.first()?),
            Value::Object(members) => members.values().next().and_then(one),
            Value::Null => None,
        }
    }
    one(entry.get(name)?).filter(|text| !text.trim().is_empty())
}

/// The same as a text from outside.
pub fn text(entry: &Value, name: &str) -> Option<Untrusted> {
    first(entry, name).map(Into::into)
}
