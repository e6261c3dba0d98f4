//! The resolver that asks the servers this machine is configured with.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use hickory_resolver::{
    ResolverBuilder, TokioResolver,
    config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig},
    net::{DnsError as NoAnswer, NetError, runtime::TokioRuntimeProvider},
    proto::{
        op::ResponseCode,
        rr::{Name, RData, RecordType},
    },
};
use tokio::time::timeout;

use super::{ANSWERS_MAX, DnsError, MailServer, MailServers, Resolver, mail_servers_from};

/// Longest wait for one question, all tries together.
pub const LOOKUP_MS_MAX: u64 = 5_000;

/// Asks real name servers. Cheap to clone; keeps a cache by the records' own lifetimes.
#[derive(Clone)]
pub struct HickoryResolver {
    inner: TokioResolver,
}

impl HickoryResolver {
    /// Uses the name servers of the system's configuration.
    ///
    /// # Errors
    /// [`DnsError::Unavailable`] if the configuration cannot be read.
    pub fn from_system() -> Result<Self, DnsError> {
        Self::build(TokioResolver::builder_tokio().map_err(|_| DnsError::Unavailable)?)
    }

    /// Uses one name server that the operator named, and no hosts file.
    ///
    /// # Errors
    /// [`DnsError::Unavailable`] if the resolver cannot be set up.
    pub fn from_server(server: SocketAddr) -> Result<Self, DnsError> {
        let mut over_udp = ConnectionConfig::udp();
        over_udp.port = server.port();
        let mut over_tcp = ConnectionConfig::tcp();
        over_tcp.port = server.port();
        let server = NameServerConfig::new(server.ip(), true, vec![over_udp, over_tcp]);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let mut builder =
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        builder.options_mut().use_hosts_file = ResolveHosts::Never;
        Self::build(builder)
    }

    fn build(mut builder: ResolverBuilder<TokioRuntimeProvider>) -> Result<Self, DnsError> {
        let options = builder.options_mut();
        options.timeout = Duration::from_secs(2);
        options.attempts = 2;
        // Both families, because the guard has to see every address.
        options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
        let inner = builder.build().map_err(|_| DnsError::Unavailable)?;
        Ok(Self { inner })
    }

    async fn records(&self, name: &str, kind: RecordType) -> Result<Vec<RData>, DnsError> {
        let lookup = self.inner.lookup(absolute(name)?, kind);
        let answer = within(lookup).await?;
        let records = answer.map(|found| found.answers().to_vec()).unwrap_or_default();
        Ok(records.into_iter().map(|record| record.data).collect())
    }
}

#[async_trait::async_trait]
impl Resolver for HickoryResolver {
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsError> {
        let found = within(self.inner.lookup_ip(absolute(host)?)).await?;
        // The guard must judge every address, so more than we can look at is no answer at all.
        let addresses: Vec<IpAddr> = found.iter().flat_map(|found| found.iter()).collect();
        if addresses.len() > ANSWERS_MAX { Err(DnsError::Unavailable) } else { Ok(addresses) }
    }

    async fn mail_servers(&self, domain: &str) -> Result<MailServers, DnsError> {
        let records = self.records(domain, RecordType::MX).await?;
        let servers = records.into_iter().filter_map(|record| match record {
            RData::MX(mx) => Some(MailServer {
                preference: mx.preference,
                host: mx.exchange.to_ascii().trim_end_matches('.').to_ascii_lowercase(),
            }),
            _ => None,
        });
        Ok(mail_servers_from(servers.collect()))
    }

    async fn texts(&self, name: &str) -> Result<Vec<String>, DnsError> {
        let records = self.records(name, RecordType::TXT).await?;
        let texts = records.into_iter().filter_map(|record| match record {
            RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
            _ => None,
        });
        Ok(texts.take(ANSWERS_MAX).collect())
    }
}

/// The name with its root dot, so that the system's search list is never tried.
fn absolute(name: &str) -> Result<Name, DnsError> {
    let mut name = Name::from_ascii(name).map_err(|_| DnsError::BadName)?;
    name.set_fqdn(true);
    Ok(name)
}

/// Nothing found is `None`; a server that failed or stayed silent is an error.
async fn within<T>(
    question: impl Future<Output = Result<T, NetError>>,
) -> Result<Option<T>, DnsError> {
    match timeout(Duration::from_millis(LOOKUP_MS_MAX), question).await {
        Ok(Ok(found)) => Ok(Some(found)),
        Ok(Err(NetError::Dns(NoAnswer::NoRecordsFound(none))))
            if matches!(none.response_code, ResponseCode::NXDomain | ResponseCode::NoError) =>
        {
            Ok(None)
        }
        Ok(Err(_)) | Err(_) => Err(DnsError::Unavailable),
    }
}
