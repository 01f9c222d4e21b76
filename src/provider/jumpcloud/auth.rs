//! The login, and the organisation that it acts in.

use reqwest::header::HeaderName;

use crate::domain::Untrusted;
use crate::provider::auth::{Authenticated, Authenticator, Login, secret_header};
use crate::provider::http::{Http, Request};
use crate::provider::token::TokenCache;

const ORGANIZATION: HeaderName = HeaderName::from_static("x-org-id");
/// Routes that answer 403 to an `x-org-id` (jcapi-powershell Custom/Module.cs).
const WITHOUT_ORGANIZATION: [&str; 1] = ["/api/organizations"];

/// A login, and the organisation's id for administrators of several.
pub struct OrganisationLogin {
    pub login: Login,
    pub org_id: Option<Untrusted>,
}

impl Authenticator for OrganisationLogin {
    async fn authenticate(&self, http: &Http, tokens: &TokenCache, request: Request) -> Authenticated {
        let takes_it = !WITHOUT_ORGANIZATION.iter().any(|route| request.url.path().contains(route));
        let org = self.org_id.as_ref().filter(|_| takes_it).map(|org| secret_header(org.as_data())).transpose()?;
        self.login.authenticate(http, tokens, request.with(ORGANIZATION, org)).await
    }
}
