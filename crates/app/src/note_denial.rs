//! Notes in the ledger that somebody was refused: who, what they may not do, and by which route.
//! Never what they sent.

use crate::context::App;
use crate::error::Failure;
use crate::policy::Principal;
use crate::unit::{Happening, Unit};

/// Notes it.
///
/// `code` is why (`not_allowed`, `not_found`), `route` the method and the route's template.
///
/// # Errors
/// When the database is away.
pub async fn run(app: &App, who: &Principal, code: &str, route: &str) -> Result<(), Failure> {
    let mut unit = Unit::new(app, who.workspace);
    let happening = Happening::new("access.denied", who.actor(), who.member)
        .with("code", code)
        .with("role", who.role.as_str())
        .with("route", token(route));
    unit.record(happening).await?;
    unit.commit("Try again.").await
}

/// The ledger takes tokens only: `POST /v1/referrals/{id}` stands there as
/// `POST:/v1/referrals/:id`.
fn token(route: &str) -> String {
    route.replace([' ', '{'], ":").replace(['}', '*'], "")
}
