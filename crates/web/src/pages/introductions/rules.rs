//! The form of a connector's rules, and what happens when it is sent.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::introduce::goodwill::tenths;
use warmpath_app::introduce::read_connectors::Connector;
use warmpath_app::introduce::set_rules::{self, Typed};
use warmpath_app::policy::{OwnRules, RunIntroductions, grant};
use warmpath_core::introduction::goodwill::AskChannel;

use super::headed;
use crate::form::Fields;
use crate::pages::card;
use crate::server::Face;
use crate::session::Writer;
use crate::view::part::{Action, Block, Check, Field, FieldKind, FormPart, FormView, Voice};

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The form, with the rules as they are, or as they were typed.
pub(super) fn form(
    csrf: &str,
    action: String,
    one: &Connector,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Block {
    let row = &one.account.row;
    let problems = match failure {
        Some(Failure::Invalid(problems)) => problems.as_slice(),
        _ => &[],
    };
    let value = |name: &str, stored: String| match failure {
        Some(_) => typed.get(name).to_owned(),
        None => stored,
    };
    let number = |name: &str, label: &str, stored: String| {
        let field = Field::of(FieldKind::Number, name, label, &value(name, stored));
        FormPart::from(card::with_error(field, problems))
    };
    let channels: Vec<(String, String)> =
        AskChannel::ALL.iter().map(|c| (c.to_string(), headed(c))).collect();
    let never = value("no_go", row.no_go.0.join("\n"));
    let kind = FieldKind::Area(3, Voice::Product);
    let never = Field::of(kind, "no_go", "Companies never asked for", &never)
        .hint("One a line.")
        .optional();
    let channel = value("channel", row.channel.to_string());
    let mut parts = vec![
        number("open_max", "Open asks at once", row.open_max.to_string()),
        number("rest_days", "Days between two asks", row.rest_days.to_string()),
        number("floor", "Floor of goodwill", tenths(row.floor)),
        FormPart::from(card::with_error(never, problems)),
        FormPart::from(Field::of(FieldKind::Select(channels), "channel", "Ask me by", &channel)),
        FormPart::from(card::with_error(
            Field::of(
                FieldKind::Number,
                "deal_min",
                "Only deals from",
                &value("deal_min", row.deal_min.map(|min| min.to_string()).unwrap_or_default()),
            )
            .optional(),
            problems,
        )),
    ];
    for (day, name) in (1_i64..).zip(DAYS) {
        let stored = row.weekdays.0.contains(&day);
        let ticked = match failure {
            Some(_) => typed.all("weekday").any(|v| v == day.to_string()),
            None => stored,
        };
        parts.push(FormPart::Check(Check {
            name: "weekday".to_owned(),
            value: day.to_string(),
            label: format!("Asks on {name}"),
            checked: ticked,
            ..Check::default()
        }));
    }
    Block::Form(FormView {
        action,
        csrf: csrf.to_owned(),
        parts,
        buttons: vec![Action { kind: Default::default(), ..Action::submit("Set the rules") }],
        ..FormView::default()
    })
}

fn read(fields: &Fields) -> Result<Typed, Failure> {
    let whole = |name: &str| {
        fields
            .trimmed(name)
            .parse::<i64>()
            .map_err(|_| Failure::invalid(name, "number_invalid", "A whole number."))
    };
    let floor: f64 = fields.trimmed("floor").replace(',', ".").parse().map_err(|_| {
        Failure::invalid("floor", "floor_invalid", "A number between 0 and 6, such as 1.0.")
    })?;
    let in_range = (0.0..=6.0).contains(&floor);
    let deal = fields.trimmed("deal_min").replace([',', ' '], "");
    Ok(Typed {
        // Beyond the range it is refused by the use case, with the sentence for a person.
        floor: if in_range { (floor * 10.0).round() as i64 } else { -1 },
        open_max: whole("open_max")?,
        rest_days: whole("rest_days")?,
        no_go: fields
            .get("no_go")
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        weekdays: fields.all("weekday").filter_map(|day| day.parse().ok()).collect(),
        channel: fields.get("channel").parse().ok(),
        deal_min: match deal.as_str() {
            "" => None,
            digits => Some(digits.parse().map_err(|_| {
                Failure::invalid("deal_min", "deal_min_invalid", "A whole number, or nothing.")
            })?),
        },
    })
}

/// The connector sets their own.
pub(super) async fn own(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<OwnRules>(&who.principal), read(&fields)) {
        (Ok(grant), Ok(typed)) => set_rules::own(&face.app, &grant, &typed).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => {
            super::connector::my_page(&face, &who, &fields, Some(&failure)).await
        }
        other => card::after(&face, &who, other, "/goodwill/me").await,
    }
}

/// A programme manager writes down what a connector said.
pub(super) async fn for_connector(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let person = text.parse().map_err(|_| Failure::NotFound);
    let done = match (grant::<RunIntroductions>(&who.principal), person, read(&fields)) {
        (Ok(grant), Ok(id), Ok(typed)) => {
            set_rules::for_connector(&face.app, &grant, id, &typed).await
        }
        (Err(failure), ..) | (_, Err(failure), _) | (.., Err(failure)) => Err(failure),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => {
            super::connector::show_one(&face, &who, &text, &fields, Some(&failure)).await
        }
        other => card::after(&face, &who, other, &format!("/goodwill/{text}")).await,
    }
}
