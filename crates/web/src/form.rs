//! Forms as browsers send them: bounded, decoded, every value of every name.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Most fields in one form.
const FIELDS_MAX: usize = 400;

/// The fields of a form, in the order sent.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// From an urlencoded text.
    ///
    /// # Errors
    /// When there are too many fields.
    pub fn parse(bytes: &[u8]) -> Result<Self, TooManyFields> {
        let fields: Vec<(String, String)> =
            form_urlencoded::parse(bytes).into_owned().take(FIELDS_MAX + 1).collect();
        if fields.len() > FIELDS_MAX { Err(TooManyFields) } else { Ok(Self(fields)) }
    }

    /// The first value of a name; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    /// The first value of a name, without blanks around it.
    pub fn trimmed(&self, name: &str) -> &str {
        self.get(name).trim()
    }

    /// All values of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Adds a field, as if it had been sent.
    pub fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// The same fields with another value for this name.
    #[must_use]
    pub fn replaced(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(n, _)| n != name);
        self.add(name, value);
        self
    }

    /// Whether a name was sent with a value.
    pub fn has(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }
}

/// The form has more fields than any of ours.
#[derive(Debug, Clone, Copy)]
pub struct TooManyFields;

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let urlencoded = kind.is_none_or(|k| k.starts_with("application/x-www-form-urlencoded"));
        if !urlencoded {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
        }
        let bytes =
            Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        Self::parse(&bytes).map_err(|_| StatusCode::BAD_REQUEST.into_response())
    }
}
