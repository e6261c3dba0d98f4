//! Drafts: each has its personal slot and only placeholders that something fills.

use crate::document::{Document, PERSONAL_SLOT, PLACEHOLDERS, Spanned, placeholders};
use crate::finding::{Code, Reporter, nearest};

pub(super) fn check(document: &Document, reporter: &mut Reporter<'_>) {
    for playbook in &document.playbooks {
        text(&playbook.opening, &format!("The opening {:?}", playbook.id.value), reporter);
    }
    text(&document.acknowledgement.text, "The thank-you", reporter);
}

fn text(found: &Spanned<String>, what: &str, reporter: &mut Reporter<'_>) {
    let names = placeholders(&found.value);
    if !names.contains(&PERSONAL_SLOT) {
        let message = format!("{what} has no personal slot");
        let advice = "Put {personal} where the sender writes a line of their own; nobody sends a \
                      text unchanged.";
        reporter.error(Code::NoPersonalSlot, found.range.clone(), message, advice);
    }
    let known = || PLACEHOLDERS.iter().map(|(name, _)| *name).chain([PERSONAL_SLOT]);
    for name in names.into_iter().filter(|name| !known().any(|known| known == *name)) {
        let advice = match nearest(name, known()) {
            Some(near) => format!("Did you mean {{{near}}}?"),
            None => format!("Use one of: {}.", known().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("{what} names {{{name}}}, which nothing fills");
        reporter.error(Code::UnknownPlaceholder, found.range.clone(), message, advice);
    }
}
