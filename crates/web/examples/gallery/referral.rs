//! One referral: routed to the reader, and held for somebody.

use crate::frame::{chain, clock, main_actions, seal, shell, words};
use crate::inbox::opening;
use crate::{Pages, keep};
use warmpath_web::view::error::ConfirmPage;
use warmpath_web::view::part::{
    Action, ActionKind, Avatar, AvatarSize, Candidate, Channel, ClockKind, Comment, EvidenceChip,
    Fact, Facts, Field, FormPart, FormView, MayContact, Menu, Note, Pill, Progress, RightsLine,
    RouteTrace, ScoreStep, Standing, StepTable, Timeline, TimelineEntry, Tone, TraceStage, Verdict,
};
use warmpath_web::view::referral::ReferralPage;

/// The referral's pages.
pub(crate) fn pages(pages: &mut Pages) -> askama::Result<()> {
    keep(pages, "referral", &routed())?;
    keep(pages, "referral-held", &held())?;
    keep(pages, "confirm", &decline())
}

fn routed() -> ReferralPage {
    let mut frame = shell("/referrals", &[("Referrals", "/referrals"), ("Priya Raman", "")]);
    frame.sticky = vec![
        Action::ask("Decline", "/referrals/1/decline"),
        Action::post("Accept", "/referrals/1/accept").primary(),
    ];
    ReferralPage {
        shell: frame,
        avatar: Avatar::of("Priya Raman", "Priya Raman").sized(AvatarSize::Head),
        name: "Priya Raman".into(),
        role: "VP Finance, Northmere Foods".into(),
        state: Pill::new("Routed to you", Tone::Accent),
        clocks: vec![
            clock("Accept within 52 min", ClockKind::Soon, 22),
            clock("First contact by 13:00", ClockKind::Fine, 80),
        ],
        actions: main_actions(),
        more: Menu {
            label: "More actions".into(),
            items: vec![
                Action::ask("Hold", "/referrals/1/hold").icon("circle-pause"),
                Action::link("Write the thank-you", "thanks.html").icon("heart").key("T"),
                Action::post("Log a meeting", "/")
                    .icon("calendar")
                    .not_now("Log a meeting: after first contact"),
            ],
        },
        progress: progress(4, false, "Step 5 of 9: Routed, next: accepted"),
        chain: chain(false),
        chain_summary: "1 referrer, 1 earlier hop".into(),
        chips: chips(),
        words: vec![{
            let mut frozen = words("Tomasz Wolny, 18 May, 17:20. Frozen on receipt.");
            frozen.seal = Some(seal("48,172", ""));
            frozen
        }],
        need: Facts {
            facts: vec![
                Fact::new("Budget", "Set for this year, “mid five figures”"),
                Fact::new("Need", "Close in 5 days by autumn"),
                Fact::new("Authority", "Decides with the CEO"),
                Fact::new("Timing", "Before the September audit"),
            ],
            pair: true,
            lined: false,
        },
        trace: Some(trace()),
        timeline: timeline(),
        contact: contact(),
        rights: rights(),
        score: Some(score()),
        opening: Some(opening()),
        known: known(),
        comments: comments(),
        comment_form: Some(FormView {
            action: "/referrals/1/comments".into(),
            csrf: "sample".into(),
            parts: vec![
                Field::of(
                    warmpath_web::view::part::FieldKind::Area(
                        2,
                        warmpath_web::view::part::Voice::Product,
                    ),
                    "comment",
                    "Write to your colleagues",
                    "",
                )
                .into(),
            ],
            buttons: vec![Action { kind: ActionKind::Plain, ..Action::submit("Add comment") }],
            ..FormView::default()
        }),
        thanks: "Tomasz waits for a thank-you until tomorrow 17:20.".into(),
        thanks_href: "thanks.html".into(),
        ..ReferralPage::default()
    }
}

fn held() -> ReferralPage {
    let mut page = routed();
    page.state = Pill::new("Held", Tone::Hold);
    page.clocks = vec![clock("Lena decides by 14:00", ClockKind::Paused, 0)];
    page.actions = Vec::new();
    page.shell.sticky = Vec::new();
    page.progress = progress(2, true, "Held at step 3 of 9: Cleared");
    page.note = Some(Note::new(
        Tone::Hold,
        "Held for Lena until 14:00.",
        "Palmgrove is an open deal of Samir’s.",
    ));
    page.trace = None;
    page.score = None;
    page.opening = None;
    page.contact = MayContact {
        verdict: Verdict::NotYet,
        headline: "Not yet".into(),
        sentence: "Ana has the link since 16 May and has not answered.".into(),
        channels: vec![
            Channel { name: "E-mail".into(), value: "Opens with a yes".into(), open: false },
            Channel { name: "Phone".into(), value: "Opens with a yes".into(), open: false },
        ],
        why: "Croatia asks for consent first. On 15 June we delete what Petra told us.".into(),
        citation: "ZEK Art. 50. Rule table of 2 May 2026.".into(),
        actions: vec![Action::post("Ask Petra to pass it on again", "/").small()],
        ..MayContact::default()
    };
    page
}

