//! Names that must lead somewhere: owners, pools, vendors, playbooks, ids.

use std::collections::BTreeMap;
use std::ops::Range;

use super::roster::Roster;
use crate::document::{Action, Document, Spanned, Target};
use crate::finding::{Code, Fix, Reporter, nearest};

pub(super) fn check(document: &Document, roster: &Roster, reporter: &mut Reporter<'_>) {
    targets(document, roster, reporter);
    vendors(document, roster, reporter);
    playbooks(document, reporter);
    let rules = document.rules.iter().map(|rule| &rule.id);
    unique("rule", rules, reporter);
    unique("playbook", document.playbooks.iter().map(|playbook| &playbook.id), reporter);
    unique("row of the fit table", document.score.fit.iter().map(|row| &row.name), reporter);
}

fn targets(document: &Document, roster: &Roster, reporter: &mut Reporter<'_>) {
    surely(&document.verification.arbiter, "The arbiter", reporter);
    target(&document.verification.arbiter, roster, reporter);
    target(&document.acknowledgement.from, roster, reporter);
    target(&document.nurture.owner, roster, reporter);
    for rule in &document.rules {
        match &rule.then.value {
            Action::Hold { arbiter, .. } => {
                surely(arbiter, "The arbiter", reporter);
                target(arbiter, roster, reporter);
            }
            Action::Owner { owner, fallback } => {
                target(owner, roster, reporter);
                match fallback {
                    Some(fallback) => {
                        surely(fallback, "The fallback", reporter);
                        target(fallback, roster, reporter);
                        if fallback.value == owner.value {
                            let message = "The fallback is the owner itself";
                            let what = "Name somebody else, so that the referral lands.";
                            let range = fallback.range.clone();
                            reporter.error(Code::MissingFallback, range, message, what);
                        }
                    }
                    None => {
                        let message = format!("Rule {:?} has no fallback", rule.id.value);
                        let what = "Add fallback = \"member:NAME\": who gets it when nobody of the \
                                    owner's is there.";
                        let range = rule.then.range.clone();
                        reporter.error(Code::MissingFallback, range, message, what);
                    }
                }
            }
            Action::Clocks { escalate_to: Some(escalate_to), .. } => {
                surely(escalate_to, "Who is told of a breach", reporter);
                target(escalate_to, roster, reporter);
            }
            _ => {}
        }
    }
}

/// A recipient of last resort cannot depend on a fact that may be unknown.
fn surely(found: &Spanned<Target>, role: &str, reporter: &mut Reporter<'_>) {
    if found.value.may_be_nobody() {
        let message = format!("{role} may turn out to be nobody: {} can be unknown", found.value);
        let what = "Name a member or a pool.";
        reporter.error(Code::MissingFallback, found.range.clone(), message, what);
    }
}

fn target(found: &Spanned<Target>, roster: &Roster, reporter: &mut Reporter<'_>) {
    match &found.value {
        Target::Member(id) => match roster.members.get(&**id) {
            Some(member) if member.active => {}
            Some(member) => {
                let message = format!("{} has left the workspace", member.name);
                let what = "Name somebody who is there.";
                reporter.error(Code::InactiveOwner, found.range.clone(), message, what);
            }
            None => {
                let names = roster.members.iter().filter(|(_, member)| member.active);
                unknown("member", id, names.map(|(id, _)| id.as_str()), found, reporter);
            }
        },
        Target::Pool(id) if !roster.pools.contains_key(&**id) => {
            unknown("pool", id, roster.pools.keys().map(String::as_str), found, reporter);
        }
        Target::Pool(id) if !roster.is_staffed(id) => {
            let message = format!("The pool {id} has no active member");
            let what = "Until it has, everything goes to the fallback.";
            reporter.remark(Code::InactiveOwner, found.range.clone(), message, what);
        }
        Target::Pool(_) | Target::AccountOwner | Target::ReferrerOwner => {}
    }
}

fn unknown<'a>(
    kind: &str,
    id: &str,
    names: impl Iterator<Item = &'a str>,
    found: &Spanned<Target>,
    reporter: &mut Reporter<'_>,
) {
    let near = nearest(id, names);
    let what = match near {
        Some(near) => format!("Did you mean {kind}:{near}?"),
        None => format!("Add the {kind} to the workspace first, or name another."),
    };
    let message = format!("No such {kind}: {id}");
    let finding = reporter.error(Code::UnknownOwner, found.range.clone(), message, what);
    finding.fix = near.map(|near| quoted(&found.range, &format!("{kind}:{near}")));
}

fn quoted(range: &Range<usize>, text: &str) -> Fix {
    Fix { start: range.start, end: range.end, text: format!("\"{text}\"") }
}

fn vendors(document: &Document, roster: &Roster, reporter: &mut Reporter<'_>) {
    for vendor in &document.enrichment.vendors {
        if roster.vendors.contains(&vendor.value) {
            continue;
        }
        let near = nearest(&vendor.value, roster.vendors.iter().map(String::as_str));
        let what = match near {
            Some(near) => format!("Did you mean {near}?"),
            None => "Set the vendor up first, or take it out.".to_owned(),
        };
        let message = format!("No enrichment vendor {:?} is set up", vendor.value);
        let finding = reporter.error(Code::UnknownVendor, vendor.range.clone(), message, what);
        finding.fix = near.map(|near| quoted(&vendor.range, near));
    }
}

fn playbooks(document: &Document, reporter: &mut Reporter<'_>) {
    let ids = || document.playbooks.iter().map(|playbook| playbook.id.value.as_str());
    for rule in &document.rules {
        let Action::Playbook(wanted) = &rule.then.value else { continue };
        if ids().any(|id| id == wanted.value) {
            continue;
        }
        let near = nearest(&wanted.value, ids());
        let what = match near {
            Some(near) => format!("Did you mean {near}?"),
            None => format!("Add [[playbook]] with id = {:?}.", wanted.value),
        };
        let message = format!("No such playbook: {}", wanted.value);
        let finding = reporter.error(Code::UnknownPlaybook, wanted.range.clone(), message, what);
        finding.fix = near.map(|near| quoted(&wanted.range, near));
    }
    for playbook in &document.playbooks {
        let used = document.rules.iter().any(|rule| {
            matches!(&rule.then.value, Action::Playbook(id) if id.value == playbook.id.value)
        });
        if !used {
            let message = format!("No rule uses the playbook {:?}", playbook.id.value);
            let what = "Add a rule for it, or take it out.";
            reporter.remark(Code::Untidy, playbook.id.range.clone(), message, what);
        }
    }
}

fn unique<'a>(
    what: &str,
    ids: impl Iterator<Item = &'a Spanned<String>>,
    reporter: &mut Reporter<'_>,
) {
    let mut seen = BTreeMap::new();
    for id in ids {
        if seen.insert(id.value.as_str(), ()).is_some() {
            let message = format!("A second {what} is called {:?}", id.value);
            let advice = "Give it a name of its own.";
            reporter.error(Code::DuplicateId, id.range.clone(), message, advice);
        }
    }
}
