//! Which addresses are out of bounds.
//!
//! The table follows the IANA special-purpose registries for IPv4 and IPv6. An IPv6 address that
//! carries an IPv4 address (mapped, compatible, 6to4, NAT64, Teredo) is judged by what it carries
//! and, being a tunnel into who knows what, is out of bounds anyway.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address may not be dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Forbidden {
    /// `0.0.0.0/8`, `::`.
    Unspecified,
    /// This very machine.
    Loopback,
    /// A private network, including unique local IPv6.
    Private,
    /// Link-local, where cloud metadata services live.
    LinkLocal,
    /// Carrier-grade NAT, `100.64.0.0/10`.
    SharedAddressSpace,
    /// Network benchmarking.
    Benchmarking,
    /// Documentation examples.
    Documentation,
    /// Multicast.
    Multicast,
    /// Reserved, deprecated, broadcast or not part of the routed Internet.
    Reserved,
    /// IPv6 that carries an IPv4 address or a tunnel end.
    Tunnel,
}

/// `(network, prefix length, why)`.
const V4: [([u8; 4], u32, Forbidden); 16] = [
    ([0, 0, 0, 0], 8, Forbidden::Unspecified),
    ([10, 0, 0, 0], 8, Forbidden::Private),
    ([100, 64, 0, 0], 10, Forbidden::SharedAddressSpace),
    ([127, 0, 0, 0], 8, Forbidden::Loopback),
    ([169, 254, 0, 0], 16, Forbidden::LinkLocal),
    ([172, 16, 0, 0], 12, Forbidden::Private),
    ([192, 0, 0, 0], 24, Forbidden::Reserved),
    ([192, 0, 2, 0], 24, Forbidden::Documentation),
    ([192, 31, 196, 0], 24, Forbidden::Reserved),
    ([192, 52, 193, 0], 24, Forbidden::Reserved),
    ([192, 88, 99, 0], 24, Forbidden::Reserved),
    ([192, 168, 0, 0], 16, Forbidden::Private),
    ([192, 175, 48, 0], 24, Forbidden::Reserved),
    ([198, 18, 0, 0], 15, Forbidden::Benchmarking),
    ([198, 51, 100, 0], 24, Forbidden::Documentation),
    ([203, 0, 113, 0], 24, Forbidden::Documentation),
];

/// `(network, prefix length, why)`, the more special first.
const V6: [([u16; 8], u32, Forbidden); 16] = [
    ([0, 0, 0, 0, 0, 0, 0, 0], 128, Forbidden::Unspecified),
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, Forbidden::Loopback),
    ([0, 0, 0, 0, 0, 0, 0, 0], 32, Forbidden::Tunnel), // mapped, compatible, translated
    ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, Forbidden::Tunnel), // NAT64
    ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, Forbidden::Tunnel), // local NAT64
    ([0x100, 0, 0, 0, 0, 0, 0, 0], 64, Forbidden::Reserved), // discard
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, Forbidden::Tunnel), // Teredo
    ([0x2001, 2, 0, 0, 0, 0, 0, 0], 48, Forbidden::Benchmarking),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, Forbidden::Documentation),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, Forbidden::Reserved), // protocol assignments
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, Forbidden::Tunnel),   // 6to4
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, Forbidden::Documentation),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, Forbidden::Private),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, Forbidden::LinkLocal),
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, Forbidden::Private), // old site-local
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, Forbidden::Multicast),
];

/// Why this address may not be dialled, or nothing if it is an ordinary public one.
pub fn forbidden(address: IpAddr) -> Option<Forbidden> {
    match address {
        IpAddr::V4(address) => forbidden_v4(address),
        IpAddr::V6(address) => match carried(address) {
            Some(inner) => Some(forbidden_v4(inner).unwrap_or(Forbidden::Tunnel)),
            None => forbidden_v6(address),
        },
    }
}

/// The same for a host that the operator trusts: this machine, private networks and shared
/// address space are fine, everything else (metadata services above all) stays forbidden.
pub fn forbidden_for_trusted(address: IpAddr) -> Option<Forbidden> {
    // Mapped addresses stay tunnels: an in-house host has an address of its own.
    let is_plain = match address {
        IpAddr::V4(_) => true,
        IpAddr::V6(address) => carried(address).is_none(),
    };
    let in_house = [Forbidden::Loopback, Forbidden::Private, Forbidden::SharedAddressSpace];
    forbidden(address).filter(|why| !(is_plain && in_house.contains(why)))
}

fn forbidden_v4(address: Ipv4Addr) -> Option<Forbidden> {
    if address.octets()[0] >= 240 {
        return Some(Forbidden::Reserved);
    }
    if address.is_multicast() {
        return Some(Forbidden::Multicast);
    }
    let bits = address.to_bits();
    let inside = |network: [u8; 4], length: u32| {
        (bits ^ Ipv4Addr::from(network).to_bits()).leading_zeros() >= length
    };
    V4.iter().find(|(network, length, _)| inside(*network, *length)).map(|(_, _, why)| *why)
}

fn forbidden_v6(address: Ipv6Addr) -> Option<Forbidden> {
    let bits = address.to_bits();
    let inside = |network: [u16; 8], length: u32| {
        (bits ^ Ipv6Addr::from(network).to_bits()).leading_zeros() >= length
    };
    let listed = V6.iter().find(|(network, length, _)| inside(*network, *length));
    // Only 2000::/3 is routed; everything else is reserved until someone assigns it.
    let is_routed = address.segments()[0] >> 13 == 1;
    listed.map(|(_, _, why)| *why).or((!is_routed).then_some(Forbidden::Reserved))
}

/// The IPv4 address inside a mapped, compatible, translated, NAT64, 6to4 or Teredo address.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let joined =
        |high: u16, low: u16| Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low));
    match s {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0xffff | 0, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(joined(high, low)),
        [0x2002, high, low, ..] => Some(joined(high, low)),
        // Teredo keeps the client's address inverted (RFC 4380, section 4).
        [0x2001, 0, _, _, _, _, high, low] => Some(joined(!high, !low)),
        _ => None,
    }
}
