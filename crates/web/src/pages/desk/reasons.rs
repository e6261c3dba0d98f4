//! The coded reasons of each action that needs one, as people read them.

use warmpath_core::referral::Action;

/// (Code, words) of an action's reasons.
pub(super) fn of(action: Action) -> &'static [(&'static str, &'static str)] {
    match action {
        Action::Decline => &[
            ("no_fit", "Does not fit our profile"),
            ("wrong_time", "Wrong time"),
            ("known_already", "Known already"),
            ("wrong_person", "Not the right person"),
            ("no_capacity", "Nobody can take it in time"),
            ("conflict", "Conflict of interest"),
        ],
        Action::Fail => &[
            ("unreachable", "Could not be reached"),
            ("no_need", "No need"),
            ("no_budget", "No budget"),
            ("wrong_person", "Not the right person"),
            ("left_company", "Has left the company"),
        ],
        Action::Lose => &[
            ("competitor", "Chose somebody else"),
            ("no_decision", "No decision"),
            ("no_budget", "No budget"),
            ("no_need", "The need is gone"),
        ],
        Action::Hold => &[
            ("collision", "Somebody else is on it"),
            ("compliance", "May we? Somebody must check"),
            ("review", "Needs a second look"),
        ],
        Action::RequestCancel => &[
            ("referrer_asked", "The referrer asked"),
            ("mistake", "Handed over by mistake"),
            ("no_longer_needed", "No longer needed"),
        ],
        Action::Withdraw => &[
            ("person_said_so", "The person said so, by mail or phone"),
            ("complaint", "The person complained"),
        ],
        Action::Nurture => &[
            ("wrong_time", "Wrong time"),
            ("waits_for_budget", "Waits for a budget"),
            ("waits_for_event", "Waits for an event"),
        ],
        _ => &[],
    }
}

/// A stored code in words: a reason of ours, or the code without its underscores.
pub(super) fn words(code: &str) -> String {
    let known = Action::ALL.iter().flat_map(|action| of(*action)).find(|(c, _)| *c == code);
    let more = match code {
        "open_opportunity" => "A deal is open at this company",
        "group_opportunity" => "A deal is open at another company of its group",
        "introduction_under_way" => "Somebody asked for an introduction to this person",
        "referrer_not_verified" => "The referrer is not verified",
        "no_pathway" => "No pathway takes it",
        "wrong_person" => "The link reached the wrong person",
        "same_person" => "The same person is on the way",
        "later" => "The person said: later",
        "unanswered" => "Nobody answered",
        _ => "",
    };
    match (known, more) {
        (_, more) if !more.is_empty() => more.to_owned(),
        (Some((_, words)), _) => (*words).to_owned(),
        _ => code.replace(['_', '-'], " "),
    }
}
