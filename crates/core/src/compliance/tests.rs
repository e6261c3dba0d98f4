//! The rule files are read whole, and every law of the verdict holds.

use proptest::prelude::*;

use super::*;
use crate::contact::Country;

fn country(code: &str) -> Country {
    code.parse().unwrap()
}

fn ask(recipient: &str, sender: &str) -> ContactQuestion {
    ContactQuestion::unknown(recipient.parse().ok(), country(sender), Channel::Email)
}

fn everything_on(recipient: &str, sender: &str) -> ContactQuestion {
    ContactQuestion {
        exemptions: Exemptions::all(),
        recipient_kind: RecipientKind::Corporate,
        work: WorkFacts {
            work_address: Some(true),
            concerns_job: Some(true),
            informed_at_collection: Some(true),
        },
        casl: CaslFacts {
            messages_sent: 0,
            recipient_is_individual: Some(true),
            referrer_is_individual: Some(true),
            referrer_knows_sender: Some(true),
            referrer_knows_recipient: Some(true),
            referrers_may_be_named: Some(true),
        },
        ..ask(recipient, sender)
    }
}

#[test]
fn the_compiled_in_files_are_read_whole() {
    let set = rules();
    assert!(set.not_legal_advice);
    assert_eq!(set.rules.len(), 12);
    for rule in &set.rules {
        let parent = rule.parent.as_ref();
        assert!(parent.is_none_or(|id| set.rules.iter().any(|rule| rule.id == *id)));
        assert!(parent.is_some() || !rule.instruments.is_empty(), "{}", rule.id);
    }
    let eea: Vec<_> = Country::all().filter(|country| country.is_eea()).collect();
    let mut members = set.rules.iter().find(|rule| rule.id == "EU").unwrap().members.clone();
    members.sort();
    assert_eq!(members, eea);
    assert_eq!(retention_rules().len(), 15);
}

#[test]
fn chains_run_from_the_special_to_the_general() {
    let ids = |code: &str, california| -> Vec<&str> {
        rule_chain(country(code), california).iter().map(|rule| rule.id.as_str()).collect()
    };
    assert_eq!(ids("FR", false), ["FR", "EU"]);
    assert_eq!(ids("NO", false), ["EU"]);
    assert_eq!(ids("US", true), ["US-CA", "US"]);
    assert_eq!(ids("US", false), ["US"]);
    assert!(ids("ZA", false).is_empty());
}

#[test]
fn by_default_nobody_is_written_to_first() {
    for recipient in Country::all() {
        let question = ask(recipient.code(), recipient.code());
        assert_eq!(contact_verdict(&question).may, May::NotYet, "{recipient}");
    }
    let unknown = contact_verdict(&ask("", "US"));
    assert_eq!(unknown.may, May::NotYet);
    assert!(unknown.rule_ids.contains(&"strict_default".to_owned()));
    assert_eq!((unknown.messages_max, unknown.retention_months), (Some(0), 12));
}

#[test]
fn each_exemption_holds_at_home_and_only_there() {
    for code in ["CA", "FR", "GB", "SG", "US"] {
        let verdict = contact_verdict(&everything_on(code, code));
        assert_eq!((verdict.may, verdict.exemptions_used.len()), (May::Yes, 1), "{code}");
        // The strictest of recipient, sender and exporter: a German exporter ends it.
        let mut question = everything_on(code, code);
        question.exporter = country("DE");
        let verdict = contact_verdict(&question);
        assert_eq!((verdict.may, verdict.exemptions_used.len()), (May::NotYet, 0), "{code}");
        assert!(verdict.why.contains("Germany"));
    }
    for code in ["DE", "BE", "AU", "BR", "JP", "NO", "ZA"] {
        assert_eq!(contact_verdict(&everything_on(code, code)).may, May::NotYet, "{code}");
    }
    let both = contact_verdict(&everything_on("CA", "US"));
    assert_eq!(both.exemptions_used, [Exemption::CanadaOneMessage, Exemption::UnitedStatesOptOut]);
    assert_eq!(both.messages_max, Some(1));
}

