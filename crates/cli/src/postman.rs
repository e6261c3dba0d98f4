//! The worker's way to the outside: mails into the outbox folder or to an SMTP server, and
//! questions to name servers.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use warmpath_app::rows::MailRow;
use warmpath_app::run_job::{Posted, Postman};
use warmpath_core::id::MailId;
use warmpath_integrations::dns::{MailServers, Resolver};
use warmpath_integrations::mail::{
    Address, Delivery, Draft, Failure, Mailbox, Mailer, Message, MessageId,
};
use warmpath_integrations::webhook::{Attempt, AttemptResult, Event, Outcome, Secret, Sender};

/// Sends what the use cases queued.
pub(crate) struct Post {
    /// Where mails go.
    pub(crate) mailer: Arc<dyn Mailer>,
    /// Who is asked about domains; nobody, where none can be reached.
    pub(crate) resolver: Option<Arc<dyn Resolver>>,
    /// Who posts events; nobody, where no name server can be reached.
    pub(crate) sender: Option<Sender>,
}

#[async_trait]
impl Postman for Post {
    async fn send(&self, mail: &MailRow, from: &str) -> Posted {
        let message = match build(mail, from) {
            Ok(message) => message,
            Err(why) => return Posted::Refused(why),
        };
        match self.mailer.send(&message).await {
            Delivery::Sent => Posted::Sent,
            Delivery::Failed(Failure::Permanent { detail, .. }) => Posted::Refused(detail),
            Delivery::Failed(Failure::Temporary { detail, .. }) => Posted::Later(detail),
            Delivery::Unknown { detail } => Posted::Unknown(detail),
        }
    }

    async fn forget(&self, mail: MailId) -> Result<(), String> {
        let gone = self.mailer.forget(&mail.to_string()).await;
        gone.map_err(|error| format!("a copy could not be deleted: {}", error.kind()))
    }

    async fn takes_mail(&self, domain: &str) -> Option<bool> {
        let resolver = self.resolver.as_ref()?;
        match resolver.mail_servers(domain).await {
            Ok(MailServers::Hosts(_)) => Some(true),
            Ok(MailServers::Null) => Some(false),
            // Without an exchanger the address itself may take mail (RFC 5321 section 5.1).
            Ok(MailServers::Absent) => {
                resolver.addresses(domain).await.ok().map(|found| !found.is_empty())
            }
            Err(_) => None,
        }
    }

    async fn tell(
        &self,
        url: &str,
        secrets: &[Secret],
        event: &Event,
        at: Timestamp,
    ) -> AttemptResult {
        match &self.sender {
            Some(sender) => sender.attempt(&Attempt { url, secrets, event, at }).await,
            None => AttemptResult {
                outcome: Outcome::Retry { not_before: None },
                status: None,
                error: None,
            },
        }
    }
}

fn build(mail: &MailRow, from: &str) -> Result<Message, String> {
    let address = |text: &str| text.parse::<Address>().map_err(|e| e.to_string());
    let from = address(from)?;
    let id = MessageId::new(&mail.id.to_string(), from.domain()).map_err(|e| e.to_string())?;
    let reply_to = match mail.reply_to.as_str() {
        "" => None,
        text => Some(Mailbox::bare(address(text)?)),
    };
    let draft = Draft {
        id,
        date: mail.created_at,
        from: Mailbox::bare(from),
        to: Mailbox::bare(address(&mail.to_address)?),
        reply_to,
        subject: mail.subject.clone(),
        text: mail.body.clone(),
        html: None,
        list_unsubscribe: (!mail.unsubscribe.is_empty()).then(|| mail.unsubscribe.clone()),
        auto_submitted: mail.sent_by.is_none(),
        invite: None,
    };
    Message::build(&draft).map_err(|e| e.to_string())
}