fn progress(current: usize, side: bool, words: &str) -> Progress {
    let steps = [
        "Received",
        "Verified",
        "Cleared",
        "Scored",
        "Routed",
        "Accepted",
        "Contacted",
        "Meeting",
        "Qualified",
    ];
    Progress {
        steps: steps.iter().map(|step| (*step).into()).collect(),
        current,
        side,
        words: words.into(),
    }
}

fn chips() -> Vec<EvidenceChip> {
    let chip = |icon: &str, fact: &str, source: &str, standing| EvidenceChip {
        icon: icon.into(),
        fact: fact.into(),
        source: source.into(),
        standing,
        href: "#timeline-title".into(),
    };
    vec![
        chip(
            "shield-check",
            "Tomasz verified",
            "level 3: signed in, known mailbox",
            Standing::Holds,
        ),
        chip("message-square-quote", "Direct referral", "own statement", Standing::Holds),
        chip("history", "6 meetings, 11 answered mails", "last 6 May", Standing::Holds),
        chip("circle-question-mark", "Ines–Tomasz", "stated, not observed", Standing::Unknown),
    ]
}

fn contact() -> MayContact {
    let channel =
        |name: &str, value: &str, open| Channel { name: name.into(), value: value.into(), open };
    MayContact {
        verdict: Verdict::Yes,
        headline: "Yes, you may write and call".into(),
        sentence: "Until Priya withdraws. Purpose: one talk about the month-end close.".into(),
        channels: vec![
            channel("E-mail", "p.raman@northmere.example", true),
            channel("Phone", "+49 421 555 0148, 9–17 h", true),
            channel("Text", "Not asked, so no", false),
        ],
        why: "Priya answered personally, and Germany needs exactly that before a first e-mail or \
              call."
            .into(),
        citation: "UWG § 7(2). Rule table of 2 May 2026. Wording 3, English.".into(),
        say: vec![
            "Who you are and that Tomasz passed on the link".into(),
            "That one click ends it".into(),
        ],
        seal: Some(seal("48,209", "9f2c…e1")),
        receipt_href: "/referrals/1/receipt".into(),
        ..MayContact::default()
    }
}

fn rights() -> Vec<RightsLine> {
    [
        ("You", "Accept, decline, hand to a colleague"),
        ("Lena, RevOps", "Route again, hold"),
        ("Tomasz", "Add context, see shared milestones"),
        ("Priya", "Withdraw, which stops everything"),
    ]
    .iter()
    .map(|(who, what)| RightsLine { who: (*who).into(), what: (*what).into() })
    .collect()
}

fn score() -> StepTable {
    let step =
        |name: &str, evidence: &str, value: &str, weight: &str, from, to, points: &str| ScoreStep {
            name: name.into(),
            evidence: evidence.into(),
            value: value.into(),
            weight: weight.into(),
            from,
            to,
            points: points.into(),
        };
    StepTable {
        title: "Score".into(),
        figure: "83".into(),
        of: "of 100, high from 80".into(),
        formula_href: "/pathways/1#score".into(),
        steps: vec![
            step(
                "Depth of the tie",
                "6 meetings, 11 answered mails",
                "0.81",
                "0.35",
                100,
                93,
                "−7.1",
            ),
            step(
                "Fit with profile",
                "7 of 8 criteria hold, 1 unknown",
                "0.92",
                "0.30",
                93,
                91,
                "−2.3",
            ),
            step(
                "Referrer accepted",
                "8 of 12 referrals in 24 months",
                "0.65",
                "0.15",
                91,
                85,
                "−5.7",
            ),
            step("Timing", "New in role, window over for 17 days", "0.88", "0.10", 85, 84, "−1.1"),
            step("Contact quality", "Phone line not confirmed", "0.95", "0.10", 84, 83, "−0.4"),
        ],
        total_label: "Product of five factors, times 100".into(),
        total: "83.4".into(),
        gates: "Gates passed: consent, no exclusion, no open deal.".into(),
    }
}

