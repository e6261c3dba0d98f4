//! Nothing inside is ever reached, whatever URL, name service or receiver say.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use super::support::{Reply, Server, answer};
use proptest::prelude::*;
use warmpath_integrations::{
    dns::FakeResolver,
    guard::{
        Forbidden, Guard, GuardError, Limits, Method, Policy, RESPONSE_BYTES_MAX, Request,
        TrustedHost, UrlError, forbidden, forbidden_for_trusted,
    },
};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn get() -> Request {
    Request { method: Method::Get, headers: Vec::new(), body: Vec::new() }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// A resolver as an attacker would have it: every tempting name points inside.
fn hostile_resolver() -> FakeResolver {
    FakeResolver::new()
        .host("hook.test", &[LOOPBACK])
        .host("localhost", &[LOOPBACK])
        .host("localhost.localdomain", &[LOOPBACK])
        .host("169.254.169.254.nip.test", &[ip("169.254.169.254")])
}

/// Trusts one host and port, as an operator would for a receiver in the house.
fn trusting(host: &str, port: u16) -> Policy {
    Policy {
        trusted: BTreeSet::from([TrustedHost { host: host.to_owned(), port }]),
        ..Policy::default()
    }
}

fn guard(policy: Policy, resolver: Arc<FakeResolver>) -> Guard {
    let limits = Limits { total_ms: 2_000, ..Limits::default() };
    Guard::new(policy, resolver).unwrap().with_limits(limits)
}

#[derive(serde::Deserialize)]
struct UrlCase {
    id: String,
    url: String,
}

#[derive(serde::Deserialize)]
struct WebsiteCase {
    id: String,
    value: Website,
}

#[derive(serde::Deserialize)]
struct Website {
    website: String,
}

fn hostile_urls(own_port: u16) -> Vec<(String, String)> {
    let urls: Vec<UrlCase> =
        serde_json::from_str(include_str!("../data/hostile/ssrf/urls.json")).unwrap();
    let sites: Vec<WebsiteCase> =
        serde_json::from_str(include_str!("../data/hostile/ssrf/enrichment.json")).unwrap();
    assert_eq!((urls.len(), sites.len()), (45, 3));
    let port = own_port.to_string();
    let urls = urls.into_iter().map(|case| (case.id, case.url));
    let sites = sites.into_iter().map(|case| (case.id, case.value.website));
    urls.chain(sites).map(|(id, url)| (id, url.replace("{{own_port}}", &port))).collect()
}

#[tokio::test]
async fn no_hostile_url_makes_a_connection() {
    let server = Server::start(answer(200, "", "inside")).await;
    let port = server.address.port();
    // The listener's own port is allowed, so that a refusal comes from the address alone; and
    // each case is tried with https too, so that it does not come from the scheme alone.
    let ports = BTreeSet::from([80, 443, port]);
    let policy = Policy { ports, trusted: BTreeSet::new() };
    for (id, url) in hostile_urls(port) {
        let secure = url.replacen("http://", "https://", 1);
        let on_port = secure.replacen(".1/", &format!(".1:{port}/"), 1);
        for url in [url, secure, on_port] {
            let resolver = Arc::new(hostile_resolver());
            let guard = guard(policy.clone(), Arc::clone(&resolver));
            let result = guard.exchange(&url, get()).await;
            let error = result.expect_err(&id);
            let refused = matches!(error, GuardError::Url(_) | GuardError::Address(_));
            assert!(refused, "{id} {url}: {error:?}");
            assert!(resolver.asked().len() <= 1, "{id}: asked more than once");
        }
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn refusals_say_why() {
    let check = |url: &str| Policy::default().check(url).map(|t| t.as_str().to_owned());
    let cases = [
        ("http://hook.example/", UrlError::Scheme),
        ("ftp://hook.example/", UrlError::Scheme),
        ("https://user:pass@hook.example/", UrlError::UserInfo),
        ("https://hook.example/#x", UrlError::Fragment),
        ("https://hook.example:22/", UrlError::Port),
        ("https://hook.example:0/", UrlError::Port),
        ("https://hook.example:65536/", UrlError::Unreadable),
        ("https://hook.example:+443/", UrlError::Ambiguous),
        ("https://hook.example?@127.0.0.1/", UrlError::Ambiguous),
        ("https://hook.example\\@10.0.0.1/", UrlError::Ambiguous),
        ("https://hook.example/%0d%0aX:y", UrlError::Ambiguous),
        ("https://hook.example/\u{2028}", UrlError::Ambiguous),
        ("https://localhost/", UrlError::Host),
        ("https://hook.example./", UrlError::Host),
        ("https://%31%32%37.0.0.1/", UrlError::Host),
        ("https://127.1/", UrlError::Host),
        ("https://0x7f.1/", UrlError::Host),
        ("https://2130706433/", UrlError::Host),
        ("https://127.0.0.1/", UrlError::Address(Forbidden::Loopback)),
        ("https://[::ffff:10.0.0.1]/", UrlError::Address(Forbidden::Private)),
        ("https://[fe80::1]/", UrlError::Address(Forbidden::LinkLocal)),
        ("not a url", UrlError::Ambiguous),
        ("", UrlError::Unreadable),
    ];
    for (url, why) in cases {
        assert_eq!(check(url), Err(why), "{url}");
    }
    let long = format!("https://hook.example/{}", "a".repeat(2_048));
    assert_eq!(check(&long), Err(UrlError::TooLong));
}

#[test]
fn ordinary_receivers_pass() {
    let cases = [
        ("https://hook.example/in?a=1&b=%20c", "https://hook.example/in?a=1&b=%20c"),
        ("https://HOOK.example:8443/x", "https://hook.example:8443/x"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://hook.example", "https://hook.example/"),
        ("https://93.184.215.14/", "https://93.184.215.14/"),
        ("https://[2606:2800:21f::1]/", "https://[2606:2800:21f::1]/"),
    ];
    for (url, normal) in cases {
        assert_eq!(Policy::default().check(url).unwrap().as_str(), normal);
    }
}

#[tokio::test]
async fn one_address_inside_condemns_the_answer() {
    let inside = ["10.0.0.9", "127.0.0.1", "fd00::1", "::ffff:192.168.0.1", "169.254.169.254"];
    for bad in inside {
        for answer in [[ip("93.184.215.14"), ip(bad)], [ip(bad), ip("93.184.215.14")]] {
            let resolver = Arc::new(FakeResolver::new().host("multi.test", &answer));
            let result = guard(Policy::default(), resolver).admit("https://multi.test/").await;
            assert!(matches!(result, Err(GuardError::Address(_))), "{bad}");
        }
    }
}

#[tokio::test]
async fn a_rebinding_name_is_asked_once_and_judged_at_every_attempt() {
    let public = ip("93.184.215.14");
    let answers: [&[IpAddr]; 2] = [&[public], &[LOOPBACK]];
    let resolver = Arc::new(FakeResolver::new().host_in_turn("rebind.test", &answers));
    let guard = guard(Policy::default(), Arc::clone(&resolver));
    let admitted = guard.admit("https://rebind.test/").await.unwrap();
    assert_eq!(admitted.address(), public);
    assert_eq!(resolver.asked().len(), 1);
    let second = guard.admit("https://rebind.test/").await;
    assert_eq!(second.unwrap_err(), GuardError::Address(Forbidden::Loopback));
}

#[tokio::test]
async fn the_checked_address_is_the_one_dialled() {
    // The second answer would be another place; dialling must not ask again.
    let server = Server::start(answer(200, "", "hello")).await;
    let port = server.address.port();
    let answers: [&[IpAddr]; 2] = [&[LOOPBACK], &[ip("127.0.0.2")]];
    let resolver = Arc::new(FakeResolver::new().host_in_turn("hook.test", &answers));
    let guard = guard(trusting("hook.test", port), Arc::clone(&resolver));
    let url = format!("http://hook.test:{port}/in");
    let response = guard.exchange(&url, get()).await.unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, b"hello".as_slice()));
    assert_eq!(resolver.asked(), ["hook.test"]);
    let request = server.requests().remove(0);
    assert!(request.to_ascii_lowercase().contains(&format!("\r\nhost: hook.test:{port}\r\n")));
    assert!(!request.to_ascii_lowercase().contains("cookie"));
}

#[tokio::test]
async fn trust_is_for_one_host_and_port_and_never_for_metadata() {
    let resolver = || {
        let meta = ip("169.254.169.254");
        Arc::new(FakeResolver::new().host("hook.test", &[LOOPBACK]).host("meta.test", &[meta]))
    };
    let other_port = guard(trusting("hook.test", 9_000), resolver());
    let result = other_port.admit("http://hook.test:9001/").await;
    assert_eq!(result.unwrap_err(), GuardError::Url(UrlError::Scheme));
    let meta = guard(trusting("meta.test", 80), resolver()).admit("http://meta.test/").await;
    assert_eq!(meta.unwrap_err(), GuardError::Address(Forbidden::LinkLocal));
    let single = guard(trusting("receiver", 8_080), resolver()).check_url("http://receiver:8080/");
    assert_eq!(single.unwrap().host(), "receiver");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let inside = Server::start(answer(200, "", "secret")).await;
    let location = format!("location: http://{}/api/v1/users\r\n", inside.address);
    let server = Server::start(answer(302, &location, "")).await;
    let port = server.address.port();
    let resolver = Arc::new(FakeResolver::new().host("hook.test", &[LOOPBACK]));
    let guard = guard(trusting("hook.test", port), resolver);
    let response = guard.exchange(&format!("http://hook.test:{port}/"), get()).await.unwrap();
    assert_eq!(response.status, 302);
    assert_eq!(inside.connections(), 0);
}

async fn exchange_with(reply: Reply, limits: Limits) -> Result<(u16, usize, bool), GuardError> {
    let server = Server::start(reply).await;
    let port = server.address.port();
    let resolver = Arc::new(FakeResolver::new().host("hook.test", &[LOOPBACK]));
    let guard = guard(trusting("hook.test", port), resolver).with_limits(limits);
    let response = guard.exchange(&format!("http://hook.test:{port}/"), get()).await?;
    Ok((response.status, response.body.len(), response.is_cut))
}

#[tokio::test]
async fn endless_answers_end() {
    let short = Limits { total_ms: 200, ..Limits::default() };
    let dripping = Reply::Unfinished("HTTP/1.1 200 x\r\n\r\nx".to_owned());
    assert_eq!(exchange_with(dripping, short).await, Err(GuardError::Timeout));
    let silent = Reply::Unfinished(String::new());
    assert_eq!(exchange_with(silent, short).await, Err(GuardError::Timeout));
    let flood = exchange_with(Reply::Flood(10 * RESPONSE_BYTES_MAX), Limits::default()).await;
    assert_eq!(flood, Ok((200, RESPONSE_BYTES_MAX, true)));
    let exact = exchange_with(Reply::Flood(RESPONSE_BYTES_MAX), Limits::default()).await;
    assert_eq!(exact, Ok((200, RESPONSE_BYTES_MAX, false)));
}

#[tokio::test]
async fn callers_cannot_set_or_break_headers() {
    let resolver = Arc::new(FakeResolver::new().host("hook.test", &[ip("93.184.215.14")]));
    let guard = guard(Policy::default(), resolver);
    for (name, value) in [
        ("Host", "inside"),
        ("Content-Length", "0"),
        ("cookie", "a=b"),
        ("x-a", "b\r\nHost: inside"),
        ("x a", "b"),
    ] {
        let headers = vec![(name.to_owned(), value.to_owned())];
        let request = Request { headers, ..get() };
        let error = guard.exchange("https://hook.test/", request).await.unwrap_err();
        assert!(matches!(error, GuardError::Request(_)), "{name}: {error:?}");
    }
}

/// A certificate for `name` and a guard that trusts its maker alone.
async fn secure(name: &str) -> (Server, Guard, u16) {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let server = Server::start_with(answer(204, "", ""), Some(acceptor)).await;
    let port = server.address.port();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let resolver = Arc::new(FakeResolver::new().host("hook.test", &[LOOPBACK]));
    let policy = trusting("hook.test", port);
    (server, Guard::with_roots(policy, resolver, roots).unwrap(), port)
}

#[tokio::test]
async fn tls_is_checked_against_the_name_not_the_address() {
    let (_server, guard, port) = secure("hook.test").await;
    let url = format!("https://hook.test:{port}/");
    assert_eq!(guard.exchange(&url, get()).await.unwrap().status, 204);
    let (server, guard, port) = secure("other.test").await;
    let url = format!("https://hook.test:{port}/");
    assert_eq!(guard.exchange(&url, get()).await, Err(GuardError::Exchange("connect")));
    assert!(server.requests().is_empty());
}

#[test]
fn the_deny_table_knows_the_special_ranges() {
    let cases = [
        ("0.0.0.0", Forbidden::Unspecified),
        ("10.255.255.255", Forbidden::Private),
        ("100.127.255.255", Forbidden::SharedAddressSpace),
        ("127.255.255.254", Forbidden::Loopback),
        ("169.254.169.254", Forbidden::LinkLocal),
        ("172.31.255.255", Forbidden::Private),
        ("192.0.0.1", Forbidden::Reserved),
        ("192.0.2.255", Forbidden::Documentation),
        ("192.88.99.1", Forbidden::Reserved),
        ("192.168.255.255", Forbidden::Private),
        ("198.19.255.255", Forbidden::Benchmarking),
        ("198.51.100.7", Forbidden::Documentation),
        ("203.0.113.7", Forbidden::Documentation),
        ("239.255.255.255", Forbidden::Multicast),
        ("240.0.0.1", Forbidden::Reserved),
        ("255.255.255.255", Forbidden::Reserved),
        ("::", Forbidden::Unspecified),
        ("::1", Forbidden::Loopback),
        ("::ffff:8.8.8.8", Forbidden::Tunnel),
        ("::ffff:127.0.0.1", Forbidden::Loopback),
        ("::127.0.0.1", Forbidden::Loopback),
        ("64:ff9b::a00:1", Forbidden::Private),
        ("64:ff9b:1::a00:1", Forbidden::Tunnel),
        ("2002:a00:1::", Forbidden::Private),
        ("2002:808:808::", Forbidden::Tunnel),
        // Teredo client 127.0.0.1, inverted.
        ("2001:0:808:808:0:0:80ff:fffe", Forbidden::Loopback),
        ("2001:2::1", Forbidden::Benchmarking),
        ("2001:db8::1", Forbidden::Documentation),
        ("3fff::1", Forbidden::Documentation),
        ("fd00:ec2::254", Forbidden::Private),
        ("fe80::1", Forbidden::LinkLocal),
        ("fec0::1", Forbidden::Private),
        ("ff02::1", Forbidden::Multicast),
        ("100::1", Forbidden::Reserved),
        ("4000::1", Forbidden::Reserved),
    ];
    for (address, why) in cases {
        assert_eq!(forbidden(ip(address)), Some(why), "{address}");
    }
    for public in ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111"] {
        assert_eq!(forbidden(ip(public)), None, "{public}");
    }
    for fine in ["127.0.0.1", "10.1.2.3", "::1", "fd00::1", "100.64.0.1"] {
        assert_eq!(forbidden_for_trusted(ip(fine)), None, "{fine}");
    }
    for never in ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "::ffff:127.0.0.1"] {
        assert!(forbidden_for_trusted(ip(never)).is_some(), "{never}");
    }
}

proptest! {
    #[test]
    fn an_address_carried_inside_ipv6_is_never_public(bits in any::<u32>()) {
        let v4 = Ipv4Addr::from_bits(bits);
        let [a, b, c, d] = v4.octets().map(u16::from);
        let (high, low) = ((a << 8) | b, (c << 8) | d);
        for carrier in [
            v4.to_ipv6_mapped(),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2001, 0, 1, 2, 3, 4, !high, !low),
        ] {
            let why = forbidden(IpAddr::V6(carrier));
            prop_assert!(why.is_some());
            prop_assert!(forbidden(IpAddr::V4(v4)).is_none_or(|inner| why == Some(inner)));
        }
    }

    #[test]
    fn whatever_passes_is_plain(url in "https://[ -~]{0,40}") {
        if let Ok(target) = Policy::default().check(&url) {
            let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-.:".contains(&b);
            prop_assert!(target.host().bytes().all(is_plain));
            prop_assert!([443, 8443].contains(&target.port()));
            // The normal form reads back as itself.
            let again = Policy::default().check(target.as_str()).unwrap();
            prop_assert_eq!(again.as_str(), target.as_str());
        }
    }
}
