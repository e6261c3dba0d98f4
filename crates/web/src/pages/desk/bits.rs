//! Small pieces that several pages of the desk are made of.

use axum::extract::RawQuery;
use warmpath_app::fill_text::{Piece, first_name};
use warmpath_app::rows::{AccountRow, PersonRow, ReferralRow, TextRow};
use warmpath_app::{Failure, fill_text};
use warmpath_core::referral::{Action as Move, Origin};

use crate::form::Fields;
use crate::view::part::{Action, ErrorSummary, HumanWords, OpeningText, TextPiece, Tier, TierKind};
use crate::words::{Words, action_word, number_word};

/// The fields of an address.
pub(super) fn query(raw: &RawQuery) -> Fields {
    let text = raw.0.as_deref().unwrap_or_default();
    Fields::parse(text.as_bytes()).unwrap_or_default()
}

/// An address with these fields, leaving out the empty ones.
pub(super) fn address(path: &str, fields: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut any = false;
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
        any = true;
    }
    if any { format!("{path}?{}", query.finish()) } else { path.to_owned() }
}

/// An id out of an address; a text that is none looks like a record that is not there.
pub(super) fn id<I: std::str::FromStr>(text: &str) -> Result<I, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// The name of a person, or what stands for somebody who was forgotten.
pub(super) fn name_of(person: &PersonRow) -> String {
    if person.erased_at.is_some() || person.name.is_empty() {
        "Somebody who was forgotten".to_owned()
    } else {
        person.name.clone()
    }
}

/// Role and company, as far as known.
pub(super) fn role_of(person: &PersonRow, account: Option<&AccountRow>) -> String {
    let company = account.map_or(person.company.as_str(), |a| a.name.as_str());
    join(&[&person.title, company])
}

/// Parts with a comma between, without the empty ones.
pub(super) fn join(parts: &[&str]) -> String {
    let kept: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
    kept.join(", ")
}

/// Who the referrer is to us, as a word.
pub(super) fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Customer => "Customer",
        Origin::Partner => "Partner",
        Origin::Colleague => "Colleague",
        Origin::Vendor => "Vendor",
        Origin::Community => "Community",
    }
}

/// The tie between referrer and prospect: the referrer's own word, else what they said of how they
/// know each other.
pub(super) fn tier(row: &ReferralRow) -> TierKind {
    match (row.rating.as_str(), row.relationship.as_str()) {
        ("strong", _) | ("", "worked_together") => TierKind::Strong,
        ("medium", _) | ("", "business" | "met") => TierKind::Medium,
        _ => TierKind::Weak,
    }
}

/// The same as a mark.
pub(super) fn tier_mark(row: &ReferralRow) -> Tier {
    Tier { kind: tier(row), word_shown: false }
}

/// Whether an action asks something before it is done.
pub(super) fn asks(action: Move) -> bool {
    matches!(
        action,
        Move::Decline
            | Move::Fail
            | Move::Lose
            | Move::Hold
            | Move::RequestCancel
            | Move::ConfirmCancel
            | Move::Withdraw
            | Move::MarkDuplicate
            | Move::Reassign
            | Move::Nurture
            | Move::ScheduleMeeting
    )
}

/// The button of an action on a referral. The version travels along, so that a page grown stale is
/// noticed.
pub(super) fn button(row: &ReferralRow, action: Move) -> Action {
    let (label, key) = action_word(action);
    let path = format!("/referrals/{}/{}", row.id, action.as_str());
    let button = if asks(action) {
        Action::ask(label, path)
    } else {
        Action::post(label, path).with("version", row.version.to_string())
    };
    button.key(key)
}

/// Paragraphs of a text.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The words of a referrer: the first, with additions below.
pub(super) fn human_words(texts: &[&TextRow], words: &Words) -> Option<HumanWords> {
    let first = texts.iter().find(|t| t.edition == 0)?;
    let caption = |t: &TextRow| format!("{}, {}", t.author, words.moment(t.at));
    Some(HumanWords {
        paragraphs: paragraphs(&first.body),
        caption: format!("{}. Frozen on receipt.", caption(first)),
        edits: texts
            .iter()
            .filter(|t| t.edition > 0)
            .map(|t| (t.body.clone(), format!("{}. Added later.", caption(t))))
            .collect(),
        ..HumanWords::default()
    })
}

/// A prepared text with its open places.
pub(super) fn opening(title: &str, playbook: &str, pieces: &[Piece], note: &str) -> OpeningText {
    OpeningText {
        title: title.to_owned(),
        playbook: playbook.to_owned(),
        pieces: pieces
            .iter()
            .map(|piece| match piece {
                fill_text::Piece::Text(text) => TextPiece::Text(text.clone()),
                fill_text::Piece::Slot(hint) => TextPiece::Slot(hint.clone()),
            })
            .collect(),
        note: note.to_owned(),
        fill_href: String::new(),
    }
}

/// First name of a person.
pub(super) fn first(person: &PersonRow) -> String {
    let name = name_of(person);
    first_name(&name).to_owned()
}

/// The summary at the top of a refused form.
pub(super) fn summary(failure: &Failure) -> ErrorSummary {
    let Failure::Invalid(problems) = failure else { return ErrorSummary::default() };
    let title = match problems.len() {
        1 => "One answer needs a look".to_owned(),
        n => format!("{} answers need a look", number_word(n)),
    };
    let errors = problems.iter().map(|p| (p.field.clone(), p.message.clone())).collect();
    ErrorSummary { title, errors }
}

/// What is wrong with a field; empty when nothing is.
pub(super) fn wrong(failure: Option<&Failure>, field: &str) -> String {
    let Some(Failure::Invalid(problems)) = failure else { return String::new() };
    problems.iter().find(|p| p.field == field).map(|p| p.message.clone()).unwrap_or_default()
}
