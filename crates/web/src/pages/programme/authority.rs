//! Whether the person to be met decides: the card on an introduction, and the form behind it.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::introduce::choose;
use warmpath_app::policy::{AskIntroduction, ReadIntroductions, grant};
use warmpath_app::programme::authority::{self, HOLDS, Standing, Verified};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::PersonId;

use crate::pages::card as cards;
use crate::server::Face;
use crate::session::Writer;
use crate::view::Shell;
use crate::view::part::{
    Block, Fact, Facts, Field, FieldKind, FormPart, Pill, Section, Tone, Voice,
};

/// Where it stands, and the form to verify it; `back` is where the form leads.
pub(crate) async fn card(
    face: &Face,
    who: &SignedIn,
    shell: &Shell,
    person: PersonId,
    back: &str,
) -> Option<Section> {
    let may = grant::<ReadIntroductions>(&who.principal).ok()?;
    let rows = authority::of(&face.app, &may, person).await.ok()?;
    let words = cards::words(face, who);
    let standing = authority::standing(&rows, words.now);
    let pill = pill(standing);
    let mut facts = vec![Fact::new("Decides", pill.word.clone())];
    if let Some(latest) = rows.first() {
        // What shows it may name them, and stands under Who decides only.
        facts.push(Fact::new("Counts until", words.day(latest.until)));
    }
    let mut blocks = vec![Block::Facts(Facts { facts, pair: false, lined: true })];
    if let Ok(may) = grant::<AskIntroduction>(&who.principal)
        && standing != Standing::Holds
    {
        let peers = choose::run(&face.app, &may, "", (None, None)).await.ok()?.connectors;
        let mut options = vec![(String::new(), "Our own reading".to_owned())];
        options.extend(peers);
        let fields = [
            Field::select("holds", "Do they decide?", &HOLDS, "holds"),
            Field::text("topic", "About what", "").hint("Finance software up to EUR 100,000"),
            Field::of(FieldKind::Area(2, Voice::Person), "evidence", "What shows it", "")
                .hint("Where it says so, or who said so and when"),
            Field::of(FieldKind::Select(options), "peer", "Who said so", ""),
            Field::hidden("back", back),
        ];
        let parts: Vec<FormPart> = fields.into_iter().map(Into::into).collect();
        blocks.push(cards::form(shell, &format!("/authority/{person}"), parts, "Note it"));
    }
    Some(
        Section::new("authority", "Who decides", blocks)
            .foot("Verified before a connector is asked. It counts for 180 days."),
    )
}

/// A standing as a pill.
pub(super) fn pill(standing: Standing) -> Pill {
    let (word, tone) = match standing {
        Standing::Holds => ("Verified", Tone::Positive),
        Standing::Not => ("Does not decide", Tone::Negative),
        Standing::Expired => ("Verified too long ago", Tone::Warning),
        Standing::Unknown => ("Not verified", Tone::Warning),
    };
    Pill::new(word, tone)
}

/// Notes it.
pub(super) async fn verify(
    State(face): State<Face>,
    Path(person): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let verified = Verified {
        topic: fields.trimmed("topic").to_owned(),
        holds: fields.get("holds").to_owned(),
        evidence: fields.trimmed("evidence").to_owned(),
        peer: fields.get("peer").parse().ok(),
        days: None,
    };
    let done = match (grant::<AskIntroduction>(&who.principal), person.parse()) {
        (Ok(may), Ok(id)) => authority::verify(&face.app, &may, id, &verified).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    // Back to where the form stood, on this site only.
    let back = fields.get("back");
    let known = ["/introductions/", "/committees/"].iter().any(|start| back.starts_with(start));
    cards::after(&face, &who, done, if known { back } else { "/introductions" }).await
}
