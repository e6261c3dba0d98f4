//! Ledger, mail going out, compliance desk.

use crate::frame::{seal, shell};
use crate::{Pages, keep};
use warmpath_web::view::desk::{DeskPage, Layout};
use warmpath_web::view::part::{
    Action, Block, Cell, Column, Fact, Facts, Field, FieldKind, FormView, Note, Pill, Row, Section,
    SegmentEntry, TableView, Tone,
};

/// The pages.
pub(crate) fn pages(pages: &mut Pages) -> askama::Result<()> {
    keep(pages, "ledger", &ledger(true))?;
    keep(pages, "ledger-broken", &ledger(false))?;
    keep(pages, "ledger-entry", &entry())?;
    keep(pages, "outbox", &outbox())?;
    keep(pages, "outbox-mail", &mail())?;
    keep(pages, "compliance", &requests())?;
    keep(pages, "compliance-suppression", &suppression())?;
    keep(pages, "compliance-rules", &rules())?;
    keep(pages, "compliance-prospects", &where_are_they())
}

fn ledger(holds: bool) -> DeskPage {
    let row = |number: &str, what: &str, about: &str, who: &str, when: &str, hash: &str| -> Row {
        vec![
            Cell::Seal(seal(number, "")),
            Cell::lines(what, about),
            Cell::text(who),
            Cell::text(when),
            Cell::proof(hash),
        ]
        .into()
    };
    let mut frame = shell("/ledger", &[("Ledger", "")]);
    if let Some(ledger) = &mut frame.ledger {
        ledger.verified = holds;
    }
    let note = if holds {
        Note::new(
            Tone::Positive,
            "All 48,211 entries verify.",
            "Checked 2 min ago against checkpoint 48,200.",
        )
    } else {
        Note::new(
            Tone::Negative,
            "Entry 31,077 does not verify.",
            "The stored bytes hash to another leaf than the signed checkpoint says. Nothing was changed by this check. Export the ledger now, and compare it with a checkpoint kept elsewhere.",
        )
    };
    DeskPage {
        shell: frame,
        title: "Ledger".into(),
        lead: "Every step, in order, under a tree that cannot be bent.".into(),
        actions: vec![Action::link("Export", "/ledger/export").icon("download"), Action::post("Verify now", "/ledger/verify").primary()],
        note: Some(note),
        main: vec![Section::new("entries", "Entries", vec![Block::Table(TableView {
            caption: "Ledger entries, newest first".into(),
            columns: vec![Column::name("Entry"), Column::new("What"), Column::new("Who"), Column::new("When"), Column::new("Leaf hash")],
            rows: vec![
                row("48,211", "referral.accepted", "Étienne Marchal", "Jonas Brandt", "Today, 09:14", "5d0a…91"),
                row("48,210", "referral.routed", "Priya Raman", "Pathway version 12", "Today, 09:02", "c41e…07"),
                row("48,209", "consent.given", "Priya Raman", "Priya Raman", "Today, 08:51", "9f2c…e1"),
                row("48,208", "person.erased", "Erased on 19 May", "Lena Fischer", "Today, 08:30", "77be…4c"),
            ],
            foot: "An erased person leaves entries that verify and say nothing.".into(),
            next_href: "/ledger?before=48208".into(),
            ..TableView::default()
        })])],
        rail: vec![
            Section::new("checkpoint", "Last checkpoint", vec![Block::Facts(Facts { facts: vec![
                Fact { proof: true, ..Fact::new("Size", "48,200") },
                Fact { proof: true, ..Fact::new("Root", "b7e1 04c9 5a2f 8830 … 19d2") },
                Fact { proof: true, ..Fact::new("Key", "corvane+7f3a9c21") },
                Fact::new("Signed", "Today, 09:00"),
            ], pair: false, lined: true }), Block::Buttons(vec![Action::link("Signed note", "/ledger/checkpoint").small().icon("download")])]),
            Section::new("offline", "Check it without us", vec![
                Block::Text("Export the ledger and run the verifier anywhere. It needs no database and no network.".into()),
                Block::Copy { id: "verify-line".into(), text: "warmpath ledger verify corvane-48211.jsonl".into() },
            ]),
        ],
        ..DeskPage::default()
    }
}

