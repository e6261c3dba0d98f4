//! Who a browser is: the cookie, and the token that every form of a signed-in page carries.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::sign_in::{self, SignedIn};

use crate::form::Fields;
use crate::refuse;
use crate::server::Face;

/// Names of the cookie: the first where the public address is https, the second on loopback.
const SECURE_NAME: &str = "__Host-warmpath";
const LOOPBACK_NAME: &str = "warmpath";

fn name(face: &Face) -> &'static str {
    if face.secure { SECURE_NAME } else { LOOPBACK_NAME }
}

/// The cookie's value, if one was sent.
pub fn cookie(face: &Face, headers: &HeaderMap) -> Option<String> {
    let wanted = name(face);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == wanted)
        .map(|(_, v)| v.to_owned())
}

/// Sets the cookie after sign-in.
pub fn set_cookie(face: &Face, value: &str) -> HeaderValue {
    let secure = if face.secure { "; Secure" } else { "" };
    let seconds = sign_in::SESSION_HOURS * 3600;
    let text = format!(
        "{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}",
        name(face)
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// Takes the cookie back.
pub fn clear_cookie(face: &Face) -> HeaderValue {
    let secure = if face.secure { "; Secure" } else { "" };
    let text = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", name(face));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// A signed-in reader of a page.
pub struct Reader(pub SignedIn);

impl FromRequestParts<Face> for Reader {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, face: &Face) -> Result<Self, Response> {
        let found = match cookie(face, &parts.headers) {
            Some(value) => sign_in::by_cookie(&face.app, &value).await,
            None => Err(Failure::NotSignedIn),
        };
        match found {
            Ok(signed_in) => Ok(Self(signed_in)),
            Err(Failure::NotSignedIn) if cookie(face, &parts.headers).is_some() => {
                let here = parts.uri.path_and_query().map_or("/", |p| p.as_str());
                let mut response = crate::pages::sign_in::ended(here);
                response.headers_mut().insert(header::SET_COOKIE, clear_cookie(face));
                Err(response)
            }
            Err(Failure::NotSignedIn) => Err(refuse::to_sign_in(&parts.uri)),
            Err(other) => Err(refuse::page(None, &other)),
        }
    }
}

/// A signed-in writer: the form came from one of our pages of this very session.
pub struct Writer {
    /// Who.
    pub signed_in: SignedIn,
    /// What.
    pub fields: Fields,
}

impl FromRequest<Face> for Writer {
    type Rejection = Response;

    async fn from_request(request: Request, face: &Face) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Reader(signed_in) = Reader::from_request_parts(&mut parts, face).await?;
        let header_token = parts.headers.get("x-csrf").and_then(|v| v.to_str().ok());
        let header_token = header_token.map(str::to_owned);
        let request = Request::from_parts(parts, body);
        let fields = Fields::from_request(request, face).await?;
        let token = header_token.unwrap_or_else(|| fields.get("csrf").to_owned());
        if !token_fits(&signed_in, &token) {
            return Err(refuse::stale_form(&signed_in));
        }
        Ok(Self { signed_in, fields })
    }
}

/// Whether a form's token is this session's.
pub fn token_fits(signed_in: &SignedIn, token: &str) -> bool {
    same(token.as_bytes(), signed_in.session.form_token.as_bytes())
}

/// Compares without telling by its time where the first difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}
