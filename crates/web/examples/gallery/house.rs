//! Members, settings, keys, webhooks, the reader's own settings, the list of keys.

use crate::frame::shell;
use crate::{Pages, keep};
use warmpath_web::view::desk::{DeskPage, Layout};
use warmpath_web::view::part::{
    Action, Block, Cell, Check, Choice, Choices, Column, Field, FieldKind, FormPart, FormView,
    Note, Pill, Row, Section, SegmentEntry, TableView, Tone,
};

/// The pages.
pub(crate) fn pages(pages: &mut Pages) -> askama::Result<()> {
    keep(pages, "members", &members())?;
    keep(pages, "settings", &settings())?;
    keep(pages, "settings-keys", &keys())?;
    keep(pages, "settings-webhooks", &webhooks())?;
    keep(pages, "account", &account())?;
    keep(pages, "keys", &key_list())
}

fn table(caption: &str, columns: Vec<Column>, rows: Vec<Row>) -> Block {
    Block::Table(TableView { caption: caption.into(), columns, rows, ..TableView::default() })
}

fn form(action: &str, parts: Vec<FormPart>, button: &str) -> Block {
    Block::Form(FormView {
        action: action.into(),
        csrf: "sample".into(),
        parts,
        buttons: vec![Action::submit(button)],
        ..FormView::default()
    })
}

fn members() -> DeskPage {
    let row = |name: &str, mail: &str, role: &str, pools: &str, pill: Pill| -> Row {
        vec![
            Cell::person(name, name, "", mail),
            Cell::text(role),
            Cell::text(pools),
            Cell::Pill(pill),
            Cell::Actions(vec![Action::link("Change", "#").small()]),
        ]
        .into()
    };
    let mut page = DeskPage {
        shell: shell("/members", &[("Members", "")]),
        title: "Members".into(),
        lead: "Who works here, what they may do, and who takes what.".into(),
        actions: vec![
            Action::link("CSV", "/members.csv").icon("download"),
            Action::link("Import", "imports.html"),
        ],
        main: vec![Section::new(
            "members",
            "6 members",
            vec![table(
                "Members",
                vec![
                    Column::name("Member"),
                    Column::new("Role"),
                    Column::new("Pools"),
                    Column::new("Now"),
                    Column::silent("Actions"),
                ],
                vec![
                    row(
                        "Maya Okafor",
                        "maya.okafor@corvane.example",
                        "Seller",
                        "DACH mid-market",
                        Pill::new("Here", Tone::Positive),
                    ),
                    row(
                        "Jonas Brandt",
                        "jonas.brandt@corvane.example",
                        "Seller",
                        "DACH mid-market",
                        Pill::new("Away until Monday", Tone::Neutral),
                    ),
                    row(
                        "Lena Fischer",
                        "lena.fischer@corvane.example",
                        "Revenue operations",
                        "",
                        Pill::new("Here", Tone::Positive),
                    ),
                ],
            )],
        )],
        rail: member_forms(),
        ..DeskPage::default()
    };
    page.main.extend(pools_and_absences());
    page
}

fn pools_and_absences() -> Vec<Section> {
    let pool = |name: &str, who: &str, weight: &str, fallback: &str| -> Row {
        vec![Cell::lines(name, who), Cell::text(weight), Cell::text(fallback)].into()
    };
    vec![
        Section::new(
            "pools",
            "Pools",
            vec![table(
                "Pools",
                vec![
                    Column::name("Pool"),
                    Column::new("Weights"),
                    Column::new("When nobody is there"),
                ],
                vec![
                    pool("DACH mid-market", "Maya, Jonas, Petra", "2 : 2 : 1", "Lena Fischer"),
                    pool("Nordics", "Petra", "1", "Samir Haddad"),
                ],
            )],
        )
        .action(Action::link("New pool", "#").small()),
        Section::new(
            "absences",
            "Absences and holidays",
            vec![table(
                "Absences",
                vec![
                    Column::name("Who"),
                    Column::new("From"),
                    Column::new("Until"),
                    Column::new("Source"),
                ],
                vec![
                    vec![
                        Cell::text("Jonas Brandt"),
                        Cell::text("18 May"),
                        Cell::text("24 May"),
                        Cell::text("Own entry"),
                    ]
                    .into(),
                    vec![
                        Cell::text("Hamburg"),
                        Cell::text("25 May"),
                        Cell::text("25 May"),
                        Cell::text("holidays-hamburg.ics"),
                    ]
                    .into(),
                ],
            )],
        ),
    ]
}

