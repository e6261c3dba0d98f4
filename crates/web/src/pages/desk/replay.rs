//! Makes a stored decision again from its facts and says whether the bytes are the same.

use axum::extract::{Path, State};
use axum::response::Response;
use sha2::{Digest, Sha256};
use warmpath_app::Failure;
use warmpath_app::explain_route::{self, Replayed};
use warmpath_app::policy::{ReadReferrals, grant};
use warmpath_app::read_referrals::Dossier;
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::ReferralId;

use super::bits::{id, name_of};
use super::record::frame;
use super::record_route::title;
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, Fact, Facts, Note, Pill, Row, Section, TableView, Tone,
};
use crate::words::Words;

/// Shows the replay.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(me): Reader,
    Path(text): Path<String>,
) -> Response {
    let mut frame = frame(&face, &me).await;
    match load(&face, &me, &text).await {
        Ok((dossier, replayed)) => {
            frame.title = "Replay of a decision".to_owned();
            let words = Words::new(&me.member.zone, face.app.now());
            render(&page(frame, &dossier, &replayed, &words))
        }
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn load(face: &Face, me: &SignedIn, text: &str) -> Result<(Dossier, Replayed), Failure> {
    let grant = grant::<ReadReferrals>(&me.principal)?;
    explain_route::replay(&face.app, &grant, id::<ReferralId>(text)?).await
}

fn page(
    frame: crate::view::Shell,
    dossier: &Dossier,
    replayed: &Replayed,
    words: &Words,
) -> DeskPage {
    let (pill, note) = if replayed.same {
        (
            Pill::new("Same bytes", Tone::Positive),
            Note::new(
                Tone::Positive,
                "The decision holds.",
                "The same facts under the same version gave exactly the stored bytes.",
            ),
        )
    } else {
        (
            Pill::new("Different", Tone::Negative),
            Note::new(
                Tone::Negative,
                "The decision does not replay.",
                "The program that decides has changed since, or the stored bytes were altered.",
            ),
        )
    };
    let story = &replayed.story;
    let proof = |name: &str, bytes: &str| Fact {
        proof: true,
        ..Fact::new(name, format!("{} bytes, SHA-256 {}", bytes.len(), hash(bytes)))
    };
    let facts = Facts {
        facts: vec![
            Fact::new(
                "Pathway",
                format!("{}, version {}", story.pathway, story.row.pathway_version),
            ),
            Fact::new("Decided", words.moment(story.row.at)),
            proof("Stored", &replayed.stored),
            proof("Made again", &replayed.again),
        ],
        pair: false,
        lined: true,
    };
    DeskPage {
        shell: frame,
        title: format!("Replay: {}", name_of(&dossier.person)),
        pill: Some(pill),
        lead: "The stored facts, run through the stored version again.".to_owned(),
        actions: vec![Action::link(
            "Back to the referral",
            format!("/referrals/{}", dossier.referral.id),
        )],
        note: Some(note),
        main: vec![
            Section::new("bytes", "The bytes", vec![Block::Facts(facts)]),
            Section::new("rules", "Rules looked at", vec![Block::Table(rules(replayed))]),
        ],
        rail: vec![Section::new(
            "facts",
            "The facts as they stood",
            vec![Block::Facts(known(replayed))],
        )],
        ..DeskPage::default()
    }
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

fn known(replayed: &Replayed) -> Facts {
    let facts = replayed.story.facts.iter();
    let facts = facts.map(|(name, value)| Fact::new(name.replace('_', " "), value)).collect();
    Facts { facts, pair: false, lined: true }
}

fn rules(replayed: &Replayed) -> TableView {
    let mut rows: Vec<Row> = Vec::new();
    for stage in &replayed.story.decision.stages {
        for rule in &stage.rules {
            let decided = stage.rule.as_deref() == Some(&*rule.rule.id);
            let outcome = if decided {
                Cell::pill("Decided", Tone::Positive)
            } else if rule.near_miss {
                Cell::pill("Near miss", Tone::Warning)
            } else {
                Cell::text("No")
            };
            rows.push(Row::from(vec![
                Cell::text(&*rule.rule.name),
                Cell::text(title(stage.stage)),
                Cell::proof(&*rule.rule.when),
                outcome,
            ]));
        }
    }
    TableView {
        caption: "Rules in the order they were looked at".to_owned(),
        columns: vec![
            Column::name("Rule"),
            Column::new("Stage"),
            Column::new("When"),
            Column::new("Outcome"),
        ],
        rows,
        empty: "A gate decided before any rule.".to_owned(),
        ..TableView::default()
    }
}
