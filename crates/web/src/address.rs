//! The network address a request came from. Forwarded headers count only when they come from a
//! network that the operator trusts; from anybody else they are a claim.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::server::Face;

/// The caller's address, for counting.
pub struct Address(pub String);

impl FromRequestParts<Face> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, face: &Face) -> Result<Self, Infallible> {
        Ok(Self(of(face, parts)))
    }
}

/// The address for counting: an IPv6 network of 64 bits is one caller.
pub fn of(face: &Face, parts: &Parts) -> String {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let Some(peer) = peer.map(|ip| ip.to_canonical()) else { return "unknown".to_owned() };
    network(origin(face, parts, peer)).to_string()
}

/// Walks the list of forwarders from us outwards, as far as each is trusted.
fn origin(face: &Face, parts: &Parts, peer: IpAddr) -> IpAddr {
    let trusted = |ip: IpAddr| face.app.config.trusted_proxies.iter().any(|n| within(ip, *n));
    let mut last = peer;
    if !trusted(peer) {
        return last;
    }
    let lines = parts.headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    for hop in hops.into_iter().rev() {
        let Ok(ip) = hop.trim().parse::<IpAddr>() else { break };
        last = ip.to_canonical();
        if !trusted(last) {
            break;
        }
    }
    last
}

fn within(ip: IpAddr, (net, bits): (IpAddr, u8)) -> bool {
    match (ip, net) {
        (IpAddr::V4(ip), IpAddr::V4(net)) => {
            let shift = 32 - u32::from(bits.min(32));
            u64::from(ip.to_bits()) >> shift == u64::from(net.to_bits()) >> shift
        }
        (IpAddr::V6(ip), IpAddr::V6(net)) => {
            let shift = 128 - u32::from(bits.min(128));
            let cut = |bits: u128| bits.checked_shr(shift).unwrap_or(0);
            cut(ip.to_bits()) == cut(net.to_bits())
        }
        _ => false,
    }
}

fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_what_lies_in_them() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(within(ip("10.1.2.3"), (ip("10.0.0.0"), 8)));
        assert!(!within(ip("11.1.2.3"), (ip("10.0.0.0"), 8)));
        assert!(within(ip("1.2.3.4"), (ip("0.0.0.0"), 0)));
        assert!(within(ip("2001:db8::1"), (ip("2001:db8::"), 32)));
        assert!(!within(ip("2001:db9::1"), (ip("2001:db8::"), 32)));
        assert!(within(ip("::1"), (ip("::"), 0)) && !within(ip("::1"), (ip("0.0.0.0"), 0)));
        assert_eq!(network(ip("2001:db8::dead:beef")), ip("2001:db8::"));
    }
}
