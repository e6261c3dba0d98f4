//! What an address may and may not be.

use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> Email {
    Email::parse(text).unwrap_or_else(|refusal| panic!("{text}: {refusal}"))
}

/// The hostile addresses, each with the answer it must get (`None`: accepted).
#[test]
fn every_hostile_address_gets_its_answer() {
    use EmailRefusal as R;
    let expected = [
        Some(R::Control),
        Some(R::Encoded),
        Some(R::Control),
        Some(R::SeveralAddresses),
        Some(R::SeveralAddresses),
        Some(R::SeveralAddresses),
        Some(R::Space),
        Some(R::AddressLiteral),
        Some(R::DotlessDomain),
        Some(R::EmptyLocalPart),
        Some(R::NoAtSign),
        Some(R::SeveralAtSigns),
        Some(R::EmptyLabel),
        Some(R::LocalPartDots),
        Some(R::Domain),
        Some(R::LabelTooLong),
        Some(R::LocalPartTooLong),
        Some(R::Control),
        Some(R::Space),
        Some(R::LeadingCharacter),
        Some(R::LeadingCharacter),
        Some(R::TrailingDot),
        None,
        None,
        None,
        None,
        None,
        None,
    ];
    let cases: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../../tests/data/hostile_addresses.json")).unwrap();
    assert_eq!(cases.len(), expected.len());
    for (case, expected) in cases.iter().zip(expected) {
        let answer = Email::parse(case["value"].as_str().unwrap()).err();
        assert_eq!(answer, expected, "{}", case["id"]);
    }
}

#[test]
fn more_forms_that_must_not_pass() {
    use EmailRefusal as R;
    for (text, refusal) in [
        ("", R::Empty),
        (" pat@prospect.example", R::Space),
        ("pat@prospect.example ", R::Space),
        ("Pat Lee <pat@prospect.example>", R::DisplayName),
        ("Pat<pat@prospect.example>", R::DisplayName),
        ("pat(comment)@prospect.example", R::DisplayName),
        ("\"pat\"@prospect.example", R::DisplayName),
        ("=?utf-8?q?pat=0d=0a?=@prospect.example", R::Encoded),
        ("pat%other.example@prospect.example", R::Encoded),
        ("other!pat@prospect.example", R::LocalPartCharacter),
        ("pat`id`@prospect.example", R::LocalPartCharacter),
        ("pat\\@prospect.example", R::LocalPartCharacter),
        ("pat🚀@prospect.example", R::LocalPartCharacter),
        ("p\u{200B}at@prospect.example", R::Invisible),
        ("pat@pros\u{202E}pect.example", R::Invisible),
        ("pat\u{3000}@prospect.example", R::Space),
        ("pat\u{2028}@prospect.example", R::Space),
        ("/dev/null@prospect.example", R::LeadingCharacter),
        ("pat.@prospect.example", R::LocalPartDots),
        ("pat@127.0.0.1", R::AddressLiteral),
        ("pat@prospect_x.example", R::Domain),
        ("pat@prospect-.example", R::Domain),
        ("pat@xn--a.example", R::Domain),
        ("pat@prospect．example．", R::DotlessDomain),
        ("pat@prospect!.example", R::Domain),
    ] {
        assert_eq!(Email::parse(text).err(), Some(refusal), "{text:?}");
    }
    let long = format!("pat@{}example", "abcdefgh.".repeat(30));
    assert_eq!(Email::parse(&long).err(), Some(R::TooLong));
    assert!(Email::parse(&format!("{}@prospect.example", "a".repeat(64))).is_ok());
}

#[test]
fn matching_ignores_case_and_composition() {
    let key = parse("pat.lee@prospect.example").normal();
    assert_eq!(parse("PAT.LEE@PROSPECT.EXAMPLE").normal(), key);
    assert_eq!(
        parse("pät@prospect.example").normal(),
        parse("pa\u{308}t@PROSPECT.example").normal()
    );
    assert_eq!(parse("pat@ｐｒｏｓｐｅｃｔ.example").normal(), "pat@prospect.example");
    assert_eq!(parse("s.o'brien@prospect.example").normal(), "s.o'brien@prospect.example");
}

#[test]
fn a_tag_is_dropped_only_where_the_provider_drops_it() {
    assert!(PLUS_TAG_DOMAINS.is_sorted());
    assert_eq!(parse("Pat+crm@Gmail.com").folded(), "pat@gmail.com");
    assert_eq!(parse("pat+crm@prospect.example").folded(), "pat+crm@prospect.example");
    assert_eq!(parse("+crm@gmail.com").folded(), "+crm@gmail.com");
}

#[test]
fn the_mask_shows_the_ends_only() {
    for (address, masked) in [
        ("pathanson@northmere.example", "p…n@northmere.example"),
        ("pat@northmere.example", "p…t@northmere.example"),
        ("pn@northmere.example", "p…@northmere.example"),
        ("p@northmere.example", "…@northmere.example"),
    ] {
        assert_eq!(parse(address).masked(), masked);
    }
}

#[test]
fn the_registrable_domain_follows_the_public_suffix_list() {
    assert_eq!(parse("a@mail.eu.acme.co.uk").registrable_domain(), "acme.co.uk");
    assert_eq!(parse("p@a.b.c.prospect.example").registrable_domain(), "prospect.example");
    assert_eq!(parse("a@alice.github.io").registrable_domain(), "alice.github.io");
    assert_eq!(parse("a@co.uk").registrable_domain(), "co.uk");
}

#[test]
fn a_look_alike_domain_is_taken_but_not_in_silence() {
    let cyrillic = parse("pat@prоspect.example").domain_warning().unwrap();
    assert!(cyrillic.mixed_scripts && cyrillic.ascii.starts_with("xn--"));
    let decoded = parse("pat@xn--prspect-yog.example").domain_warning().unwrap();
    assert!(decoded.mixed_scripts && decoded.unicode != decoded.ascii);
    let wide = parse("pat@ｐｒｏｓｐｅｃｔ.example").domain_warning().unwrap();
    assert!(wide.compatibility_forms && !wide.mixed_scripts);
    assert_eq!(parse("info.jm@bücher.example").domain_warning(), None);
    assert_eq!(parse("pat@prospect.example").domain_warning(), None);
}

#[test]
fn a_log_line_shows_no_address() {
    assert_eq!(format!("{:?}", parse("pat@prospect.example")), "Email([withheld])");
}

proptest! {
    #[test]
    fn no_accepted_address_can_break_a_header(text in "\\PC{0,12}@?[ -~\\r\\n\\t]{0,20}") {
        if let Ok(email) = Email::parse(&text) {
            for form in [email.as_written(), &email.normal(), &email.folded()] {
                prop_assert!(!form.contains(|c: char| c.is_control() || c.is_whitespace()));
                prop_assert_eq!(form.matches('@').count(), 1);
                prop_assert!(!form.contains([',', ';', '<', '>', '"']));
            }
            prop_assert!(email.domain().is_ascii());
        }
    }

    #[test]
    fn the_normal_form_is_its_own_normal_form(
        local in "[a-zA-ZäöüÄÖÜß0-9]{1,10}([.+_-][a-zA-Z0-9]{1,5})?",
        domain in "[a-zA-Zäéø0-9]{1,12}\\.(example|co\\.uk|com)",
    ) {
        let email = parse(&format!("{local}@{domain}"));
        let again = parse(&email.normal());
        prop_assert_eq!(again.normal(), email.normal());
        prop_assert_eq!(again.folded(), email.folded());
    }
}