fn trace() -> RouteTrace {
    let stage = |stage: &str, outcome: &str, rule: &str| TraceStage {
        stage: stage.into(),
        outcome: outcome.into(),
        rule: rule.into(),
        candidates: Vec::new(),
    };
    let candidate = |name: &str, detail: &str, outcome: &str, chosen| Candidate {
        avatar: Avatar::of(name, name).sized(AvatarSize::Small),
        name: name.into(),
        detail: detail.into(),
        outcome: outcome.into(),
        chosen,
    };
    let mut owner = stage("Owner", "Pool DACH mid-market", "own-dach-500");
    owner.candidates = vec![
        candidate("Maya Okafor", "furthest below fair share", "Chosen", true),
        candidate("Jonas Brandt", "", "Away until Monday", false),
        candidate("Petra Novak", "", "At cap, 5 of 5", false),
    ];
    RouteTrace {
        title: "Why you got this lead".into(),
        replay_href: "/referrals/1/replay".into(),
        stages: vec![
            stage(
                "Compliance",
                "Consent active. Germany asks for it before first contact, by e-mail and by phone.",
                "",
            ),
            stage("Eligibility", "Verified referrer, fit 0.92, no open deal at Northmere.", ""),
            stage("Priority", "High: score 83 is at or over 80", "prio-high"),
            owner,
            stage("Clocks", "Accept in 2 working hours, contact in 4, thanks to Tomasz in 24.", ""),
            stage("Playbook", "Customer referral, month-end topic", ""),
        ],
        decided: "Pathway Customer referrals, version 12, decided 19 May at 09:02.".into(),
        seal: Some(seal("48,210", "c41e…07")),
    }
}

fn timeline() -> Timeline {
    let entry =
        |icon: &str, tone, actor: &str, sentence: &str, when: &str, number: &str| TimelineEntry {
            icon: icon.into(),
            tone,
            actor: actor.into(),
            sentence: sentence.into(),
            when: when.into(),
            datetime: "2026-05-19T09:02:00+02:00".into(),
            detail: String::new(),
            seal: Some(seal(number, "")),
        };
    Timeline {
        title: "Timeline".into(),
        verified: "6 of 6 entries verified".into(),
        entries: vec![
            entry(
                "route",
                Tone::Accent,
                "Routed",
                "to Maya Okafor",
                "Today, 09:02 by pathway version 12",
                "48,210",
            ),
            entry("gauge", Tone::Neutral, "Scored", "83", "Today, 09:02", "48,210"),
            entry(
                "check",
                Tone::Positive,
                "Priya said yes",
                "to e-mail and phone, for one talk about the month-end close",
                "Today, 08:51 on the answer page",
                "48,209",
            ),
            entry(
                "building",
                Tone::Neutral,
                "Northmere Foods matched",
                "by mail domain, 3 fields added",
                "Yesterday, 17:22",
                "48,175",
            ),
            entry(
                "shield-check",
                Tone::Positive,
                "Tomasz verified",
                "at level 3 of 4",
                "Yesterday, 17:21",
                "48,173",
            ),
            entry(
                "inbox",
                Tone::Accent,
                "Tomasz handed over Priya",
                "through the customer form",
                "Yesterday, 17:20",
                "48,172",
            ),
        ],
        older_href: String::new(),
    }
}

fn known() -> Vec<Fact> {
    let fact = |name: &str, value: &str, source: &str| Fact {
        source: source.into(),
        ..Fact::new(name, value)
    };
    vec![
        fact("E-mail", "p.raman@northmere.example", "Priya, 19 May. Mail server answers, today"),
        fact("Phone", "+49 421 555 0148", "Priya, 19 May. Fixed line, not confirmed"),
        fact("Company", "Northmere Foods, 640 people", "CRM account, by domain, 2 May"),
    ]
}

fn comments() -> Vec<Comment> {
    vec![Comment {
        avatar: Avatar::of("Lena Fischer", "Lena Fischer"),
        author: "Lena Fischer".into(),
        when: "Today, 09:10".into(),
        datetime: "2026-05-19T09:10:00+02:00".into(),
        paragraphs: vec![
            "Halden’s close story is approved for use in calls, not in writing.".into(),
        ],
        mark: Some(Pill::new("For Maya", Tone::Neutral)),
    }]
}

fn decline() -> ConfirmPage {
    let mut frame = shell(
        "/referrals",
        &[("Referrals", "/referrals"), ("Priya Raman", "/referrals/1"), ("Decline", "")],
    );
    frame.title = "Decline Priya Raman?".into();
    ConfirmPage {
        shell: frame,
        title: "Decline Priya Raman?".into(),
        lead:
            "Tomasz is told that it did not fit, in your name. The consent of Priya ends with it."
                .into(),
        action: "/referrals/1/decline".into(),
        idempotency_key: "sample".into(),
        parts: vec![FormPart::Field(Field::select(
            "reason",
            "Why",
            &[
                ("", "Choose a reason"),
                ("fit", "Does not fit the profile"),
                ("time", "Wrong time"),
                ("double", "Known already"),
            ],
            "",
        ))],
        button: Action { kind: ActionKind::DangerSolid, ..Action::submit("Decline") },
        keep: "Keep".into(),
        keep_href: "referral.html".into(),
    }
}
