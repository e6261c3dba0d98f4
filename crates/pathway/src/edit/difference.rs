//! A line-by-line difference of two texts, for the editor's bar and its page of changes.

use serde::{Deserialize, Serialize};

use crate::limits::DIFF_LINES_MAX;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// In both.
    Same,
    /// Only in the old text.
    Removed,
    /// Only in the new text.
    Added,
}

/// One line of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineChange {
    /// What became of it.
    pub kind: LineKind,
    /// Line of the old text, from 1.
    pub old_line: Option<usize>,
    /// Line of the new text, from 1.
    pub new_line: Option<usize>,
    /// The line.
    pub text: String,
}

/// The difference of two texts by longest common subsequence of lines. Texts whose changed
/// middles are beyond the bound are shown as replaced whole.
#[must_use]
pub fn diff_lines(old: &str, new: &str) -> Vec<LineChange> {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut changes = Vec::new();
    let same = |at: usize, to: usize| LineChange {
        kind: LineKind::Same,
        old_line: Some(at + 1),
        new_line: Some(to + 1),
        text: old[at].to_owned(),
    };
    changes.extend((0..head).map(|at| same(at, at)));
    let (mut at, mut to) = (head, head);
    let kept = common(&old[head..old_end], &new[head..new_end]);
    for (old_line, new_line) in kept.into_iter().map(|(a, b)| (a + head, b + head)) {
        replaced(&old, at..old_line, &new, to..new_line, &mut changes);
        changes.push(same(old_line, new_line));
        (at, to) = (old_line + 1, new_line + 1);
    }
    replaced(&old, at..old_end, &new, to..new_end, &mut changes);
    changes.extend((0..tail).map(|step| same(old_end + step, new_end + step)));
    changes
}

fn replaced(
    old: &[&str],
    removed: std::ops::Range<usize>,
    new: &[&str],
    added: std::ops::Range<usize>,
    changes: &mut Vec<LineChange>,
) {
    changes.extend(removed.map(|at| LineChange {
        kind: LineKind::Removed,
        old_line: Some(at + 1),
        new_line: None,
        text: old[at].to_owned(),
    }));
    changes.extend(added.map(|at| LineChange {
        kind: LineKind::Added,
        old_line: None,
        new_line: Some(at + 1),
        text: new[at].to_owned(),
    }));
}

/// Pairs of equal lines in a longest common subsequence.
fn common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    if old.len() > DIFF_LINES_MAX || new.len() > DIFF_LINES_MAX {
        return Vec::new();
    }
    let width = new.len() + 1;
    let mut lengths = vec![0_u16; (old.len() + 1) * width];
    for at in (0..old.len()).rev() {
        for to in (0..new.len()).rev() {
            lengths[at * width + to] = if old[at] == new[to] {
                lengths[(at + 1) * width + to + 1] + 1
            } else {
                lengths[(at + 1) * width + to].max(lengths[at * width + to + 1])
            };
        }
    }
    let (mut at, mut to, mut pairs) = (0, 0, Vec::new());
    while at < old.len() && to < new.len() {
        if old[at] == new[to] {
            pairs.push((at, to));
            (at, to) = (at + 1, to + 1);
        } else if lengths[(at + 1) * width + to] >= lengths[at * width + to + 1] {
            at += 1;
        } else {
            to += 1;
        }
    }
    pairs
}