#[test]
fn every_condition_of_the_canadian_exemption_counts() {
    let base = everything_on("CA", "CA");
    let changes: [fn(&mut CaslFacts); 6] = [
        |casl| casl.messages_sent = 1,
        |casl| casl.recipient_is_individual = None,
        |casl| casl.referrer_is_individual = Some(false),
        |casl| casl.referrer_knows_sender = None,
        |casl| casl.referrer_knows_recipient = Some(false),
        |casl| casl.referrers_may_be_named = None,
    ];
    for change in changes {
        let mut question = base;
        change(&mut question.casl);
        assert_eq!(question.casl.unmet().len(), 1);
        assert_eq!(contact_verdict(&question).may, May::NotYet);
    }
}

#[test]
fn facts_that_are_not_known_do_not_open_an_exemption() {
    let mut french = everything_on("FR", "FR");
    french.work.concerns_job = None;
    assert_eq!(contact_verdict(&french).may, May::NotYet);
    let mut british = everything_on("GB", "GB");
    for kind in [RecipientKind::Individual, RecipientKind::Unknown] {
        british.recipient_kind = kind;
        assert_eq!(contact_verdict(&british).may, May::NotYet);
    }
    let mut call = everything_on("US", "US");
    call.channel = Channel::Phone;
    assert_eq!(contact_verdict(&call).may, May::NotYet);
}

#[test]
fn what_goes_with_a_message_is_the_strictest_of_all_places() {
    let verdict = contact_verdict(&ask("US", "AU"));
    assert_eq!(verdict.opt_out_within.words(), "5 business days");
    assert_eq!(contact_verdict(&ask("US", "US")).opt_out_within.words(), "10 business days");
    assert_eq!(contact_verdict(&ask("US", "FR")).opt_out_within.words(), "at once");
    assert_eq!(contact_verdict(&ask("FR", "FR")).retention_months, 36);
    assert_eq!(contact_verdict(&ask("FR", "DE")).retention_months, 24);
    let german = contact_verdict(&ask("DE", "US"));
    assert!(german.citations.iter().any(|law| law.contains("UWG")));
    assert!(german.disclose.iter().any(|line| line.contains("postal address")));
    assert_eq!(german.art14.unwrap().deadline.words(), "1 month");
    assert!(contact_verdict(&ask("GB", "GB")).art14.unwrap().must_name_source);
    assert_eq!(contact_verdict(&ask("US", "US")).art14, None);
    let unknown = contact_verdict(&ask("", "FR")).art14.unwrap();
    assert_eq!(unknown.deadline.words(), "at once");
}

#[test]
fn an_agreement_covers_its_own_channel_only() {
    let mut question = ask("DE", "DE");
    question.own_answer = Some(OwnAnswer::Agreed);
    let verdicts = contact_verdicts(&question);
    let answers: Vec<May> = verdicts.iter().map(|verdict| verdict.may).collect();
    assert_eq!(answers, [May::Yes, May::NotYet, May::NotYet, May::NotYet]);
}

#[test]
fn the_notice_is_due_at_the_first_of_three_events() {
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let obtained = at("2026-01-31T10:00Z");
    assert_eq!(art14_due(obtained, None, None).unwrap(), at("2026-02-28T10:00Z"));
    let message = Some(at("2026-02-10T00:00Z"));
    let shown = at("2026-02-05T00:00Z");
    assert_eq!(art14_due(obtained, message, Some(shown)).unwrap(), shown);
    let late = Some(at("2026-05-05T00:00Z"));
    assert_eq!(art14_due(obtained, late, None).unwrap(), at("2026-02-28T10:00Z"));
}

#[test]
fn transfers_follow_the_lists_their_conditions_and_dates() {
    let judge = |from: &str, to: &str, condition_met, on: &str| {
        transfer(&TransferQuestion {
            from: country(from),
            to: to.parse().ok(),
            condition_met,
            safeguard_on_file: false,
            on: on.parse().unwrap(),
        })
    };
    assert_eq!(judge("DE", "NO", None, "2026-06-01"), Transfer::Inside);
    assert!(judge("DE", "CH", None, "2026-06-01").is_allowed());
    assert!(!judge("DE", "US", None, "2026-06-01").is_allowed());
    assert!(judge("DE", "US", Some(true), "2026-06-01").is_allowed());
    assert!(!judge("DE", "BR", None, "2026-01-26").is_allowed());
    assert!(judge("DE", "BR", None, "2026-01-27").is_allowed());
    assert!(judge("DE", "GB", None, "2031-12-27").is_allowed());
    assert!(!judge("DE", "GB", None, "2031-12-28").is_allowed());
    assert!(judge("GB", "IS", None, "2026-06-01").is_allowed());
    assert!(judge("US", "IN", None, "2026-06-01").is_allowed());
    assert!(!judge("ZA", "DE", None, "2026-06-01").is_allowed());
    assert!(!judge("DE", "", Some(true), "2026-06-01").is_allowed());
    let safeguarded = transfer(&TransferQuestion {
        from: country("DE"),
        to: Some(country("IN")),
        condition_met: None,
        safeguard_on_file: true,
        on: "2026-06-01".parse().unwrap(),
    });
    assert_eq!(safeguarded, Transfer::Safeguarded);
}

