//! Answers that must not tell by their time what was known: each is given at the next stroke of a
//! slow beat after the request, so that a little more or less work cannot be seen.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The beat. Well above the work of one submission on a slow disk.
pub const BEAT: Duration = Duration::from_millis(120);

/// Does the work and waits for the next stroke.
pub async fn evenly<T>(work: impl Future<Output = T>) -> T {
    let start = Instant::now();
    let done = work.await;
    let beats = start.elapsed().as_millis() / BEAT.as_millis() + 1;
    let beats = u32::try_from(beats).unwrap_or(u32::MAX);
    sleep_until(start + BEAT.saturating_mul(beats)).await;
    done
}
