//! Drafts with one thing wrong, and honest ones with nothing wrong.

use super::*;

const GOOD: &str = "Dear Pat,\n\nI write as a result of the referral by Kim Brandt, who gave us \
    your work address. Here is what we hold and why: https://northmere.example/notice\n\
    You may object at any time, or unsubscribe with one click.\n\
    Northmere Analytics Ltd, 1 Mill Lane, Leeds";

fn occasion() -> Occasion {
    Occasion {
        recipient: None,
        recipient_opted_in: false,
        commercial: true,
        first_message: true,
        canada_exemption: true,
        reward_recorded: false,
        referrer_statement: false,
        sender_legal_name: "Northmere Analytics Ltd".to_owned(),
        sender_postal_address: Some("1 Mill Lane, Leeds".to_owned()),
        referrer_names: vec!["Kim Brandt".to_owned()],
        source_and_notice: vec![
            "Kim Brandt".to_owned(),
            "https://northmere.example/notice".to_owned(),
        ],
        sealed: Vec::new(),
        known_identifiers: vec!["pat@prospect.example".to_owned(), "+44 113 4960000".to_owned()],
    }
}

fn draft(body: &str) -> Draft<'_> {
    Draft { subject: "A short question", body, in_reply_to: false, one_click_unsubscribe: true }
}

fn found(body: &str, occasion: &Occasion) -> Vec<String> {
    review(&draft(body), occasion).into_iter().map(|finding| finding.rule_id).collect()
}

#[test]
fn the_compiled_in_rules_are_whole_and_each_has_its_own_suggestion() {
    let ids: Vec<&str> = review_rules().ids().collect();
    assert_eq!(ids.len(), 8 + 15);
    let suggestions: std::collections::BTreeSet<_> =
        ids.iter().map(|id| rules::suggestion(id)).collect();
    assert_eq!(suggestions.len(), ids.len());
}

#[test]
fn a_good_message_has_no_findings() {
    assert_eq!(found(GOOD, &occasion()), [""; 0]);
    let service = Occasion {
        commercial: false,
        recipient_opted_in: true,
        canada_exemption: false,
        ..occasion()
    };
    assert_eq!(found("See you at two. Northmere Analytics Ltd", &service), [""; 0]);
}

#[test]
fn each_required_part_is_missed_when_it_is_cut_out() {
    for (cut, rule) in [
        ("unsubscribe", "req-unsub"),
        ("1 Mill Lane, Leeds", "req-postal"),
        ("Northmere Analytics Ltd", "req-sender"),
        ("Kim Brandt", "req-referrer-fullname"),
        ("as a result of the referral", "req-referral-statement"),
        ("https://northmere.example/notice", "req-source"),
        ("object", "req-objection"),
    ] {
        let ids = found(&GOOD.replace(cut, "…"), &occasion());
        assert!(ids.contains(&rule.to_owned()), "{rule}: {ids:?}");
    }
    let rewarded = Occasion { reward_recorded: true, ..occasion() };
    assert_eq!(found(GOOD, &rewarded), ["req-incentive"]);
    let told = format!("{GOOD}\nKim receives a reward.");
    assert_eq!(found(&told, &rewarded), [""; 0]);
    let mut no_header = draft(GOOD);
    no_header.one_click_unsubscribe = false;
    assert_eq!(review(&no_header, &occasion())[0].rule_id, "req-unsub");
}

#[test]
fn each_forbidden_thing_is_found_where_it_stands() {
    for (text, rule, severity) in [
        ("We guarantee it", "guarantee", Severity::Block),
        ("It will double your revenue", "roi-promise", Severity::Review),
        ("Act now", "false-urgency", Severity::Review),
        ("Click here", "spam-phrases", Severity::Review),
        ("Really?!", "shouting", Severity::Review),
        ("Kim highly recommends us", "fake-endorsement", Severity::Block),
        ("This is not a sales pitch", "personal-guise", Severity::Block),
        ("in return for your signature", "quid-pro-quo", Severity::Block),
        ("keep this between us", "hidden-incentive", Severity::Block),
        ("the ministry", "official", Severity::Review),
        ("after her pregnancy", "special-category", Severity::Block),
        ("<img src=x width=1 height=1>", "tracking", Severity::Review),
        ("write to sam@other.example", "third-party-pii", Severity::Block),
        ("call 0113 496 0777", "third-party-pii", Severity::Block),
    ] {
        let body = format!("{GOOD}\n{text}");
        let findings = review(&draft(&body), &occasion());
        assert_eq!(findings.len(), 1, "{text}: {findings:?}");
        let finding = &findings[0];
        assert_eq!((finding.rule_id.as_str(), finding.severity), (rule, severity));
        assert_eq!(may_be_sent(&findings), severity == Severity::Review);
        let span = finding.span.clone().unwrap();
        assert!(span.start > GOOD.len() && text.contains(&body[span]), "{text}");
    }
}

#[test]
fn known_parties_dates_and_short_numbers_are_no_third_party() {
    let text = "Write to PAT@prospect.example or call 0113 4960000, we met on 2026-06-01, \
                2019-2023, and in room 4711.";
    assert_eq!(found(&format!("{GOOD}\n{text}"), &occasion()), [""; 0]);
}

#[test]
fn a_sealed_name_is_found_in_any_dress() {
    let sealed = Occasion {
        sealed: vec!["Zoë Müller-Lüdenscheidt".to_owned(), "Prospect GmbH".to_owned()],
        ..occasion()
    };
    for text in [
        "Meet Zoë Müller-Lüdenscheidt.",
        "Meet ZOE Muller LUDENSCHEIDT",
        "zoe\nmuller‐ludenscheidt's team",
        "at prospect gmbh",
    ] {
        assert_eq!(found(&format!("{GOOD}\n{text}"), &sealed), ["naming-before-optin"], "{text}");
    }
    assert_eq!(found(&format!("{GOOD}\nMeet the prospect, Zoë."), &sealed), [""; 0]);
}

#[test]
fn a_reply_that_answers_nothing_is_found_in_the_subject_only() {
    let mut reply = draft(GOOD);
    reply.subject = "Re: our talk";
    let findings = review(&reply, &occasion());
    assert_eq!((findings[0].rule_id.as_str(), findings[0].field), ("fake-reply", Field::Subject));
    reply.in_reply_to = true;
    assert!(review(&reply, &occasion()).is_empty());
    assert_eq!(found(&format!("Re: our talk\n{GOOD}"), &occasion()), [""; 0]);
}

#[test]
fn places_narrow_what_is_required() {
    let american = Occasion { recipient: "US".parse().ok(), canada_exemption: false, ..occasion() };
    let body = "You may unsubscribe. Northmere Analytics Ltd, 1 Mill Lane, Leeds";
    assert_eq!(found(body, &american), [""; 0]);
    let german = Occasion { recipient: "DE".parse().ok(), ..american };
    assert_eq!(found(body, &german), ["req-objection", "req-source"]);
}
