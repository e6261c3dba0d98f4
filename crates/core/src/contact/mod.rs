//! Contact forms: mail addresses, telephone numbers, names and countries.
//!
//! Every form keeps what was written and offers a *normal* form for matching. Start with
//! [`Email`]; [`MailboxTraits`] says what kind of mailbox an address is, and [`domain`] tells
//! companies from their look-alikes.

mod country;
pub mod domain;
mod email;
mod mailbox;
mod name;
mod phone;

pub use country::{Country, UnknownCountry};
pub use email::{DomainWarning, Email, EmailRefusal};
pub use mailbox::{MailboxClass, MailboxTraits, is_disposable_domain, is_free_domain};
pub use name::{CompanyName, PersonName};
pub use phone::{Phone, PhoneKind, PhoneRefusal};
