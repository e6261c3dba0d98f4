//! Funding stages, their ranges and open ends.

use std::collections::BTreeSet;

use super::classes::is;
use super::mentions::{Mention, Reading};
use super::refine::word;
use crate::criteria::Criteria;
use crate::lexicon::Term;
use crate::text::Token;

const STAGES: [&str; 5] = ["seed", "series_a", "series_b", "series_c", "series_d"];

/// "Series B-C", "Series C or later", "no earlier than Series B": the stages in between.
pub(super) fn stages(tokens: &[Token], reading: &Reading, out: &mut Criteria) {
    let index = |m: &Mention| {
        m.terms.iter().find_map(|t| match t {
            Term::Stage(key) => STAGES.iter().position(|stage| stage == key),
            _ => None,
        })
    };
    let mut found: BTreeSet<usize> = BTreeSet::new();
    let (mut low, mut high) = (None, None);
    for mention in reading.mentions.iter().filter(|m| !m.excluded) {
        let Some(stage) = index(mention) else { continue };
        found.insert(stage);
        let near = |range: std::ops::Range<usize>, class: &str| {
            range.filter_map(|i| word(tokens, i)).any(|w| is(class, w))
        };
        let before = mention.from.saturating_sub(3)..mention.from;
        let after = mention.to..mention.to + 3;
        if let Some(end) = letter_range(tokens, mention.to) {
            found.extend(stage..=end);
        }
        let plus = tokens.get(mention.to).is_some_and(|t| t.is_mark('+'));
        let least = near(before.clone(), "stage_least_before");
        let most = near(before.clone(), "stage_most_before");
        if plus || (least && !most) {
            low = Some(stage);
        } else if most {
            high = Some(stage);
        } else if near(after.clone(), "stage_and_up") && near(after.clone(), "stage_or") {
            low = Some(stage);
        } else if near(after, "stage_and_down") {
            high = Some(stage);
        } else if near(mention.from.saturating_sub(1)..mention.from, "stage_to") {
            let from = found.iter().next().copied().unwrap_or(stage);
            found.extend(from..=stage);
        }
    }
    if low.is_some() || high.is_some() {
        found.extend(low.unwrap_or(0)..=high.unwrap_or(STAGES.len() - 1));
    }
    out.company_stage = found.into_iter().map(|stage| STAGES[stage].to_owned()).collect();
}

/// The letter after a dash or "or": "Series B-C", "Series A/B", "Series A or B".
fn letter_range(tokens: &[Token], at: usize) -> Option<usize> {
    let joins = tokens.get(at)?.is_mark('-')
        || tokens[at].is_mark('/')
        || word(tokens, at).is_some_and(|w| {
            matches!(
                w,
                "or" | "and"
                    | "to"
                    | "oder"
                    | "und"
                    | "bis"
                    | "ou"
                    | "et"
                    | "o"
                    | "y"
                    | "e"
                    | "eller"
                    | "och"
                    | "till"
                    | "a"
            )
        });
    let at = if joins { at + 1 } else { at };
    match word(tokens, at)? {
        "b" => Some(2),
        "c" => Some(3),
        "d" => Some(4),
        _ => None,
    }
}
