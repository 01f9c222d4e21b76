//! The login, and the organisation that it acts in.

use reqwest::header::HeaderName;

use crate::domain::{Problem, Untrusted};
use crate::provider::auth::{Authenticator, Login, secret_header};
use crate::provider::http::{Http, Request};
use crate::provider::token::TokenVersion;

const ORGANIZATION: HeaderName = HeaderName::from_static("x-org-id");
/// Routes that answer 403 to an `x-org-id` (jcapi-powershell Custom/Module.cs).
const WITHOUT_ORGANIZATION: [&str; 1] = ["/api/organizations"];

/// A login, and the organisation's id for administrators of several.
pub struct OrganisationLogin {
    pub login: Login,
    pub org_id: Option<Untrusted>,
}

impl Authenticator for OrganisationLogin {
    async fn authenticate(&self, http: &Http, request: Request) -> Result<(Request, Option<TokenVersion>), Problem> {
        let takes_it = !WITHOUT_ORGANIZATION.iter().any(|route| request.url.path().contains(route));
        let request = match self.org_id.as_ref().filter(|_| takes_it) {
            Some(org) => request.with(ORGANIZATION, secret_header(org.as_data())?),
            None => request,
        };
        self.login.authenticate(http, request).await
    }

    async fn invalidate(&self, token: &TokenVersion) {
        self.login.invalidate(token).await;
    }

    fn forget_failure(&self) {
        self.login.forget_failure();
    }
}
