//! Styles, scripts, typefaces and icons, embedded in the program.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use crate::view::STYLESHEET;

#[derive(Embed)]
#[folder = "assets/"]
#[exclude = "css/*"]
#[exclude = "*.md"]
struct Files;

/// Serves one asset.
pub async fn serve(Path(path): Path<String>) -> Response {
    let cache = (header::CACHE_CONTROL, "public, max-age=3600");
    if path == "app.css" {
        return ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), cache], STYLESHEET)
            .into_response();
    }
    match Files::get(&path) {
        Some(file) => {
            let kind = file.metadata.mimetype().to_owned();
            ([(header::CONTENT_TYPE, kind.as_str()), cache], file.data.into_owned()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
