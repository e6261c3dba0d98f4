//! Broken and hostile files: each is read to its end, in bounded memory, and what it holds is
//! either stored inert or left out with a reason.

#![expect(clippy::expect_used, reason = "a test states what must hold")]

use std::io::BufReader;

use warmpath_network::import::{
    Contact, Import, Observation, Policy, Sink, read_calendar, read_message, read_vcards,
};
use warmpath_network::{Kind, Provenance, ReadError, Skips};

#[derive(Default)]
struct Kept {
    observations: Vec<Observation>,
    contacts: Vec<Contact>,
}

impl Sink for Kept {
    fn observation(&mut self, observation: Observation) {
        self.observations.push(observation);
    }

    fn contact(&mut self, contact: Contact) {
        self.contacts.push(contact);
    }
}

type Reader = fn(&mut dyn std::io::BufRead, &mut Import) -> Result<(), ReadError>;

fn read(reader: Reader, bytes: &[u8]) -> (Kept, Skips) {
    let as_of = "2027-04-01T00:00:00Z".parse::<jiff::Timestamp>().expect("a time").as_second();
    let owner = "me@acme.example".to_owned();
    let policy = Policy { owner, as_of, ..Policy::default() };
    let mut kept = Kept::default();
    let mut import = Import::new(&policy, &mut kept);
    reader(&mut BufReader::with_capacity(64, bytes), &mut import).expect("reads to the end");
    let skips = import.skips.clone();
    (kept, skips)
}

fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/data/hostile/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(&path).expect("the file is part of the crate");
    String::from_utf8_lossy(&text).replace("{{a.workspace}}", "acme").into_bytes()
}

fn message(input: &mut dyn std::io::BufRead, import: &mut Import) -> Result<(), ReadError> {
    read_message(input, import)
}

fn calendar(input: &mut dyn std::io::BufRead, import: &mut Import) -> Result<(), ReadError> {
    read_calendar(input, import, &mut |_| true)
}

fn cards(input: &mut dyn std::io::BufRead, import: &mut Import) -> Result<(), ReadError> {
    read_vcards(input, import, &mut |_| true)
}

/// The one reason for which nothing was stored.
fn refused(reader: Reader, name: &str) -> String {
    let (kept, skips) = read(reader, &file(name));
    assert_eq!(kept.observations.len() + kept.contacts.len(), 0, "{name}");
    assert_eq!(skips.total(), 1, "{name}: {skips}");
    skips.by_reason().next().expect("one").0.to_owned()
}

#[test]
fn messages() {
    for (name, reason) in [
        ("eml/004-two-from.eml", "no single sender"),
        ("eml/005-from-two-addresses.eml", "no single sender"),
        ("eml/007-no-from.eml", "no single sender"),
        ("eml/009-autoreply-loop.eml", "automatic message"),
        ("eml/010-bounce-null-sender.eml", "bounce"),
        ("eml/011-loop-header.eml", "automatic message"),
    ] {
        assert_eq!(refused(message, name), reason, "{name}");
    }
    for name in [
        "001-good-control",
        "002-spoofed-from",
        "003-forged-auth-results",
        "008-unknown-sender",
        "012-dup-message-id",
        "013-deep-mime",
        "014-bad-boundary",
        "015-html-only-script",
        "016-hidden-text",
        "017-vcf-attachment-bad",
        "018-exe-attachment",
        "019-charset-lie",
        "020-rfc2047-crlf",
        "022-hundred-contacts",
    ] {
        let (kept, skips) = read(message, &file(&format!("eml/{name}.eml")));
        assert_eq!((kept.observations.len(), kept.contacts.len()), (1, 0), "{name}: {skips}");
        let seen = &kept.observations[0];
        assert_eq!(seen.to, "refer+acme@in.acme.example", "{name}");
        assert!(seen.from.ends_with(".example") && !seen.from.contains(char::is_control), "{name}");
        assert_eq!((seen.kind, seen.provenance), (Kind::Message, Provenance::Observed));
    }
    let (kept, _) = read(message, &file("eml/006-display-name-address.eml"));
    assert_eq!(kept.observations[0].from, "m@other.example", "a display name is no identity");
}

