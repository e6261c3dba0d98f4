//! Handing over a person: member, partner, personal link; looking before asking.

use crate::frame::{outsider, own_words, seal, shell};
use crate::{Pages, keep};
use warmpath_web::view::hand_over::{
    CheckAnswer, CheckPage, HandOverForm, HandOverOutsidePage, HandOverPage, MailboxCodePage,
    PartnerReferralsPage,
};
use warmpath_web::view::part::{
    Cell, Choice, Choices, Column, ErrorSummary, Field, FieldKind, Note, Pill, TableView, Tone,
};

/// The pages.
pub(crate) fn pages(pages: &mut Pages) -> askama::Result<()> {
    keep(pages, "hand-over", &page(form(true)))?;
    keep(pages, "hand-over-error", &refused())?;
    keep(pages, "hand-over-link", &outside(Vec::new(), "Whom should Corvane meet?"))?;
    keep(pages, "portal-hand-over", &outside(tabs(0), "Hand over a person"))?;
    keep(pages, "portal-referrals", &portal())?;
    keep(pages, "mailbox", &code_page(false))?;
    keep(pages, "mailbox-code", &code_page(true))?;
    keep(pages, "check", &check())
}

fn choice(value: &str, title: &str, consequence: &str, checked: bool) -> Choice {
    Choice {
        value: value.into(),
        title: title.into(),
        consequence: consequence.into(),
        checked,
        inner: Vec::new(),
    }
}

fn form(filled: bool) -> HandOverForm {
    let text = |value: &'static str| if filled { value } else { "" };
    HandOverForm {
        action: "/hand-over".into(),
        csrf: "sample".into(),
        idempotency_key: "sample".into(),
        name: Field::text("name", "Name", text("Priya Raman")).max_length(200),
        company: Field::text("company", "Company or website", text("northmere.example")),
        role: Field::text("role", "Role", text("VP Finance")).optional(),
        relation: Choices {
            name: "relation".into(),
            legend: "How do you know each other?".into(),
            pair: true,
            choices: vec![
                choice("worked", "Worked together", "Same company or project", false),
                choice("business", "Customer and supplier", "We do business now", filled),
                choice("met", "Met a few times", "Events, calls, a circle", false),
                choice("name", "Only by name", "We will look for a warmer way", false),
            ],
            ..Choices::default()
        },
        words: own_words(
            "words",
            "Why should they talk to us? In your words",
            text("Priya took over finance at Northmere in March and her close still takes eleven days. We were there two years ago."),
        )
        .hint("They may read this. It is kept exactly as you write it."),
        knows: Choices {
            name: "knows".into(),
            legend: "Do they know?".into(),
            pair: true,
            choices: vec![
                choice("yes", "Yes, I asked", "They expect your link", filled),
                choice("no", "Not yet", "You pass on the link when it suits", false),
            ],
            ..Choices::default()
        },
        more: vec![
            Field::text("budget", "Budget", "").optional(),
            Field::text("authority", "Who decides", "").optional(),
            Field::text("need", "Need", "").optional(),
            Field::text("timing", "Timing", "").optional(),
            Field::text("earlier", "Who told you about them", "").optional().full(),
        ],
        button: if filled { "Hand over Priya".into() } else { "Hand over".into() },
        ..HandOverForm::default()
    }
}

fn steps() -> Vec<(String, String)> {
    [
        ("You pass on the link", "By the channel they know you from."),
        ("They answer for themselves", "Yes, later or no. Each is fine."),
        ("One person gets in touch", "Only after a yes. You see who."),
        (
            "You hear what became of it",
            "Thanks within 24 hours, then every step they let us share.",
        ),
    ]
    .iter()
    .map(|(title, sentence)| ((*title).into(), (*sentence).into()))
    .collect()
}

fn page(form: HandOverForm) -> HandOverPage {
    HandOverPage {
        shell: shell("/hand-over", &[("Hand over a person", "")]),
        form,
        next: steps(),
        check_href: "check.html".into(),
    }
}

fn refused() -> HandOverPage {
    let mut form = form(true);
    form.company.value = String::new();
    form.company.error = "Add a company or a work e-mail".into();
    form.relation.error = "Say how you know each other".into();
    for one in &mut form.relation.choices {
        one.checked = false;
    }
    form.errors = ErrorSummary {
        title: "Two answers need a look".into(),
        errors: vec![
            ("company".into(), "Add a company or a work e-mail".into()),
            ("relation".into(), "Say how you know each other".into()),
        ],
    };
    form.more_open = true;
    let mut page = page(form);
    page.shell.title = "Error: Hand over a person".into();
    page
}