fn entry() -> DeskPage {
    let proof = [
        ("left", "0e5f 8a11 90c4 27dd"),
        ("left", "a3b0 11c9 6ffe 0d21"),
        ("right", "55d7 20ab c8f3 9e10"),
        ("left", "e01c 7744 1b9a 3c5d"),
        ("root", "b7e1 04c9 5a2f 8830"),
    ];
    DeskPage {
        shell: shell("/ledger", &[("Ledger", "ledger.html"), ("Entry 48,209", "")]),
        title: "Entry 48,209".into(),
        pill: Some(Pill::new("Verified", Tone::Positive)),
        lead: "Priya Raman said yes to e-mail and phone, today at 08:51.".into(),
        actions: vec![Action::link("Proof as JSON", "/ledger/48209/proof.json").icon("download")],
        main: vec![
            Section::new("proof", "It stands in the signed checkpoint", vec![
                Block::Text("16 hashes lead from this entry to the root that was signed today at 09:00. Four are shown.".into()),
                Block::Proof(proof.iter().map(|(place, hash)| ((*place).into(), (*hash).into())).collect()),
            ]).foot("RFC 9162 inclusion proof, SHA-256, tree size 48,200."),
            Section::new("bytes", "What was written", vec![Block::Letter("{\"commitment\":\"9f2c…e1\",\"kind\":\"consent.given\",\"purpose\":\"first_talk\",\"wording\":3}".into())]).aside("Personal data stands as keyed commitments"),
        ],
        rail: vec![Section::new("about", "About", vec![Block::Facts(Facts { facts: vec![
            Fact { href: "referral.html".into(), ..Fact::new("Referral", "Priya Raman") },
            Fact::new("By", "Priya Raman, on the answer page"),
            Fact { proof: true, ..Fact::new("Leaf", "9f2c 18b0 … 03e1") },
        ], pair: false, lined: true })])],
        ..DeskPage::default()
    }
}

fn outbox() -> DeskPage {
    let row = |to: &str, subject: &str, pill: Pill, who: &str, when: &str| -> Row {
        vec![
            Cell::link(subject, "outbox-mail.html", to),
            Cell::Pill(pill),
            Cell::text(who),
            Cell::text(when),
        ]
        .into()
    };
    DeskPage {
        shell: shell("/outbox", &[("Mail going out", "")]),
        title: "Mail going out".into(),
        lead: "No mail server is set, so mails stay here as files. A person approved or asked for each.".into(),
        main: vec![Section { blocks: vec![Block::Table(TableView {
            caption: "Mails, newest first".into(),
            columns: vec![Column::name("Mail"), Column::new("State"), Column::new("Sent by"), Column::new("When")],
            rows: vec![
                row("t.wolny@halden.example", "Thank you for introducing Priya", Pill::new("Written", Tone::Positive), "Maya Okafor", "Today, 09:20"),
                row("maya.okafor@corvane.example", "Priya Raman is yours, accept by 11:02", Pill::new("Written", Tone::Positive), "Pathway version 12", "Today, 09:02"),
                row("c.ibarra@almar.example", "Your code", Pill::new("Failed, tries again 10:40", Tone::Negative), "Asked for by Carmen Ibarra", "Today, 08:12"),
            ],
            ..TableView::default()
        })], ..Section::default() }],
        ..DeskPage::default()
    }
}

fn mail() -> DeskPage {
    DeskPage {
        shell: shell("/outbox", &[("Mail going out", "outbox.html"), ("Thank you for introducing Priya", "")]),
        title: "Thank you for introducing Priya".into(),
        pill: Some(Pill::new("Written", Tone::Positive)),
        layout: Layout::Narrow,
        actions: vec![Action::link("As a file", "/outbox/1.eml").icon("download")],
        main: vec![Section::new("mail", "", vec![
            Block::Facts(Facts { facts: vec![Fact::new("From", "Maya Okafor, Corvane"), Fact::new("To", "t.wolny@halden.example"), Fact::new("When", "Today, 09:20")], pair: false, lined: false }),
            Block::Letter("Tomasz, thank you. You promised that we would be straight, so I will begin with the two things that went wrong in your own first month.\n\nWhat became of it: https://corvane.example/s/h3Tq\n\nMaya".into()),
        ])],
        ..DeskPage::default()
    }
}

fn tabs(current: usize) -> Vec<SegmentEntry> {
    [
        ("Requests", "compliance.html"),
        ("Suppression", "compliance-suppression.html"),
        ("Rules", "compliance-rules.html"),
        ("Where are your prospects?", "compliance-prospects.html"),
    ]
    .iter()
    .enumerate()
    .map(|(index, (label, href))| SegmentEntry {
        label: (*label).into(),
        href: (*href).into(),
        current: index == current,
    })
    .collect()
}

fn requests() -> DeskPage {
    let row = |name: &str, what: &str, pill: Pill, due: &str, action: Action| -> Row {
        vec![
            Cell::person(name, name, "", what),
            Cell::Pill(pill),
            Cell::text(due),
            Cell::Actions(vec![action.small()]),
        ]
        .into()
    };
    DeskPage {
        shell: shell("/compliance", &[("Compliance desk", "")]),
        title: "Compliance desk".into(),
        lead: "What people asked of us, and what we may do.".into(),
        tabs: tabs(0),
        main: vec![Section::new(
            "requests",
            "Requests",
            vec![Block::Table(TableView {
                caption: "Requests of people, the next due first".into(),
                columns: vec![
                    Column::name("Person"),
                    Column::new("State"),
                    Column::new("Due"),
                    Column::silent("Actions"),
                ],
                rows: vec![
                    row(
                        "Bruno Castel",
                        "Wants everything erased",
                        Pill::new("Open", Tone::Warning),
                        "3 June",
                        Action::ask("Erase Bruno Castel", "confirm.html").danger(),
                    ),
                    row(
                        "Hannah Okereke",
                        "Wants a copy",
                        Pill::new("Sent", Tone::Positive),
                        "met, 12 May",
                        Action::link("See the copy", "#"),
                    ),
                ],
                ..TableView::default()
            })],
        )],
        rail: vec![Section::new(
            "new",
            "Somebody asked by phone or letter",
            vec![Block::Form(FormView {
                action: "/compliance/requests".into(),
                csrf: "sample".into(),
                parts: vec![
                    Field::of(FieldKind::Email, "email", "Their e-mail", "").into(),
                    Field::select(
                        "what",
                        "What they want",
                        &[("copy", "A copy"), ("erase", "Erasure"), ("stop", "No contact")],
                        "copy",
                    )
                    .into(),
                ],
                buttons: vec![Action::submit("Open the request")],
                ..FormView::default()
            })],
        )],
        ..DeskPage::default()
    }
}