#[test]
fn calendars() {
    for (name, reason) in [
        ("ics/002-rrule-bomb.ics", "recurs too often"),
        ("ics/003-end-before-start.ics", "ends before it starts"),
        ("ics/004-tz-unknown.ics", "unknown time zone"),
        ("ics/005-dst-gap.ics", "nobody else there"),
        ("ics/006-attach-file.ics", "nobody else there"),
    ] {
        assert_eq!(refused(calendar, name), reason, "{name}");
    }
    let (kept, _) = read(calendar, &file("ics/001-good-control.ics"));
    assert_eq!(kept.observations.len(), 2, "each to the other");
    let (kept, _) = read(calendar, &file("ics/007-organizer-spoof.ics"));
    assert!(kept.observations.iter().all(|seen| seen.provenance == Provenance::Imported));
}

#[test]
fn a_time_the_clock_skips_is_read_the_same_everywhere() {
    let text = String::from_utf8(file("ics/005-dst-gap.ics")).expect("plain text");
    let text = text.replace("SUMMARY", "ATTENDEE:mailto:pat@x.example\nSUMMARY");
    let (kept, skips) = read(calendar, text.as_bytes());
    assert_eq!(skips.total(), 0, "{skips}");
    // 02:30 did not exist in Berlin that night; clocks showed 03:30, which is 01:30 UTC.
    let at = "2027-03-28T01:30:00Z".parse::<jiff::Timestamp>().expect("a time").as_second();
    assert_eq!(kept.observations[0].at, at);
}

#[test]
fn a_weekly_meeting_counts_each_time_it_was_held() {
    let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:w\r\nDTSTART:20270301T090000Z\r\n\
                RRULE:FREQ=WEEKLY;COUNT=50\r\nATTENDEE;CN=\"Lee: Pat\";PARTSTAT=ACCEPTED:mail\r\n \
                to:pat@x.example\r\nATTENDEE;PARTSTAT=DECLINED:mailto:no@x.example\r\n\
                BEGIN:VALARM\r\nATTENDEE:mailto:alarm@x.example\r\nEND:VALARM\r\n\
                END:VEVENT\r\nEND:VCALENDAR\r\n";
    let (kept, skips) = read(calendar, text.as_bytes());
    assert_eq!(skips.total(), 0, "{skips}");
    assert_eq!(kept.observations.len(), 5 * 2, "five Mondays in March, both ways");
    assert!(kept.observations.iter().all(|seen| seen.recipients == 1));
}

#[test]
fn cards_of_every_kind() {
    assert_eq!(refused(cards, "vcf/002-no-end.vcf"), "card without end");
    for (name, email, person) in [
        ("001-good-control", "pat.lee@prospect.example", "Pat Lee"),
        ("003-folded-injection", "pat@prospect.example", "PatEMAIL:hidden@other.example"),
        ("004-photo-uri", "pat@prospect.example", "Pat"),
        ("007-hundred-emails", "p0@prospect.example", "Pat"),
        ("008-charset-qp", "pat@prospect.example", "P Bcc:x@y.test Lée"),
    ] {
        let (kept, _) = read(cards, &file(&format!("vcf/{name}.vcf")));
        assert_eq!(kept.contacts.len(), 1, "{name}");
        let contact = &kept.contacts[0];
        assert_eq!((&*contact.email, &*contact.name), (email, person), "{name}");
        assert!(contact.url.is_empty(), "nothing a card points to is kept");
    }
    let (_, skips) = read(cards, &file("vcf/007-hundred-emails.vcf"));
    assert_eq!(skips.count("further address of a card"), 99);
}

#[test]
fn bombs_cost_bounded_memory() {
    let photo = "QUFB".repeat(2_000_000);
    let card =
        format!("BEGIN:VCARD\nFN:P\nEMAIL:p@x.example\nPHOTO;ENCODING=b:{photo}\nEND:VCARD\n");
    let (kept, skips) = read(cards, card.as_bytes());
    assert_eq!((kept.contacts.len(), skips.count("card too large")), (0, 1));
    let small = card.replace(&photo, &photo[..100_000]);
    assert_eq!(read(cards, small.as_bytes()).0.contacts.len(), 1, "a picture is no harm");
    let many = "BEGIN:VCARD\nVERSION:4.0\nFN:P\nEMAIL:p@x.example\nEND:VCARD\n".repeat(50_000);
    assert_eq!(read(cards, many.as_bytes()).0.contacts.len(), 50_000);
    let folded = format!("BEGIN:VCARD\nFN:{}\nEND:VCARD\n", "x\n ".repeat(1_000_000));
    assert_eq!(read(cards, folded.as_bytes()).1.count("card too large"), 1);
}
