//! *No* and *nobody answered* are different answers.

use std::net::SocketAddr;

use hickory_resolver::proto::{
    op::{Message, Metadata, ResponseCode},
    rr::{
        Name, RData, Record, RecordType,
        rdata::{A, AAAA, MX, TXT},
    },
};
use tokio::{net::UdpSocket, task::JoinHandle};
use warmpath_integrations::dns::{
    DnsError, FakeResolver, HickoryResolver, MailServer, MailServers, Resolver as _,
};

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

/// A name server on loopback that knows a few names; the task stops when dropped.
struct NameServer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl NameServer {
    async fn start() -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        let task = tokio::spawn(async move {
            let mut buffer = [0; 1_500];
            while let Ok((count, from)) = socket.recv_from(&mut buffer).await {
                let answer = answer(&Message::from_vec(&buffer[..count]).unwrap());
                socket.send_to(&answer.to_vec().unwrap(), from).await.unwrap();
            }
        });
        Self { address, task }
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn answer(question: &Message) -> Message {
    let query = question.queries[0].clone();
    let mut answer = Message::query();
    answer.metadata = Metadata::response_from_request(&question.metadata);
    let name = |text: &str| Name::from_ascii(text).unwrap();
    let host = query.name().to_ascii();
    let data = match (host.as_str(), query.query_type()) {
        ("acme.example.", RecordType::A) => vec![RData::A(A::new(93, 184, 215, 14))],
        ("acme.example.", RecordType::AAAA) => {
            vec![RData::AAAA(AAAA::new(0x2606, 0x4700, 0, 0, 0, 0, 0, 0x1111))]
        }
        ("acme.example.", RecordType::MX) => vec![
            RData::MX(MX::new(20, name("B.acme.example."))),
            RData::MX(MX::new(10, name("a.acme.example."))),
        ],
        ("null.example.", RecordType::MX) => vec![RData::MX(MX::new(0, Name::root()))],
        ("acme.example.", RecordType::TXT) => {
            vec![RData::TXT(TXT::new(vec!["warmpath=".to_owned(), "abc".to_owned()]))]
        }
        _ => Vec::new(),
    };
    answer.metadata.response_code = match host.as_str() {
        "acme.example." | "null.example." => ResponseCode::NoError,
        "broken.example." => ResponseCode::ServFail,
        _ => ResponseCode::NXDomain,
    };
    for one in data {
        answer.add_answer(Record::from_rdata(query.name().clone(), 60, one));
    }
    answer.add_query(query);
    answer
}

#[tokio::test]
async fn real_answers_are_read_from_the_wire() {
    let server = NameServer::start().await;
    let resolver = HickoryResolver::from_server(server.address).unwrap();
    let mut addresses = resolver.addresses("acme.example").await.unwrap();
    addresses.sort();
    let shown: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["93.184.215.14", "2606:4700::1111"]);
    let mx = |preference, host: &str| MailServer { preference, host: host.to_owned() };
    let hosts = vec![mx(10, "a.acme.example"), mx(20, "b.acme.example")];
    assert_eq!(resolver.mail_servers("acme.example").await, Ok(MailServers::Hosts(hosts)));
    assert_eq!(resolver.mail_servers("null.example").await, Ok(MailServers::Null));
    assert_eq!(resolver.texts("acme.example").await, Ok(vec!["warmpath=abc".to_owned()]));
    assert_eq!(resolver.texts("null.example").await, Ok(Vec::new()));
    assert_eq!(resolver.addresses("none.example").await, Ok(Vec::new()));
    assert_eq!(resolver.mail_servers("none.example").await, Ok(MailServers::Absent));
    assert_eq!(resolver.addresses("broken.example").await, Err(DnsError::Unavailable));
    assert_eq!(resolver.mail_servers("broken.example").await, Err(DnsError::Unavailable));
    assert_eq!(resolver.addresses("a..b").await, Err(DnsError::BadName));
}