fn suppression() -> DeskPage {
    let row = |mark: &str, why: &str, until: &str| -> Row {
        vec![Cell::proof(mark), Cell::text(why), Cell::text(until)].into()
    };
    DeskPage {
        tabs: tabs(1),
        main: vec![Section::new(
            "list",
            "Never contact",
            vec![Block::Table(TableView {
                caption: "Suppressed people, as keyed marks".into(),
                columns: vec![Column::name("Mark"), Column::new("Why"), Column::new("Until")],
                rows: vec![
                    row("e-mail 31c0…9a", "Said no on the answer page, 3 May", "for good"),
                    row("domain grafwerk.example", "Asked by letter, 12 March", "for good"),
                ],
                foot:
                    "Addresses are not stored. A mark shows only whether an address is on the list."
                        .into(),
                ..TableView::default()
            })],
        )],
        rail: vec![Section::new(
            "add",
            "Add an address or domain",
            vec![Block::Form(FormView {
                action: "/compliance/suppression".into(),
                csrf: "sample".into(),
                parts: vec![
                    Field::text("address", "E-mail, phone or domain", "").into(),
                    Field::text("why", "Why", "").into(),
                ],
                buttons: vec![Action::submit("Never contact")],
                ..FormView::default()
            })],
        )],
        ..requests()
    }
}

fn rules() -> DeskPage {
    let row = |place: &str, mail: &str, phone: &str, text: &str, basis: &str| -> Row {
        vec![
            Cell::text(place),
            Cell::text(mail),
            Cell::text(phone),
            Cell::text(text),
            Cell::lines(basis, "checked 2 May 2026"),
        ]
        .into()
    };
    DeskPage {
        tabs: tabs(2),
        main: vec![Section::new(
            "rules",
            "What each place allows before a yes",
            vec![Block::Table(TableView {
                caption: "Rule table".into(),
                columns: vec![
                    Column::name("Place"),
                    Column::new("E-mail"),
                    Column::new("Phone"),
                    Column::new("Text"),
                    Column::new("Rule"),
                ],
                rows: vec![
                    row(
                        "Germany",
                        "Only after a yes",
                        "Only after a yes",
                        "Only after a yes",
                        "UWG § 7(2)",
                    ),
                    row(
                        "United Kingdom, companies",
                        "Allowed, with a way out",
                        "Allowed, unless listed",
                        "Only after a yes",
                        "PECR reg. 22",
                    ),
                    row(
                        "United States",
                        "Allowed, with a way out",
                        "Allowed, by hand",
                        "Only after a yes",
                        "CAN-SPAM, TCPA",
                    ),
                    row(
                        "Anywhere else",
                        "Only after a yes",
                        "Only after a yes",
                        "Only after a yes",
                        "Our own rule",
                    ),
                ],
                foot: "This is a table, not advice. Each line cites its rule.".into(),
                ..TableView::default()
            })],
        )],
        rail: Vec::new(),
        ..requests()
    }
}

fn where_are_they() -> DeskPage {
    DeskPage {
        tabs: tabs(3),
        layout: Layout::Narrow,
        main: vec![Section::new("where", "Where are your prospects?", vec![
            Block::Text("We show what each place allows before anybody answered. You can change it later; referrals keep the rules they came in under.".into()),
            Block::Form(FormView {
                action: "/compliance/places".into(),
                csrf: "sample".into(),
                parts: ["Germany, Austria, Switzerland", "Nordics", "Iberia and Italy", "United Kingdom and Ireland", "North America"].iter().enumerate().map(|(index, place)| {
                    warmpath_web::view::part::FormPart::Check(warmpath_web::view::part::Check { name: "place".into(), value: index.to_string(), label: (*place).into(), below: if index < 3 { "Nobody is contacted before a yes".into() } else { "E-mail to companies is allowed with a way out".into() }, checked: index == 0, silent: false })
                }).collect(),
                buttons: vec![Action::submit("Use these rules")],
                ..FormView::default()
            }),
        ])],
        rail: Vec::new(),
        ..requests()
    }
}