fn member_forms() -> Vec<Section> {
    let roles = [
        ("seller", "Seller"),
        ("csm", "Customer success"),
        ("manager", "Manager"),
        ("revops", "Revenue operations"),
        ("auditor", "Auditor"),
        ("admin", "Administrator"),
    ];
    vec![
        Section::new(
            "invite",
            "Invite somebody",
            vec![form(
                "/members",
                vec![
                    Field::text("name", "Name", "").autocomplete("off").into(),
                    Field::of(FieldKind::Email, "email", "Work e-mail", "").into(),
                    Field::select("role", "Role", &roles, "seller").into(),
                ],
                "Send an invitation",
            )],
        ),
        Section::new(
            "away",
            "Somebody is away",
            vec![form(
                "/absences",
                vec![
                    Field::select(
                        "who",
                        "Who",
                        &[("maya", "Maya Okafor"), ("jonas", "Jonas Brandt")],
                        "maya",
                    )
                    .into(),
                    Field::of(FieldKind::Date, "from", "From", "").into(),
                    Field::of(FieldKind::Date, "until", "Until, last day", "").into(),
                ],
                "Keep the absence",
            )],
        ),
    ]
}

fn tabs(current: usize) -> Vec<SegmentEntry> {
    [
        ("Workspace", "settings.html"),
        ("Doors", "#"),
        ("API keys", "settings-keys.html"),
        ("Webhooks", "settings-webhooks.html"),
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

fn settings() -> DeskPage {
    let check = |label: &str, below: &str, checked| {
        FormPart::Check(Check {
            name: "door".into(),
            value: label.into(),
            label: label.into(),
            below: below.into(),
            checked,
            silent: false,
        })
    };
    DeskPage {
        shell: shell("/settings", &[("Settings", "")]),
        title: "Settings".into(),
        tabs: tabs(0),
        layout: Layout::Narrow,
        main: vec![
            Section::new(
                "workspace",
                "Workspace",
                vec![form(
                    "/settings",
                    vec![
                        Field::text("name", "Name that outsiders read", "Corvane").into(),
                        Field::text(
                            "legal",
                            "Legal sender and address",
                            "Corvane GmbH, Lindenhof 4, 20095 Hamburg",
                        )
                        .into(),
                        Field::of(
                            FieldKind::Email,
                            "privacy",
                            "Address for questions of privacy",
                            "privacy@corvane.example",
                        )
                        .into(),
                        Field::select(
                            "zone",
                            "Time zone of working hours",
                            &[("Europe/Berlin", "Berlin"), ("Europe/Lisbon", "Lisbon")],
                            "Europe/Berlin",
                        )
                        .into(),
                    ],
                    "Save",
                )],
            ),
            Section::new(
                "doors",
                "Doors",
                vec![form(
                    "/settings/doors",
                    vec![
                        check("Internal form", "Members hand over people", true),
                        check("Partner portal", "2 partners have access", true),
                        check(
                            "Personal links",
                            "Customers and vendors, their mailbox proved by a code",
                            true,
                        ),
                        check("API", "2 keys", true),
                        check("CSV import", "With preview", true),
                    ],
                    "Save",
                )],
            ),
        ],
        ..DeskPage::default()
    }
}

fn keys() -> DeskPage {
    let row = |name: &str, prefix: &str, scopes: &str, used: &str| -> Row {
        vec![
            Cell::lines(name, scopes),
            Cell::proof(prefix),
            Cell::text(used),
            Cell::Actions(vec![Action::ask("Revoke", "confirm.html").small().danger()]),
        ]
        .into()
    };
    DeskPage {
        shell: shell("/settings", &[("Settings", "settings.html"), ("API keys", "")]),
        tabs: tabs(2),
        title: "API keys".into(),
        lead: "A key is shown once. What is stored cannot be turned back into it.".into(),
        layout: Layout::Narrow,
        main: vec![
            Section::new(
                "fresh",
                "Your new key",
                vec![
                    Block::Copy {
                        id: "fresh-key".into(),
                        text: "wp_live_7Q2mXr0b9TzKc4VnE8sLdA1f".into(),
                    },
                    Block::Note(Note::new(Tone::Warning, "Copy it now.", "It is not shown again.")),
                ],
            ),
            Section::new(
                "keys",
                "Keys",
                vec![table(
                    "API keys",
                    vec![
                        Column::name("Name"),
                        Column::new("Begins with"),
                        Column::new("Last used"),
                        Column::silent("Actions"),
                    ],
                    vec![
                        row(
                            "Marketing site",
                            "wp_live_3fQ…",
                            "Hands over referrals",
                            "Today, 08:12",
                        ),
                        row("Warehouse", "wp_live_b81…", "Reads referrals and figures", "never"),
                    ],
                )],
            ),
            Section::new(
                "new",
                "New key",
                vec![form(
                    "/settings/keys",
                    vec![
                        Field::text("name", "What it is for", "").into(),
                        FormPart::Choices(Choices {
                            name: "scope".into(),
                            legend: "What it may do".into(),
                            pair: true,
                            choices: vec![
                                Choice {
                                    value: "write".into(),
                                    title: "Hand over referrals".into(),
                                    consequence: "Reads nothing back but its own".into(),
                                    ..Choice::default()
                                },
                                Choice {
                                    value: "read".into(),
                                    title: "Read".into(),
                                    consequence: "Referrals, figures, ledger".into(),
                                    ..Choice::default()
                                },
                            ],
                            ..Choices::default()
                        }),
                    ],
                    "Make a key",
                )],
            ),
        ],
        ..DeskPage::default()
    }
}

fn webhooks() -> DeskPage {
    let row =
        |event: &str, number: &str, pill: Pill, tries: &str, when: &str, again: bool| -> Row {
            vec![
                Cell::lines(event, number),
                Cell::Pill(pill),
                Cell::figure(tries),
                Cell::text(when),
                if again {
                    Cell::Actions(vec![
                        Action::post("Send again", "/settings/webhooks/1/replay")
                            .small()
                            .with("delivery", number),
                    ])
                } else {
                    Cell::text("")
                },
            ]
            .into()
        };
    DeskPage {
        shell: shell("/settings", &[("Settings", "settings.html"), ("Webhooks", "")]),
        tabs: tabs(3),
        title: "Webhooks".into(),
        lead: "Signed after Standard Webhooks, in the order of the ledger.".into(),
        main: vec![Section::new("deliveries", "Deliveries to https://crm.corvane.example/hooks", vec![table("Deliveries, newest first", vec![Column::name("Event"), Column::new("State"), Column::figures("Tries"), Column::new("When"), Column::silent("Actions")], vec![
            row("referral.accepted", "msg_48211", Pill::new("Delivered, 200", Tone::Positive), "1", "Today, 09:14", false),
            row("referral.routed", "msg_48210", Pill::new("Tries again 09:44", Tone::Warning), "3", "Today, 09:02", false),
            row("referral.received", "msg_48172", Pill::new("Given up, 410", Tone::Negative), "8", "Yesterday, 17:20", true),
        ])]).action(Action::post("Send all failed again", "/settings/webhooks/1/replay-failed").small())],
        rail: vec![
            Section::new("secret", "Signing secret", vec![Block::Copy { id: "secret".into(), text: "whsec_C2FVsBQIhrscChlQIMV…".into() }]),
            Section::new("new", "New address", vec![form("/settings/webhooks", vec![Field::of(FieldKind::Url, "url", "Address", "http://10.0.0.8/hook").error("An address inside a private network is not called. Use a public https address.").into()], "Add the address")]),
        ],
        ..DeskPage::default()
    }
}

fn account() -> DeskPage {
    DeskPage {
        shell: shell("", &[("Your settings", "")]),
        title: "Your settings".into(),
        layout: Layout::Narrow,
        main: vec![
            Section::new(
                "reading",
                "Reading",
                vec![form(
                    "/account",
                    vec![
                        Field::select(
                            "theme",
                            "Theme",
                            &[("", "As the system"), ("light", "Light"), ("dark", "Dark")],
                            "",
                        )
                        .into(),
                        FormPart::Check(Check {
                            name: "keys".into(),
                            value: "on".into(),
                            label: "Single letters act".into(),
                            below: "A accepts, D declines, J and K move. The list: press ?".into(),
                            checked: true,
                            silent: false,
                        }),
                    ],
                    "Save",
                )],
            ),
            Section::new(
                "sessions",
                "Where you are signed in",
                vec![table(
                    "Sessions",
                    vec![Column::name("Device"), Column::new("Since"), Column::silent("Actions")],
                    vec![
                        vec![
                            Cell::lines("Firefox on Linux", "this one"),
                            Cell::text("Today, 08:30"),
                            Cell::text(""),
                        ]
                        .into(),
                        vec![
                            Cell::lines("Safari on iPhone", "Hamburg"),
                            Cell::text("12 May"),
                            Cell::Actions(vec![
                                Action::post("Sign out there", "/account/sessions/2/end").small(),
                            ]),
                        ]
                        .into(),
                    ],
                )],
            ),
        ],
        ..DeskPage::default()
    }
}

fn key_list() -> DeskPage {
    let row = |key: &str, what: &str| -> Row { vec![Cell::proof(key), Cell::text(what)].into() };
    DeskPage {
        shell: shell("", &[("Keys", "")]),
        title: "Keys".into(),
        lead: "They never act while a field has focus, and can be switched off in your settings."
            .into(),
        layout: Layout::Narrow,
        main: vec![Section {
            blocks: vec![table(
                "Keys",
                vec![Column::name("Key"), Column::new("What it does")],
                vec![
                    row("/", "Search"),
                    row("J K", "Next and previous row"),
                    row("Enter", "Open"),
                    row("A", "Accept"),
                    row("D", "Decline"),
                    row("H", "Hand to a colleague"),
                    row("T", "Write the thank-you"),
                    row("?", "This list"),
                ],
            )],
            ..Section::default()
        }],
        ..DeskPage::default()
    }
}
