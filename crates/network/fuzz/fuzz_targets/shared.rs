//! What every import target shares: a policy that lets everything through, and a sink that checks
//! what it is given.

use warmpath_network::import::{Contact, Import, Observation, Policy, Sink};

struct Checking;

impl Sink for Checking {
    fn observation(&mut self, seen: Observation) {
        assert!(seen.from != seen.to && !seen.from.is_empty() && !seen.to.is_empty());
        assert!(!seen.from.contains(char::is_control) && !seen.to.contains(char::is_control));
        assert!(seen.recipients > 0);
    }

    fn contact(&mut self, contact: Contact) {
        for text in [&contact.email, &contact.name, &contact.company, &contact.title, &contact.url] {
            assert!(!text.contains(char::is_control));
        }
    }
}

/// Runs a reader; whatever the bytes, it must come to an end and hand on only sound finds.
pub fn run(read: impl FnOnce(&mut Import)) {
    let owner = "me@acme.example".to_owned();
    let policy = Policy { owner, as_of: 1_798_761_600, ..Policy::default() };
    let mut sink = Checking;
    read(&mut Import::new(&policy, &mut sink));
}
