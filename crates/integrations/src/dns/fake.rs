//! A resolver that reads a table and counts the questions.

use std::{
    collections::{BTreeMap, VecDeque},
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{DnsError, MailServer, MailServers, Resolver, mail_servers_from};

/// Answers from tables filled by a test. Unknown names do not exist.
#[derive(Debug, Default)]
pub struct FakeResolver {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    addresses: BTreeMap<String, VecDeque<Vec<IpAddr>>>,
    mail: BTreeMap<String, Vec<MailServer>>,
    texts: BTreeMap<String, Vec<String>>,
    silent: Vec<String>,
    asked: Vec<String>,
}

impl FakeResolver {
    /// Empty tables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every question for the addresses of `host` gets this answer.
    #[must_use]
    pub fn host(self, host: &str, addresses: &[IpAddr]) -> Self {
        self.host_in_turn(host, &[addresses])
    }

    /// The first question gets the first answer, the next the second; the last one stays.
    /// This is how a rebinding name server behaves.
    #[must_use]
    pub fn host_in_turn(self, host: &str, answers: &[&[IpAddr]]) -> Self {
        let answers = answers.iter().map(|answer| answer.to_vec()).collect();
        self.state().addresses.insert(host.to_owned(), answers);
        self
    }

    /// MX records of `domain` as `(preference, host)`; an empty host is the root.
    #[must_use]
    pub fn mail(self, domain: &str, servers: &[(u16, &str)]) -> Self {
        let servers = servers.iter().map(|(preference, host)| MailServer {
            preference: *preference,
            host: (*host).to_owned(),
        });
        self.state().mail.insert(domain.to_owned(), servers.collect());
        self
    }

    /// TXT records of `name`.
    #[must_use]
    pub fn text(self, name: &str, texts: &[&str]) -> Self {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        self.state().texts.insert(name.to_owned(), texts);
        self
    }

    /// Questions about `name` are never answered.
    #[must_use]
    pub fn silent(self, name: &str) -> Self {
        self.state().silent.push(name.to_owned());
        self
    }

    /// Names asked so far, in order, with repeats.
    pub fn asked(&self) -> Vec<String> {
        self.state().asked.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, name: &str) -> Result<MutexGuard<'_, State>, DnsError> {
        let mut state = self.state();
        state.asked.push(name.to_owned());
        if state.silent.iter().any(|silent| silent == name) {
            return Err(DnsError::Unavailable);
        }
        Ok(state)
    }
}

#[async_trait::async_trait]
impl Resolver for FakeResolver {
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsError> {
        let mut state = self.ask(host)?;
        let Some(answers) = state.addresses.get_mut(host) else { return Ok(Vec::new()) };
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Ok(answer.unwrap_or_default())
    }

    async fn mail_servers(&self, domain: &str) -> Result<MailServers, DnsError> {
        let state = self.ask(domain)?;
        Ok(mail_servers_from(state.mail.get(domain).cloned().unwrap_or_default()))
    }

    async fn texts(&self, name: &str) -> Result<Vec<String>, DnsError> {
        let state = self.ask(name)?;
        Ok(state.texts.get(name).cloned().unwrap_or_default())
    }
}
