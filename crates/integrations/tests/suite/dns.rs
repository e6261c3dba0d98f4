//! *No* and *nobody answered* are different answers.

use warmpath_integrations::dns::{DnsError, FakeResolver, MailServer, MailServers, Resolver as _};

#[tokio::test]
async fn the_three_kinds_of_mail_domain_are_told_apart() {
    let resolver = FakeResolver::new()
        .mail("acme.example", &[(20, "b.acme.example"), (10, "a.acme.example")])
        .mail("null.example", &[(0, "")])
        .mail("odd.example", &[(0, ""), (10, "mx.odd.example")])
        .silent("silent.example");
    let server = |preference, host: &str| MailServer { preference, host: host.to_owned() };
    let hosts = vec![server(10, "a.acme.example"), server(20, "b.acme.example")];
    assert_eq!(resolver.mail_servers("acme.example").await, Ok(MailServers::Hosts(hosts)));
    assert_eq!(resolver.mail_servers("null.example").await, Ok(MailServers::Null));
    // A null MX beside others is a mistake of the domain; the others count.
    let others = vec![server(10, "mx.odd.example")];
    assert_eq!(resolver.mail_servers("odd.example").await, Ok(MailServers::Hosts(others)));
    assert_eq!(resolver.mail_servers("none.example").await, Ok(MailServers::Absent));
    assert_eq!(resolver.mail_servers("silent.example").await, Err(DnsError::Unavailable));
}
