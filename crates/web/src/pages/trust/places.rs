//! "Where are your prospects?", what each place allows, and the rule table behind it.

use axum::extract::State;
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::choose_places as use_case;
use warmpath_app::policy::{ManageCompliance, ReadCompliance, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::compliance::{Exemptions, FirstContact, rules as rule_set};

use super::compliance::{desk, finish};
use crate::form::Fields;
use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::part::{Cell, Check, Column, Field, FormPart, Note, Section, Tone};
use crate::words::sentence;

const HREF: &str = "/compliance/places";

/// The exemptions by the name in the form, in words, and whether one is on.
type Switch = (&'static str, &'static str, fn(&Exemptions) -> bool);

const SWITCHES: &[Switch] = &[
    ("canada", "Canada: one message after a referral", |e| e.canada_one_message),
    ("france", "France: work address, subject fits the job", |e| e.france_work_address),
    ("singapore", "Singapore: business contact", |e| e.singapore_business_contact),
    ("britain", "United Kingdom: companies", |e| e.united_kingdom_corporate),
    ("states", "United States: with a way out", |e| e.united_states_opt_out),
];

/// The question.
pub(super) async fn show(State(face): State<Face>, Reader(who): Reader) -> Response {
    page(&face, &who, None, None).await
}

async fn page(
    face: &Face,
    who: &SignedIn,
    typed: Option<&Fields>,
    failure: Option<&Failure>,
) -> Response {
    let found = match grant::<ReadCompliance>(&who.principal) {
        Ok(grant) => use_case::read(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let places = match found {
        Ok(places) => places,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let problems = match failure {
        Some(Failure::Invalid(problems)) => problems.as_slice(),
        _ => &[],
    };
    let mut page = desk(face, who, HREF).await;
    page.lead = "What each place allows before anybody answered.".to_owned();
    let rows = places
        .summary
        .countries
        .iter()
        .map(|c| {
            let source = if c.must_name_source { "It says who passed on the address" } else { "" };
            vec![
                Cell::lines(c.country.name(), c.rule_ids.join(", ")),
                Cell::lines(c.first_message.clone(), source),
                Cell::text(c.opt_out_within.words()),
                Cell::figure(format!("{} months", c.retention_months)),
                Cell::lines(c.citations.join("; "), confidence(&c.confidence)),
            ]
            .into()
        })
        .collect();
    let columns = vec![
        Column::name("Country"),
        Column::new("A first message"),
        Column::new("A no holds"),
        Column::figures("Kept at most"),
        Column::new("Law"),
    ];
    let empty = "Name the countries, and what each allows stands here.";
    let table = card::table("What each country allows", columns, rows, empty);
    page.note = Some(Note::new(Tone::Accent, "", places.summary.advice.clone()));
    page.main = vec![
        Section::new("allowed", "What each country allows", vec![table])
            .foot("This is a table, not advice. Each line cites its rule."),
    ];
    if grant::<ManageCompliance>(&who.principal).is_ok() {
        let codes: Vec<&str> = places.countries.iter().map(|c| c.code()).collect();
        let countries = typed.map_or_else(|| codes.join(", "), |t| t.get("countries").to_owned());
        let field = Field::text("countries", "Where are your prospects?", &countries)
            .hint("Two letters each: DE, FR, US");
        let mut parts: Vec<FormPart> = vec![card::with_error(field, problems).into()];
        parts.extend(SWITCHES.iter().map(|(name, label, on)| {
            FormPart::Check(Check {
                name: (*name).to_owned(),
                value: "on".to_owned(),
                label: (*label).to_owned(),
                below: "Off unless your counsel decided otherwise".to_owned(),
                checked: typed.map_or_else(|| on(&places.exemptions), |t| t.has(name)),
                silent: false,
            })
        }));
        let form = card::form(&page.shell, HREF, parts, "Save");
        page.rail = vec![Section::new("where", "Your places", vec![form])];
    }
    finish(page, problems, failure)
}

fn confidence(value: &impl serde::Serialize) -> String {
    let word = serde_json::to_value(value).ok();
    let word = word.as_ref().and_then(|v| v.as_str()).unwrap_or_default();
    match word {
        "sourced" => "Read in the law itself".to_owned(),
        "secondary" => "Read in a secondary source".to_owned(),
        other => sentence(&other.replace('_', " ")),
    }
}

/// The answer.
pub(super) async fn choose(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let countries: Vec<String> =
        fields.get("countries").split([',', ' ', ';']).map(str::to_owned).collect();
    let exemptions = Exemptions {
        canada_one_message: fields.has("canada"),
        france_work_address: fields.has("france"),
        singapore_business_contact: fields.has("singapore"),
        united_kingdom_corporate: fields.has("britain"),
        united_states_opt_out: fields.has("states"),
    };
    let done = match grant::<ManageCompliance>(&who.principal) {
        Ok(grant) => use_case::choose(&face.app, &grant, &countries, exemptions).await,
        Err(failure) => Err(failure),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => {
            page(&face, &who, Some(&fields), Some(&failure)).await
        }
        other => card::after(&face, &who, other, HREF).await,
    }
}

/// The rule table.
pub(super) async fn rules(State(face): State<Face>, Reader(who): Reader) -> Response {
    if let Err(failure) = grant::<ReadCompliance>(&who.principal) {
        return card::refused(&face, &who, &failure).await;
    }
    let set = rule_set();
    let mut page = desk(&face, &who, "/compliance/rules").await;
    page.lead = format!("The rules as they stood on {}.", set.as_of);
    let rows = set
        .rules
        .iter()
        .map(|rule| {
            let first = rule.first_contact_by_system.as_ref().map_or("as its parent", first_words);
            let honour = rule.optout_honour.as_ref().map_or_else(String::new, |p| p.words());
            vec![
                Cell::lines(rule.id.clone(), rule.parent.clone().unwrap_or_default()),
                Cell::text(first),
                Cell::text(honour),
                Cell::text(rule.instruments.join("; ")),
                Cell::text(confidence(&rule.conf)),
            ]
            .into()
        })
        .collect();
    let columns = vec![
        Column::name("Place"),
        Column::new("May we write first?"),
        Column::new("A no holds"),
        Column::new("Law"),
        Column::new("How far checked"),
    ];
    let table = card::table("Rule table", columns, rows, "");
    page.main = vec![
        Section::new("rules", "What each place allows before a yes", vec![table])
            .foot("Anywhere else: only after a yes. This is a table, not advice."),
    ];
    render(&page)
}

fn first_words(first: &FirstContact) -> &'static str {
    match first {
        FirstContact::AllowedOptout => "With a way out, when the exemption is on",
        FirstContact::OneMessageExemption => "One message, when the exemption is on",
        FirstContact::OnlyAfterOptin => "Only after a yes",
        FirstContact::Never => "Never",
    }
}
