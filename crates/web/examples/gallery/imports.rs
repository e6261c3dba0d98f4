//! Importing a file: upload, columns, preview, progress, result.

use crate::frame::{seal, shell};
use crate::{Pages, keep};
use warmpath_web::view::desk::{DeskPage, Layout};
use warmpath_web::view::part::{
    Action, Block, Cell, Column, Fact, Facts, Field, FieldKind, FormPart, FormView, Note, Pill,
    Row, Section, Stat, Stats, TableView, Tone,
};

/// The pages.
pub(crate) fn pages(pages: &mut Pages) -> askama::Result<()> {
    keep(pages, "imports", &list())?;
    keep(pages, "import-columns", &columns())?;
    keep(pages, "import-preview", &preview())?;
    keep(pages, "import", &progress())
}

fn list() -> DeskPage {
    let row = |name: &str, what: &str, pill: Pill, rows: &str, refused: &str, when: &str| -> Row {
        vec![
            Cell::link(name, "import.html", what),
            Cell::Pill(pill),
            Cell::figure(rows),
            Cell::figure(refused),
            Cell::text(when),
        ]
        .into()
    };
    DeskPage {
        shell: shell("/imports", &[("Imports", "")]),
        title: "Imports".into(),
        lead: "Importing the same file again changes nothing that is already in.".into(),
        main: vec![Section::new(
            "files",
            "Files",
            vec![Block::Table(TableView {
                caption: "Imported files, newest first".into(),
                columns: vec![
                    Column::name("File"),
                    Column::new("State"),
                    Column::figures("Rows"),
                    Column::figures("Refused"),
                    Column::new("When"),
                ],
                rows: vec![
                    row(
                        "crm-contacts-may.csv",
                        "Contacts",
                        Pill::new("Reading", Tone::Accent),
                        "48,212",
                        "32",
                        "now",
                    ),
                    row(
                        "opportunities.csv",
                        "Opportunities",
                        Pill::new("Done", Tone::Positive),
                        "3,104",
                        "0",
                        "2 May",
                    ),
                    row(
                        "referrals-2025.csv",
                        "Referrals",
                        Pill::new("Stopped", Tone::Neutral),
                        "412",
                        "6",
                        "28 April",
                    ),
                ],
                ..TableView::default()
            })],
        )],
        rail: vec![Section::new(
            "new",
            "Import a file",
            vec![Block::Form(FormView {
                action: "/imports".into(),
                csrf: "sample".into(),
                parts: vec![
                    Field::select(
                        "kind",
                        "What is in it",
                        &[
                            ("contacts", "Contacts"),
                            ("accounts", "Accounts"),
                            ("opportunities", "Opportunities"),
                            ("referrals", "Referrals"),
                            ("members", "Members"),
                        ],
                        "contacts",
                    )
                    .into(),
                    Field::of(FieldKind::File(".csv,.csv.gz".into()), "file", "CSV file", "")
                        .hint("Up to 50 MB. You see a preview before anything is stored.")
                        .into(),
                ],
                buttons: vec![Action::submit("Read the header")],
                sends_file: true,
                ..FormView::default()
            })],
        )],
        ..DeskPage::default()
    }
}

fn columns() -> DeskPage {
    let targets = [
        ("", "leave out"),
        ("given", "given name"),
        ("family", "family name"),
        ("email", "e-mail"),
        ("phone", "phone"),
        ("company", "company"),
        ("title", "title"),
    ];
    let row = |column: &str, sample: &str, target: &str| -> Row {
        let field = Field::select(
            &format!("map-{}", column.to_lowercase().replace(' ', "-")),
            &format!("{column} becomes"),
            &targets,
            target,
        );
        vec![Cell::text(column), Cell::proof(sample), Cell::Field(Box::new(field))].into()
    };
    DeskPage {
        shell: shell("/imports", &[("Imports", "imports.html"), ("crm-contacts-may.csv", "")]),
        title: "Which column is what?".into(),
        lead: "Read from the header of crm-contacts-may.csv. Change what is wrong.".into(),
        layout: Layout::Narrow,
        main: vec![Section::new("columns", "Columns", vec![Block::Form(FormView {
            action: "/imports/1/columns".into(),
            csrf: "sample".into(),
            parts: vec![FormPart::Table(TableView {
                caption: "Columns of the file".into(),
                columns: vec![Column::name("Column"), Column::new("First value"), Column::new("Becomes")],
                rows: vec![
                    row("First Name", "Anna", "given"), row("Last Name", "Berg", "family"), row("Email", "anna.berg@ebenau.example", "email"),
                    row("Phone Number", "+49 421 555 0148", "phone"), row("Company name", "Stadtwerke Ebenau", "company"), row("Notes", "Prefers calls on …", ""),
                ],
                ..TableView::default()
            })],
            buttons: vec![Action::submit("See a preview"), Action::link("Stop", "imports.html").quiet()],
            ..FormView::default()
        })]).foot("Notes can hold opinions about people, so they are never read unless you map the column yourself.")],
        ..DeskPage::default()
    }
}

