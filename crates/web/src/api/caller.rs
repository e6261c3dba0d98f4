//! Who a program is. Reading is open to a signed-in browser too; writing takes a key, so that no
//! other site can write with a member's cookie.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};
use axum::response::Response;
use warmpath_app::policy::{Grant, Permission, Principal, grant};
use warmpath_app::rows::MemberRow;
use warmpath_app::{Failure, sign_in};
use warmpath_core::limits;

use crate::limit::Rate;
use crate::refuse;
use crate::server::Face;
use crate::session::cookie;

/// The caller of the API.
pub struct Caller {
    /// What they may do is decided from this.
    pub principal: Principal,
    /// The member they are, or act for.
    pub member: MemberRow,
}

impl Caller {
    /// The grant of an action, or the refusal as an answer.
    ///
    /// # Errors
    /// The answer to send when it is not theirs to do.
    pub fn may<A: Permission>(&self) -> Result<Grant<A>, Failure> {
        grant::<A>(&self.principal)
    }
}

impl FromRequestParts<Face> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, face: &Face) -> Result<Self, Response> {
        let found = match who(parts, face).await {
            Ok(found) => found,
            Err(failure) => return Err(refused(&failure)),
        };
        let rate = Rate::per_minute(limits::API_REQUESTS_PER_MINUTE);
        let name = found.principal.actor();
        face.limiter
            .admit("api", &format!("{name:?}"), rate, face.app.now())
            .map_err(|failure| refuse::problem(&failure))?;
        Ok(found)
    }
}

/// A caller who may do this. It is decided before anything of the body is read, so that nobody
/// without the right learns what a body may hold, or has one read.
pub struct Allowed<A> {
    /// Who.
    pub caller: Caller,
    /// That they may.
    pub grant: Grant<A>,
}

impl<A: Permission + Send> FromRequestParts<Face> for Allowed<A> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, face: &Face) -> Result<Self, Response> {
        let caller = Caller::from_request_parts(parts, face).await?;
        match caller.may::<A>() {
            Ok(grant) => Ok(Self { caller, grant }),
            Err(failure) => Err(refuse::problem(&failure)),
        }
    }
}

/// Reads a key or, for reading, a session.
///
/// # Errors
/// [`Failure::NotSignedIn`] when there is neither.
pub async fn who(parts: &Parts, face: &Face) -> Result<Caller, Failure> {
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|v| v.strip_prefix("Bearer "));
        let token = token.ok_or(Failure::NotSignedIn)?;
        let (principal, member) = sign_in::by_api_key(&face.app, token.trim()).await?;
        return Ok(Caller { principal, member });
    }
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    let value = cookie(face, &parts.headers).filter(|_| reads).ok_or(Failure::NotSignedIn)?;
    let found = sign_in::by_cookie(&face.app, &value).await?;
    Ok(Caller { principal: found.principal, member: found.member })
}

fn refused(failure: &Failure) -> Response {
    let mut response = refuse::problem(failure);
    if matches!(failure, Failure::NotSignedIn) {
        let challenge = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
