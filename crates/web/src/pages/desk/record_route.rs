//! Why a referral went where it went: the stages of the decision and the score by its factors.

use warmpath_app::explain_route::{Assignment, Refused, Stage, Story};
use warmpath_app::read_referrals::Dossier;
use warmpath_core::role::Role;

use super::record_proof::seal_of_kind;
use crate::view::part::{
    Avatar, AvatarSize, Candidate, RouteTrace, ScoreStep, StepTable, TraceStage,
};
use crate::words::{Words, sentence};

/// The trace of the latest decision.
pub(super) fn trace(story: &Story, dossier: &Dossier, words: &Words) -> RouteTrace {
    let stages = story.decision.stages.iter().map(|stage| {
        let candidates = match (&story.turn, stage.stage) {
            (Some(turn), Stage::Owner) => candidates(turn, dossier, words),
            _ => Vec::new(),
        };
        let plain = outcome_words(&stage.outcome.to_string());
        let outcome = match &stage.rule_name {
            Some(name) => format!("{name}: {plain}"),
            None => sentence(&plain),
        };
        TraceStage {
            stage: title(stage.stage).to_owned(),
            outcome,
            rule: stage.rule.as_deref().unwrap_or_default().to_owned(),
            candidates,
        }
    });
    RouteTrace {
        title: "Why this owner".to_owned(),
        replay_href: format!("/referrals/{}/replay", dossier.referral.id),
        stages: stages.collect(),
        decided: format!(
            "Pathway {}, version {}, decided {}.",
            story.pathway,
            story.row.pathway_version,
            words.moment(story.row.at)
        ),
        seal: seal_of_kind(dossier, "referral.routed", Role::Seller),
    }
}

/// An outcome without the prefixes of the document: "pool:partner-desk" is the pool partner desk.
fn outcome_words(outcome: &str) -> String {
    let said = outcome.split(' ').map(|word| match word.split_once(':') {
        Some(("pool", slug)) => format!("pool {}", slug.replace('-', " ")),
        Some(("member", slug)) => sentence(slug),
        _ => word.to_owned(),
    });
    said.collect::<Vec<_>>().join(" ")
}

/// The stage's word.
pub(super) fn title(stage: Stage) -> &'static str {
    match stage {
        Stage::Compliance => "Compliance",
        Stage::Eligibility => "Eligibility",
        Stage::Priority => "Priority",
        Stage::Owner => "Owner",
        Stage::Sla => "Clocks",
        Stage::Playbook => "Playbook",
    }
}

fn candidates(turn: &Assignment, dossier: &Dossier, words: &Words) -> Vec<Candidate> {
    turn.candidates
        .iter()
        .map(|one| {
            let member = dossier.members.iter().find(|m| m.id.to_string() == one.member);
            let name = member.map_or("Somebody who left", |m| m.name.as_str());
            let (detail, outcome) = match &one.refused {
                None => (behind(&one.behind.to_string()), "Chosen".to_owned()),
                Some(refused) => (String::new(), why_not(refused, words)),
            };
            Candidate {
                avatar: Avatar::of(name, &one.member).sized(AvatarSize::Small),
                name: name.to_owned(),
                detail,
                outcome,
                chosen: one.refused.is_none(),
            }
        })
        .collect()
}

/// How far somebody was below their fair share.
fn behind(turns: &str) -> String {
    match turns {
        "0" | "0.0" => "next in turn".to_owned(),
        "1" | "1.0" => "1 turn behind their share".to_owned(),
        turns => format!("{turns} turns behind their share"),
    }
}

fn why_not(refused: &Refused, words: &Words) -> String {
    match refused {
        Refused::Away { reason, until: Some(until) } => {
            format!("Away until {}: {reason}", words.day(*until))
        }
        Refused::Away { reason, until: None } => format!("Away: {reason}"),
        Refused::Unsuited { reason } => reason.clone(),
        Refused::AtCap { taken, limit, window } => format!("At cap, {taken} of {limit} {window}"),
        Refused::NoWeight => "Takes no turns".to_owned(),
        Refused::NotTheirTurn => "Not their turn".to_owned(),
        Refused::OwedFirst => "A turn was owed to somebody else".to_owned(),
    }
}

/// The score as a waterfall.
pub(super) fn score(story: &Story) -> StepTable {
    let sheet = &story.decision.score;
    let mut running = 100.0_f64;
    let percent = |value: f64| value.clamp(0.0, 100.0).round() as u8;
    let scored = sheet.score.is_some();
    let steps = sheet.factors.iter().map(|factor| {
        let points = factor.points.as_ref().map_or(0.0, |p| p.to_f64());
        let from = running;
        running += points;
        ScoreStep {
            name: factor_word(&factor.factor).to_owned(),
            evidence: sentence(&factor.why.to_string()),
            value: factor.value.as_ref().map_or("unknown".to_owned(), ToString::to_string),
            weight: factor.exponent.to_string(),
            // Without a score there is nothing that a factor could have moved.
            from: if scored { percent(from) } else { 0 },
            to: if scored { percent(running) } else { 0 },
            points: match scored {
                true => format!("{points:.1}").replace('-', "−"),
                false => "–".to_owned(),
            },
        }
    });
    let steps: Vec<ScoreStep> = steps.collect();
    let total = sheet.score.as_ref().map(|s| s.to_f64());
    StepTable {
        title: "Score".to_owned(),
        figure: total.map(|t| format!("{t:.0}")).unwrap_or_default(),
        of: if total.is_some() { "of 100" } else { "No score: depth or fit is unknown" }.to_owned(),
        formula_href: String::new(),
        steps,
        total_label: "Product of five factors, times 100".to_owned(),
        total: total.map(|t| format!("{t:.1}")).unwrap_or_else(|| "–".to_owned()),
        gates: gates(story),
    }
}

fn gates(story: &Story) -> String {
    let gates: Vec<String> = story
        .decision
        .stages
        .iter()
        .flat_map(|stage| stage.gates.iter())
        .map(|gate| gate.why.to_string())
        .collect();
    if gates.is_empty() { String::new() } else { format!("Gates: {}.", gates.join("; ")) }
}

fn factor_word(code: &str) -> &str {
    match code {
        "depth" => "Depth of the tie",
        "fit" => "Fit with profile",
        "acceptance" => "Referrer accepted",
        "timing" => "Timing",
        "quality" => "Contact quality",
        other => other,
    }
}