fn preview() -> DeskPage {
    let row = |number: &str, name: &str, mail: &str, company: &str, pill: Pill| -> Row {
        vec![
            Cell::figure(number),
            Cell::text(name),
            Cell::proof(mail),
            Cell::text(company),
            Cell::Pill(pill),
        ]
        .into()
    };
    DeskPage {
        shell: shell("/imports", &[("Imports", "imports.html"), ("crm-contacts-may.csv", "")]),
        title: "This is what goes in".into(),
        lead: "The first 200 rows, read with your columns. Nothing is stored yet.".into(),
        actions: vec![
            Action::link("Change columns", "import-columns.html"),
            Action::post("Import 48,212 rows", "/imports/1/start").primary(),
        ],
        stats: Some(Stats {
            stats: vec![
                Stat::new("New people", "164", "of 200", ""),
                Stat::new("Joined to known", "31", "", ""),
                Stat::new("To be reviewed", "3", "", "").toned(Tone::Warning),
                Stat::new("Refused", "2", "", "").toned(Tone::Negative),
            ],
        }),
        main: vec![Section::new(
            "rows",
            "First rows",
            vec![Block::Table(TableView {
                caption: "First rows of the file".into(),
                columns: vec![
                    Column::figures("Row"),
                    Column::name("Name"),
                    Column::new("E-mail"),
                    Column::new("Company"),
                    Column::new("Becomes"),
                ],
                rows: vec![
                    row(
                        "2",
                        "Anna Berg",
                        "anna.berg@ebenau.example",
                        "Stadtwerke Ebenau",
                        Pill::new("New", Tone::Accent),
                    ),
                    row(
                        "3",
                        "Priya Raman",
                        "p.raman@northmere.example",
                        "Northmere Foods",
                        Pill::new("Known", Tone::Neutral),
                    ),
                    row(
                        "4",
                        "Luis Ferrer",
                        "ferrer@",
                        "Grupo Almar",
                        Pill::new("Refused", Tone::Negative),
                    ),
                ],
                ..TableView::default()
            })],
        )],
        ..DeskPage::default()
    }
}

fn refused() -> TableView {
    let row = |number: &str, column: &str, value: &str, help: &str, code: &str| -> Row {
        vec![
            Cell::figure(number),
            Cell::proof(column),
            Cell::Refused(value.into()),
            Cell::text(help),
            Cell::proof(code),
        ]
        .into()
    };
    TableView {
        caption: "Refused rows".into(),
        columns: vec![
            Column::figures("Row"),
            Column::new("Column"),
            Column::new("Value"),
            Column::new("What is wrong, and what helps"),
            Column::new("Code"),
        ],
        rows: vec![
            row("1,204", "email", "anna.berg@", "No domain after the @", "contact.email.form"),
            row(
                "2,877",
                "phone",
                "0421/555-01",
                "Too short for Germany. Add the last digits, or leave it empty",
                "contact.phone.short",
            ),
            row(
                "6,310",
                "last_seen",
                "31.02.2025",
                "February has no 31st. Write a day that exists",
                "time.no_such_day",
            ),
            row(
                "9,051",
                "name",
                "=HYPERLINK(…",
                "A formula, not a name. Kept out for safety",
                "text.formula",
            ),
            row(
                "14,222",
                "company",
                "(empty)",
                "Needs a company or a work e-mail",
                "contact.no_company",
            ),
            row(
                "20,418",
                "email",
                "info@vauclair.example",
                "A shared mailbox is not a person. Kept as company contact",
                "contact.email.role",
            ),
        ],
        foot:
            "Import the corrected file again: rows already in are recognised, nothing is doubled."
                .into(),
        ..TableView::default()
    }
}

fn progress() -> DeskPage {
    let fact = |name: &str, value: &str| Fact::new(name, value);
    DeskPage {
        shell: shell("/imports", &[("Imports", "imports.html"), ("crm-contacts-may.csv", "")]),
        title: "crm-contacts-may.csv".into(),
        pill: Some(Pill::new("Reading", Tone::Accent)),
        lead: "Contacts from the CRM, 48,212 rows. You can leave this page, the import goes on.".into(),
        actions: vec![Action::post("Pause", "/imports/1/pause"), Action::ask("Stop and undo", "/imports/1/stop").danger()],
        main: vec![
            Section::new("progress", "", vec![
                Block::Progress { done: 31_840, total: 48_212, words: "31,840 of 48,212 rows".into(), aside: "About 20 s left, 1,610 rows a second".into() },
                Block::Stats(Stats { stats: vec![
                    Stat::new("New people", "9,412", "", ""), Stat::new("Joined to known", "21,977", "", ""),
                    Stat::new("To be reviewed", "31", "", "").toned(Tone::Warning), Stat::new("Unchanged", "388", "", ""),
                    Stat::new("Refused", "32", "", "").toned(Tone::Negative),
                ] }),
            ]),
            Section::new("refused", "Refused rows", vec![Block::Table(refused())])
                .aside("32 so far, everything else goes in")
                .action(Action::link("Refused rows as CSV", "/imports/1/refused.csv").small().icon("download")),
        ],
        rail: vec![
            Section::new("columns", "Columns", vec![Block::Facts(Facts {
                facts: vec![fact("First Name", "given name"), fact("Last Name", "family name"), fact("Email", "e-mail"), fact("Phone Number", "phone"), fact("Company name", "company"), fact("Owner ID", "left out"), fact("Notes", "left out")],
                pair: false,
                lined: true,
            }), Block::Note(Note { icon: "shield".into(), ..Note::new(Tone::Neutral, "", "Notes can hold opinions about people, so they are never read unless you map the column yourself.") })]).aside("Read from the header"),
            Section::new("blocked", "Blocked before storing", vec![Block::Text("14 people asked not to be held. Their rows were dropped, matched by keyed hash, and not counted above.".into())]).sealed(seal("48,230", "")),
        ],
        ..DeskPage::default()
    }
}
