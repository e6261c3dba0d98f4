//! The one door to addresses that other people chose: webhook receivers, vendors, in-house tools.
//!
//! Actors: a [`Policy`] says which URLs may be asked at all; a [`Guard`] resolves the host once
//! through a [`crate::dns::Resolver`], checks **every** address against [`forbidden`], and dials
//! exactly one of the checked addresses with the original host name for TLS and `Host`.
//!
//! Invariants:
//! - No address inside is ever dialled, whatever the URL, the name service or the receiver says,
//!   unless the operator listed that host and port ([`TrustedHost`]).
//! - One name service question per attempt; the answer that was checked is the answer that is
//!   dialled.
//! - Everything has a bound: total time, bytes sent, bytes read.
//!
//! Deliberately absent: following redirects, proxies from the environment, cookies, connection
//! reuse, decompression.

mod address;
mod client;
mod url;

pub use address::{Forbidden, forbidden, forbidden_for_trusted};
pub use client::{
    Admitted, Guard, GuardError, Limits, Method, REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX, Request,
    Response, TOTAL_MS_MAX,
};
pub use url::{Policy, Target, TrustedHost, URL_BYTES_MAX, UrlError};
