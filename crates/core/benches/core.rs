//! How long the calls take that stand on a busy path. Prints nanoseconds a call, best of five.
//!
//! Run: `cargo bench -p warmpath-core`

use std::hint::black_box;
use std::time::Instant;

use jiff::Timestamp;
use warmpath_core::calendar::WorkingHours;
use warmpath_core::compliance::{Channel, ContactQuestion, contact_verdict};
use warmpath_core::contact::{Email, MailboxTraits, Phone};
use warmpath_core::export::guard;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let hours = WorkingHours::office("Europe/Berlin")?;
    let start: Timestamp = "2026-06-01T07:00Z".parse()?;
    for (name, minutes) in [("four hours", 240), ("one year", 125_000), ("ten years", 1_250_000)] {
        let call = || hours.add_working(black_box(start), minutes);
        measure(&format!("calendar: due in {name} of work"), call);
    }
    measure("email: parse", || Email::parse(black_box("Pat.Lee+crm@mail.Prospect.example")));
    let email = Email::parse("pat@mail.prospect.example")?;
    measure("email: class of mailbox", || MailboxTraits::of(black_box(&email)));
    let germany = Some("DE".parse()?);
    measure("phone: parse", || Phone::parse(black_box("0151 23456789"), germany));
    let question = ContactQuestion::unknown(germany, "US".parse()?, Channel::Email);
    measure("compliance: verdict", || contact_verdict(black_box(&question)));
    let text = "A fair paragraph. ".repeat(60);
    measure("export: guard 1 kB of honest text", || guard(black_box(&text)).len());
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn measure<T>(name: &str, mut call: impl FnMut() -> T) {
    const CALLS: u32 = 200;
    let best = (0..5).map(|_| {
        let start = Instant::now();
        for _ in 0..CALLS {
            black_box(call());
        }
        start.elapsed().as_nanos() / u128::from(CALLS)
    });
    println!("{name:40} {:>12} ns", best.min().unwrap_or_default());
}
