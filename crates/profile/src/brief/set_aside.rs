//! Mentions that would say more than the brief does, and are set aside.

use super::classes::is;
use super::mentions::{Mention, Reading};
use super::refine::remove;
use crate::lexicon::{Lexicon, Term};
use crate::text::{Kind, Token, stem};

/// The codes of a place mention.
fn codes_of(mention: &Mention) -> Option<&'static [&'static str]> {
    mention.terms.iter().find_map(|term| match term {
        Term::Place(place) => Some(Lexicon::shared().places[*place].as_slice()),
        _ => None,
    })
}

/// "Texas, US", "Midwest US", "München, Deutschland": the country only says where the region is.
pub(crate) fn countries_of_regions(tokens: &[Token], reading: &mut Reading) {
    let beside = |a: &Mention, b: &Mention| {
        a.to <= b.from
            && b.from <= a.to + 1
            && (a.to..b.from).all(|i| matches!(tokens[i].kind, Kind::Mark(',' | '(')))
    };
    let says_where = |k: &usize| {
        let country = &reading.mentions[*k];
        let Some([code]) = codes_of(country).filter(|codes| codes[0].len() == 2) else {
            return false;
        };
        let near = [k.checked_sub(1), Some(k + 1)];
        near.into_iter().flatten().filter_map(|n| reading.mentions.get(n)).any(|region| {
            region.excluded == country.excluded
                && (beside(region, country) || beside(country, region))
                && codes_of(region).is_some_and(|codes| {
                    codes
                        .iter()
                        .all(|c| c.len() > 3 && c.starts_with(code) && c.as_bytes()[2] == b'-')
                })
        })
    };
    let dropped: Vec<usize> = (0..reading.mentions.len()).filter(says_where).collect();
    remove(reading, &dropped);
}

/// "Universities, not community colleges": an unwanted part of a wanted industry has no key of its
/// own. It is told to the user, instead of ruling out all that is wanted.
pub(crate) fn narrower_industries(tokens: &[Token], reading: &mut Reading) {
    let set_aside: Vec<usize> = (0..reading.mentions.len())
        .filter(|k| {
            let mention = &reading.mentions[*k];
            let Some(Term::Industry(key)) = mention.terms.first().copied() else { return false };
            let wanted = reading
                .mentions
                .iter()
                .any(|other| !other.excluded && other.is(|t| *t == Term::Industry(key)));
            let same_words = reading
                .mentions
                .iter()
                .any(|other| !other.excluded && same_phrase(tokens, other, mention));
            mention.excluded
                && wanted
                && !same_words
                && is_part(&tokens[mention.from..mention.to], key)
        })
        .collect();
    uncover(reading, &set_aside);
}

fn same_phrase(tokens: &[Token], a: &Mention, b: &Mention) -> bool {
    let stems = |m: &Mention| tokens[m.from..m.to].iter().map(|t| t.stem.as_str());
    stems(a).eq(stems(b))
}

/// "Chief Nursing Officers, not directors of nursing": two titles of one role. The one that is not
/// wanted has no key of its own and is told to the user.
pub(crate) fn titles_of_one_role(tokens: &[Token], reading: &mut Reading) {
    let set_aside: Vec<usize> = (0..reading.mentions.len())
        .filter(|k| {
            let mention = &reading.mentions[*k];
            let role = mention.terms.iter().find(|t| matches!(t, Term::Role(_)));
            let (Some(role), true) = (role, mention.excluded) else { return false };
            let same_role: Vec<&Mention> =
                reading.mentions.iter().filter(|m| !m.excluded && m.is(|t| t == role)).collect();
            !same_role.is_empty() && !same_role.iter().any(|m| same_phrase(tokens, m, mention))
        })
        .collect();
    uncover(reading, &set_aside);
}

/// True where the words are a kind of the industry: a modifier before one of its names, or a
/// compound that ends with one.
fn is_part(words: &[Token], key: &str) -> bool {
    let phrase: Vec<&str> = words.iter().map(|t| t.folded.as_str()).collect();
    if is("subkind", &phrase.join(" ")) {
        return true;
    }
    let is_key = |stems: &[String]| {
        Lexicon::shared()
            .trie
            .exact(stems)
            .iter()
            .any(|t| matches!(t, Term::Industry(k) if *k == key))
    };
    let tail: Vec<String> = words[1..].iter().map(|t| t.stem.clone()).collect();
    if words.len() > 1 {
        return is_key(&tail);
    }
    let word = &words[0].folded;
    word.is_ascii() && word.len() > 9 && (3..word.len() - 3).any(|at| is_key(&[stem(&word[at..])]))
}

/// An exclusion that the criteria have no place for is told to the user as not understood.
pub(crate) fn inexpressible(reading: &mut Reading) {
    let lost: Vec<usize> = (0..reading.mentions.len())
        .filter(|k| {
            let mention = &reading.mentions[*k];
            mention.excluded
                && mention.terms.iter().all(|t| {
                    matches!(
                        t,
                        Term::Ownership(_)
                            | Term::Stage(_)
                            | Term::Size(_)
                            | Term::Trigger(_)
                            | Term::Authority(_)
                    )
                })
        })
        .collect();
    uncover(reading, &lost);
}

fn uncover(reading: &mut Reading, indices: &[usize]) {
    for k in indices {
        let mention = &reading.mentions[*k];
        reading.covered[mention.from..mention.to].fill(false);
    }
    remove(reading, indices);
}
