//! Archives as people export them, and as nobody should be able to send them.

#![expect(clippy::expect_used, reason = "a test states what must hold")]

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use warmpath_network::import::{
    ArchiveError, Bounds, Contact, Form, Import, Observation, Policy, Sink, Unpacking,
    is_directory_bounded, read_gzip, read_zip,
};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const BOUNDS: Bounds = Bounds { files_max: 100, bytes_max: 64 << 20 };

#[derive(Default)]
struct Found(Vec<Observation>, Vec<Contact>);

impl Sink for Found {
    fn observation(&mut self, seen: Observation) {
        self.0.push(seen);
    }
    fn contact(&mut self, contact: Contact) {
        self.1.push(contact);
    }
}

fn message(n: u32) -> String {
    format!(
        "From: ada@plant.example\nTo: lena@corvane.example\nDate: Mon, 02 Nov 2026 09:{n:02}:00 \
         +0000\nMessage-ID: <{n}@plant.example>\nSubject: secret\n\nnobody reads this\n"
    )
}

fn mailbox(messages: std::ops::Range<u32>) -> String {
    messages.map(|n| format!("From ada Mon Nov  2 09:00:00 2026\n{}\n", message(n))).collect()
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        zip.start_file(*name, options).expect("a name");
        zip.write_all(bytes).expect("in memory");
    }
    zip.finish().expect("in memory").into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).expect("in memory");
    out.finish().expect("in memory")
}

fn read(zip: &[u8], bounds: Bounds) -> (Result<(), ArchiveError>, Found, Unpacking) {
    let policy = Policy {
        owner: "lena@corvane.example".to_owned(),
        as_of: 1_795_000_000,
        earliest: 1_600_000_000,
        ..Policy::default()
    };
    let mut found = Found::default();
    let mut unpacking = Unpacking::within(bounds);
    let mut import = Import::new(&policy, &mut found);
    let read = if Form::of("file", zip) == Form::Gzip {
        read_gzip("all.mbox.gz", zip, zip.len() as u64, &mut unpacking, &mut import, &mut |_| true)
    } else {
        read_zip(Cursor::new(zip), &mut unpacking, &mut import, &mut |_| true)
    };
    (read, found, unpacking)
}

#[test]
fn a_takeout_with_a_maildir_gives_every_message_once() {
    let (box_, one) = (mailbox(0..5), message(7));
    let zip = zip_of(&[
        ("Takeout/Mail/All mail.mbox", box_.as_bytes()),
        ("mail/cur/1700000000.M1P2.host:2,S", one.as_bytes()),
        ("again/All mail.mbox", box_.as_bytes()),
        ("Takeout/Contacts/all.vcf", b"BEGIN:VCARD\nFN:Ada\nEMAIL:ada@plant.example\nEND:VCARD\n"),
        ("__MACOSX/._x", b"clutter"),
        ("Takeout/archive_browser.html", b"<html></html>"),
    ]);
    let (done, found, unpacking) = read(&zip, BOUNDS);
    done.expect("a fair archive");
    assert_eq!((found.0.len(), found.1.len(), unpacking.read), (6, 1, 4));
    let left: Vec<_> = unpacking.left_out.iter().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].0.0, "html");
    let (done, found, _) = read(&gzip(box_.as_bytes()), BOUNDS);
    done.expect("a fair gzip");
    assert_eq!(found.0.len(), 5);
}

#[test]
fn a_bomb_stops_early_whatever_it_claims() {
    let zeros = vec![0_u8; 48 << 20];
    let zip = zip_of(&[("huge.mbox", &zeros)]);
    assert!(zip.len() < 100 << 10, "{}", zip.len());
    assert!(matches!(read(&zip, BOUNDS).0, Err(ArchiveError::Bomb)));
    assert!(matches!(read(&gzip(&zeros), BOUNDS).0, Err(ArchiveError::Bomb)));

    // Many files that are each within measure, too much together.
    let text = mailbox(0..60).repeat(300);
    let name = |n: usize| format!("{n}.mbox");
    let names: Vec<String> = (0..20).map(name).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().map(|name| (name.as_str(), text.as_bytes())).collect();
    let zip = zip_of(&files);
    let small = Bounds { bytes_max: 8 << 20, ..BOUNDS };
    assert!(matches!(read(&zip, small).0, Err(ArchiveError::TooLarge(_))));
    let few = Bounds { files_max: 3, ..BOUNDS };
    assert!(matches!(read(&zip, few).0, Err(ArchiveError::TooManyFiles(3))));
    assert!(is_directory_bounded(&zip, 20) && !is_directory_bounded(&zip, 19));

    // A size that is a lie is not believed.
    let mut lying = zip_of(&[("a.mbox", &zeros)]);
    let at = lying.windows(4).rposition(|w| w == b"PK\x01\x02").expect("a directory");
    lying[at + 24..at + 28].copy_from_slice(&10_u32.to_le_bytes());
    let (done, found, _) = read(&lying, BOUNDS);
    assert!(done.is_err() || found.0.is_empty(), "{done:?}");
}

#[test]
fn names_that_climb_nested_archives_and_damage_lead_nowhere() {
    let one = message(1);
    let inner = zip_of(&[("inner.mbox", mailbox(0..3).as_bytes())]);
    let packed = gzip(mailbox(0..3).as_bytes());
    let zip = zip_of(&[
        ("../../etc/cron.d/evil.eml", one.as_bytes()),
        ("C:\\Windows\\evil.exe", b"MZ"),
        ("inner.zip", &inner),
        ("inner.mbox.gz", &packed),
        ("\u{202e}gnp.\u{0}\n<script>", b"\x00\x01"),
    ]);
    let (done, found, unpacking) = read(&zip, BOUNDS);
    done.expect("the others are read");
    assert_eq!((found.0.len(), unpacking.read), (1, 1), "the letter is read, and written nowhere");
    let nested: u64 = unpacking
        .left_out
        .iter()
        .filter(|((_, why), _)| *why == "an archive inside an archive")
        .map(|(_, count)| count)
        .sum();
    assert_eq!(nested, 2);
    let told = format!("{:?}", unpacking.left_out);
    assert!(!told.contains("script") && !told.contains("evil"), "{told}");

    let good = zip_of(&[("a.mbox", mailbox(0..40).as_bytes())]);
    for cut in [0, 1, 20, good.len() / 2, good.len() - 1] {
        let (done, found, _) = read(&good[..cut], BOUNDS);
        assert!(matches!(done, Err(ArchiveError::Damaged)) && found.0.is_empty(), "cut at {cut}");
    }
    let mut bent = good.clone();
    for at in (40..good.len() / 2).step_by(7) {
        bent[at] ^= 0x5a;
    }
    let (done, _, unpacking) = read(&bent, BOUNDS);
    assert!(done.is_err() || !unpacking.left_out.is_empty(), "damage is told");
}
