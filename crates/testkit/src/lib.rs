//! What tests share and nothing ships: a clock and a random source under control, an HTTP client
//! that can misbehave, a browser, and the hostile inputs with the runner that judges the answers.
//!
//! - [`clock`], [`random`]: time and chance that a test sets.
//! - [`client`]: requests as a browser, a program or an attacker sends them, to the loopback.
//! - [`browser`]: Chromium over its DevTools protocol, for journeys, pictures and accessibility.
//! - [`postgres`]: a PostgreSQL server of one's own.
//! - [`hostile`]: the cases of `data/hostile` played against an adapter.

pub mod browser;
pub mod client;
pub mod clock;
pub mod hostile;
pub mod postgres;
pub mod random;

pub use clock::FakeClock;
pub use random::SeededRandom;
