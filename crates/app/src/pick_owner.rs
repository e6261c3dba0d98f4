//! Picks the next member of a pool.

use crate::context::App;
use crate::error::Failure;
use crate::unit::Unit;
use warmpath_core::id::MemberId;
use warmpath_store::table::referral::ReferralRow;

/// The next member of a pool.
///
/// # Errors
/// When the database cannot be read.
pub async fn from_pool(
    app: &App,
    unit: &mut Unit<'_>,
    _row: &ReferralRow,
    slug: &str,
) -> Result<Option<MemberId>, Failure> {
    let pools = warmpath_store::table::workspace::pools(app.db(), unit.workspace).await?;
    Ok(pools.iter().find(|p| p.slug == slug).map(|p| p.fallback))
}

/// The next of the pool after the present owner let a clock run out.
///
/// # Errors
/// When the database cannot be read.
pub async fn after(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
) -> Result<Option<MemberId>, Failure> {
    let _ = (app, unit, row);
    Ok(None)
}