#[test]
fn retention_prefers_the_special_rule() {
    let months = |code: &str| {
        let rule = retention_for(RetentionClass::Prospect, code.parse().ok()).unwrap();
        (rule.region.clone(), rule.keep.months())
    };
    assert_eq!(months("FR"), ("FR".to_owned(), Some(36)));
    assert_eq!(months("DE"), ("EEA".to_owned(), Some(24)));
    assert_eq!(months("US"), ("*".to_owned(), Some(24)));
    let unconfirmed = retention_for(RetentionClass::ReferralUnconfirmed, None).unwrap();
    assert_eq!((unconfirmed.keep.n, unconfirmed.keep.months()), (Some(30), None));
}

#[test]
fn the_first_run_table_says_what_holds() {
    let countries: Vec<_> = ["DE", "FR", "US", "ZA"].map(country).to_vec();
    let summary = summary_for(&countries, Exemptions::default());
    let exempt: Vec<_> = summary.countries.iter().map(|row| row.has_exemption).collect();
    assert_eq!(exempt, [false, true, true, false]);
    assert_eq!(summary.retention_months, Some(12));
    assert_eq!(summary.countries[3].rule_ids, ["strict_default"]);
    assert!(summary.countries[0].first_message.starts_with("Only after"));
    let on = Exemptions { united_states_opt_out: true, ..Exemptions::default() };
    let switched = summary_for(&countries, on);
    assert!(switched.countries[2].first_message.starts_with("A first message may"));
}

fn questions() -> impl Strategy<Value = ContactQuestion> {
    let countries: Vec<Country> = Country::all().collect();
    let place = prop::sample::select(countries);
    let answer = prop::sample::select(vec![
        None,
        Some(OwnAnswer::Agreed),
        Some(OwnAnswer::Refused),
        Some(OwnAnswer::Withdrawn),
        Some(OwnAnswer::Expired),
    ]);
    let channel = prop::sample::select(Channel::ALL.to_vec());
    let places = (prop::option::of(place.clone()), place.clone(), place);
    (places, answer, channel, any::<bool>()).prop_map(
        |((recipient, sender, exporter), own_answer, channel, objected)| ContactQuestion {
            recipient,
            sender,
            exporter,
            own_answer,
            channel,
            objected,
            ..everything_on("US", "US")
        },
    )
}

proptest! {
    #[test]
    fn an_objection_beats_everything(question in questions()) {
        let objected = ContactQuestion { objected: true, ..question };
        prop_assert_eq!(contact_verdict(&objected).may, May::No);
    }

    #[test]
    fn one_more_place_never_makes_the_answer_kinder(question in questions()) {
        let home = ContactQuestion { sender: question.exporter, ..question };
        let (home, abroad) = (contact_verdict(&home), contact_verdict(&question));
        prop_assert!(abroad.may >= home.may);
        prop_assert!(abroad.retention_months <= home.retention_months);
        prop_assert!(abroad.opt_out_within.hours_at_least() <= home.opt_out_within.hours_at_least());
    }

    #[test]
    fn without_a_switch_only_an_agreement_says_yes(question in questions()) {
        let off = ContactQuestion { exemptions: Exemptions::default(), ..question };
        let verdict = contact_verdict(&off);
        prop_assert_eq!(
            verdict.may == May::Yes,
            off.own_answer == Some(OwnAnswer::Agreed) && !off.objected
        );
        prop_assert!(!verdict.why.is_empty() && !verdict.rule_ids.is_empty());
    }
}