fn tabs(current: usize) -> Vec<(String, String, bool)> {
    [("Hand over", "portal-hand-over.html"), ("Your referrals", "portal-referrals.html")]
        .iter()
        .enumerate()
        .map(|(index, (label, href))| ((*label).into(), (*href).into(), index == current))
        .collect()
}

fn outside(tabs: Vec<(String, String, bool)>, title: &str) -> HandOverOutsidePage {
    let mut frame = outsider(title);
    frame.for_whom =
        if tabs.is_empty() { "For Tomasz Wolny".into() } else { "Brightwater Advisory".into() };
    HandOverOutsidePage {
        outsider: frame,
        title: title.into(),
        lead: "Six answers, about 45 seconds. Nobody is contacted until they say yes.".into(),
        form: form(false),
        next: steps(),
        tabs,
    }
}

fn portal() -> PartnerReferralsPage {
    let row = |name: &str, company: &str, pill: Pill, when: &str| {
        vec![
            Cell::link(name, "status.html", company),
            Cell::Pill(pill),
            Cell::Time(when.into(), "2026-05-18".into()),
        ]
        .into()
    };
    let mut frame = outsider("People you handed over");
    frame.for_whom = "Brightwater Advisory".into();
    PartnerReferralsPage {
        outsider: frame,
        tabs: tabs(1),
        summary: "14 this year, 9 answered, 3 met.".into(),
        table: TableView {
            caption: "People you handed over, newest first".into(),
            columns: vec![
                Column::name("Person"),
                Column::new("What they let us share"),
                Column::new("Since"),
            ],
            rows: vec![
                row(
                    "Étienne Marchal",
                    "Ateliers Vauclair",
                    Pill::new("Maya got in touch", Tone::Accent),
                    "18 May",
                ),
                row(
                    "Clara Weiss",
                    "Orbis Pumpen",
                    Pill::new("Link passed on", Tone::Neutral),
                    "12 May",
                ),
                row("Marta Keller", "Alpina Optik", Pill::new("They met", Tone::Positive), "2 May"),
            ],
            ..TableView::default()
        },
        empty: None,
    }
}

fn code_page(sent: bool) -> MailboxCodePage {
    let mut frame = outsider("Your mailbox");
    frame.for_whom = "For Tomasz Wolny".into();
    MailboxCodePage {
        outsider: frame,
        action: "/r/abc/mailbox".into(),
        nonce: "sample".into(),
        email: (!sent).then(|| {
            Field::of(FieldKind::Email, "email", "Your work e-mail", "").autocomplete("email")
        }),
        code: sent.then(|| {
            Field::of(FieldKind::Code, "code", "Six digits", "")
                .error("Not the code we sent last. 3 tries left.")
        }),
        sent_to: "t…@halden.example".into(),
        again_action: "/r/abc/mailbox/again".into(),
        errors: ErrorSummary::default(),
    }
}

fn check() -> CheckPage {
    CheckPage {
        shell: shell("/referrals", &[("Referrals", "/referrals"), ("Look before you ask", "")]),
        query: Field {
            full: true,
            ..Field::of(FieldKind::Search, "about", "Name, e-mail or company", "northmere.example")
        },
        answer: Some(CheckAnswer {
            headline: "Northmere Foods has an owner".into(),
            note: Note::new(
                Tone::Hold,
                "An open deal of Samir’s.",
                "A referral here is held until Lena decides, within 4 working hours.",
            ),
            table: TableView {
                caption: "What is known".into(),
                columns: vec![Column::name("What"), Column::new("Who"), Column::new("Since")],
                rows: vec![
                    vec![
                        Cell::text("Owner of the account"),
                        Cell::text("Samir Haddad"),
                        Cell::text("3 March"),
                    ]
                    .into(),
                    vec![
                        Cell::lines("Open opportunity", "Group reporting, Nordics unit"),
                        Cell::text("Samir Haddad"),
                        Cell::text("11 April"),
                    ]
                    .into(),
                    vec![Cell::text("Open asks"), Cell::text("None"), Cell::Nothing].into(),
                    vec![
                        Cell::text("Last contact"),
                        Cell::text("Samir Haddad"),
                        Cell::text("14 May, by phone"),
                    ]
                    .into(),
                ],
                ..TableView::default()
            },
            pills: vec![Pill::new("Open deal", Tone::Hold)],
            seal: Some(seal("48,215", "")),
            hand_over_href: "hand-over.html".into(),
        }),
    }
}
