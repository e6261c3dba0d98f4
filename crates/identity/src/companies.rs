//! Companies as users see them: three keys, the tree of parents and subsidiaries, and who already works
//! an account.
//!
//! A company has a legal entity (`Acme Deutschland GmbH`), a brand (what its domain says) and a group.
//! None of them identifies a person: people move. The tree is proposed from names and domains, a
//! person may correct it, and corrections outlive every new proposal. Whether two accounts collide is
//! answered from the tree alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::normal::company::{self, CompanyName};
use crate::normal::fold::squash;
use crate::normal::{email, place};

/// The three keys of a company. An empty key means unknown and equals nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompanyKeys {
    /// Name without decoration, with the codes of its legal form where one is written.
    pub legal_entity: String,
    /// First label of its own domain; without one the name written together.
    pub brand: String,
    /// Name without legal form, country and region.
    pub group: String,
}

/// Words that name a part of the world; countries are known besides.
const REGIONS: [&str; 22] = [
    "emea",
    "europe",
    "europa",
    "asia",
    "apac",
    "pacific",
    "africa",
    "america",
    "americas",
    "latam",
    "nordics",
    "nordic",
    "dach",
    "benelux",
    "iberia",
    "international",
    "worldwide",
    "global",
    "north",
    "south",
    "east",
    "west",
];

/// Keys from a name and a domain, web or e-mail address; either may be empty.
///
/// ```
/// let keys = warmpath_identity::companies::keys("Acme Deutschland GmbH", "www.acme.de");
/// assert_eq!((keys.brand.as_str(), keys.group.as_str()), ("acme", "acme"));
/// assert!(keys.legal_entity.starts_with("acme deutschland"));
/// ```
pub fn keys(name: &str, domain: &str) -> CompanyKeys {
    let CompanyName { core, forms } = company::parse(name);
    let host = domain.rsplit_once('@').map_or(domain, |(_, host)| host);
    let domain = email::domain(host);
    let own = !domain.is_empty() && !email::is_free(&domain);
    let brand = if own { email::folded_stem(&domain) } else { squash(&core) };
    let group = without_places(&core).to_owned();
    let legal_entity = match forms.as_slice() {
        [] => core,
        forms => format!("{core} [{}]", forms.join(" ")),
    };
    CompanyKeys { legal_entity, brand, group }
}

fn without_places(core: &str) -> &str {
    let mut rest = core;
    while let Some((before, last)) = rest.rsplit_once(' ') {
        let country = place::Countries::shipped().code(last).is_some();
        if !country && !REGIONS.contains(&last) {
            break;
        }
        rest = before;
    }
    rest
}

/// A company to place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// Its id; smaller ids are older.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its domain, web or e-mail address; may be empty.
    pub domain: String,
}

/// Why one company stands under another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A person said so.
    Stated,
    /// Both have the same domain of their own.
    SameDomain,
    /// The names differ by a legal form, country or region only.
    SameGroupName,
}

/// What a person said about a company's parent; `None` means that it has none.
pub type Correction = Option<u64>;

/// Why a correction was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// One of the two is not in the tree.
    #[error("company {0} is not in the tree")]
    Unknown(u64),
    /// The parent would stand under its own child.
    #[error("company {0} stands above company {1} already")]
    Circle(u64, u64),
}

/// How two companies stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The same company.
    Same,
    /// The other stands above.
    Parent,
    /// The other stands below.
    Subsidiary,
    /// Both stand under one company.
    Sibling,
}

/// Companies and their parents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompanyTree {
    names: BTreeMap<u64, String>,
    parents: BTreeMap<u64, (u64, Reason)>,
    corrections: BTreeMap<u64, Correction>,
}

/// Companies that one domain may hold together; beyond that it is a host and no owner.
const SAME_DOMAIN_MAX: usize = 200;

impl CompanyTree {
    /// Proposes a tree and applies the corrections, those that no longer fit left out.
    ///
    /// The parent is the company whose name is that of the group or of the domain, else the one with the
    /// shortest name, else the oldest. The result does not depend on the order of the companies.
    pub fn propose(companies: &[Company], corrections: &BTreeMap<u64, Correction>) -> Self {
        let mut tree = Self::default();
        let mut by_name: BTreeMap<String, BTreeSet<Rank>> = BTreeMap::new();
        let mut by_domain: BTreeMap<String, BTreeSet<Rank>> = BTreeMap::new();
        for company in companies {
            let CompanyKeys { group, brand, .. } = keys(&company.name, &company.domain);
            let core = company::parse(&company.name).core;
            tree.names.insert(company.id, company.name.clone());
            let host = company.domain.rsplit_once('@').map_or(&*company.domain, |(_, host)| host);
            let domain = email::domain(host);
            if !domain.is_empty() && !email::is_free(&domain) {
                let rank = (squash(&core) != brand, core.len(), company.id);
                by_domain.entry(domain).or_default().insert(rank);
            }
            if !group.is_empty() {
                let rank = (core != group, core.len(), company.id);
                by_name.entry(group).or_default().insert(rank);
            }
        }
        for group in by_name.values() {
            tree.join(group, Reason::SameGroupName);
        }
        for group in by_domain.values().filter(|group| group.len() <= SAME_DOMAIN_MAX) {
            tree.join(group, Reason::SameDomain);
        }
        for (child, parent) in corrections {
            let _ = tree.correct(*child, *parent);
        }
        tree
    }

    /// Puts the companies of a group under its first, whole branches at a time.
    fn join(&mut self, group: &BTreeSet<Rank>, reason: Reason) {
        let Some((_, _, first)) = group.first() else { return };
        let head = self.root(*first);
        for (_, _, member) in group {
            let branch = self.root(*member);
            if branch != head {
                self.parents.insert(branch, (head, reason));
            }
        }
    }

    /// Says what a company's parent is, or that it has none.
    ///
    /// # Errors
    /// Unknown companies, and a circle.
    pub fn correct(&mut self, child: u64, parent: Correction) -> Result<(), Refusal> {
        for id in std::iter::once(child).chain(parent) {
            if !self.names.contains_key(&id) {
                return Err(Refusal::Unknown(id));
            }
        }
        match parent {
            Some(parent) if self.path(parent).contains(&child) => {
                return Err(Refusal::Circle(child, parent));
            }
            Some(parent) => self.parents.insert(child, (parent, Reason::Stated)),
            None => self.parents.remove(&child),
        };
        self.corrections.insert(child, parent);
        Ok(())
    }

    /// What people said so far; hand it to the next [`CompanyTree::propose`].
    pub fn corrections(&self) -> &BTreeMap<u64, Correction> {
        &self.corrections
    }

    /// The parent of a company, and why.
    pub fn parent(&self, company: u64) -> Option<(u64, Reason)> {
        self.parents.get(&company).copied()
    }

    /// Direct subsidiaries, oldest first.
    pub fn children(&self, company: u64) -> Vec<u64> {
        let under = |entry: &(&u64, &(u64, Reason))| entry.1.0 == company;
        self.parents.iter().filter(under).map(|(child, _)| *child).collect()
    }

    /// The company and those above it, up to the head of the group.
    pub fn path(&self, company: u64) -> Vec<u64> {
        let mut path = vec![company];
        while let Some((parent, _)) = path.last().and_then(|last| self.parent(*last)) {
            path.push(parent);
        }
        path
    }

    /// Head of the group.
    pub fn root(&self, company: u64) -> u64 {
        self.path(company).last().copied().unwrap_or(company)
    }

    /// How `other` stands to `company`, and over how many steps; `None` when they are unrelated.
    pub fn relation(&self, company: u64, other: u64) -> Option<(Relation, usize)> {
        let (up, down) = (self.path(company), self.path(other));
        if company == other {
            return Some((Relation::Same, 0));
        }
        if let Some(steps) = up.iter().position(|id| *id == other) {
            return Some((Relation::Parent, steps));
        }
        if let Some(steps) = down.iter().position(|id| *id == company) {
            return Some((Relation::Subsidiary, steps));
        }
        let (one, meeting) = up.iter().enumerate().find(|(_, id)| down.contains(id))?;
        let two = down.iter().position(|id| id == meeting)?;
        Some((Relation::Sibling, one + two))
    }

    /// The group of a company as lines: depth, company, name, reason it stands there.
    pub fn outline(&self, company: u64) -> Vec<(usize, u64, &str, Option<Reason>)> {
        let mut lines = Vec::new();
        let mut open = vec![(0, self.root(company))];
        while let Some((depth, at)) = open.pop() {
            let name = self.names.get(&at).map_or("", String::as_str);
            lines.push((depth, at, name, self.parent(at).map(|(_, reason)| reason)));
            open.extend(self.children(at).into_iter().rev().map(|child| (depth + 1, child)));
        }
        lines
    }
}

/// The name of the group or domain first, then the shorter name, then the older company.
type Rank = (bool, usize, u64);

/// An account that somebody works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: u64,
    /// The company it is held with.
    pub company: u64,
    /// The business unit that works it.
    pub business_unit: String,
}

/// An account in the same group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision<'a> {
    /// The account.
    pub account: &'a Account,
    /// How its company stands to the one asked about.
    pub relation: Relation,
    /// Steps between them in the tree.
    pub steps: usize,
    /// Whether another business unit works it.
    pub other_unit: bool,
}

/// Accounts that a new one with `company`, worked by `business_unit`, would meet, closest first.
pub fn collisions<'a>(
    tree: &CompanyTree,
    company: u64,
    business_unit: &str,
    accounts: &'a [Account],
) -> Vec<Collision<'a>> {
    let mut found: Vec<Collision<'a>> = accounts
        .iter()
        .filter_map(|account| {
            let (relation, steps) = tree.relation(company, account.company)?;
            let other_unit = account.business_unit != business_unit;
            Some(Collision { account, relation, steps, other_unit })
        })
        .collect();
    found.sort_by_key(|found| (found.steps, found.relation, found.account.id));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(id: u64, name: &str, domain: &str) -> Company {
        Company { id, name: name.to_owned(), domain: domain.to_owned() }
    }

    fn companies() -> Vec<Company> {
        vec![
            company(1, "Universal Exports Singapore Pte Ltd", "universal-exports.sg"),
            company(2, "Universal Exports Worldwide", ""),
            company(3, "Universal Exports", "universal-exports.com"),
            company(4, "Quantum Tools GmbH", "mail@universal-exports.com"),
            company(5, "Delta Foods", "deltafoods@gmail.com"),
            company(6, "Gamma Foods", "gammafoods@gmail.com"),
        ]
    }

    #[test]
    fn three_keys_tell_entity_brand_and_group() {
        let [ag, gmbh] =
            ["Siemens AG", "Siemens Energy GmbH"].map(|name| keys(name, "siemens.com"));
        assert_ne!(ag.legal_entity, gmbh.legal_entity);
        assert_eq!((&*ag.brand, &*gmbh.brand), ("siemens", "siemens"));
        assert_eq!((&*ag.group, &*gmbh.group), ("siemens", "siemens energy"));
        assert_eq!(keys("Acme Europe Ltd", "x@gmail.com").brand, "acmeeurope");
        assert_eq!(keys("N/A", ""), CompanyKeys::default());
    }

    #[test]
    fn a_tree_is_proposed_and_a_free_mailbox_ties_nobody() {
        let tree = CompanyTree::propose(&companies(), &BTreeMap::new());
        assert_eq!(tree.parent(1), Some((3, Reason::SameGroupName)));
        assert_eq!(tree.parent(4), Some((3, Reason::SameDomain)));
        assert_eq!(tree.relation(5, 6), None);
        assert_eq!(tree.relation(1, 4), Some((Relation::Sibling, 2)));
        assert_eq!(tree.outline(4)[0], (0, 3, "Universal Exports", None));
        let mut reversed = companies();
        reversed.reverse();
        assert_eq!(CompanyTree::propose(&reversed, &BTreeMap::new()), tree);
    }

    #[test]
    fn a_correction_outlives_a_new_proposal_and_never_makes_a_circle() {
        let mut tree = CompanyTree::propose(&companies(), &BTreeMap::new());
        assert_eq!(tree.correct(3, Some(4)), Err(Refusal::Circle(3, 4)));
        assert_eq!(tree.correct(4, Some(99)), Err(Refusal::Unknown(99)));
        assert_eq!(tree.correct(4, None), Ok(()));
        assert_eq!(tree.correct(5, Some(6)), Ok(()));
        let again = CompanyTree::propose(&companies(), tree.corrections());
        assert_eq!((again.parent(4), again.parent(5)), (None, Some((6, Reason::Stated))));
        assert_eq!(again.parent(1), Some((3, Reason::SameGroupName)));
    }

    #[test]
    fn accounts_of_subsidiaries_and_other_units_collide() {
        let tree = CompanyTree::propose(&companies(), &BTreeMap::new());
        let account = |id, company, unit: &str| Account { id, company, business_unit: unit.into() };
        let accounts = [account(10, 1, "Asia"), account(11, 3, "Europe"), account(12, 5, "Europe")];
        let found = collisions(&tree, 1, "Europe", &accounts);
        let seen: Vec<_> = found.iter().map(|c| (c.account.id, c.relation, c.other_unit)).collect();
        assert_eq!(seen, [(10, Relation::Same, true), (11, Relation::Parent, false)]);
    }

    proptest::proptest! {
        #[test]
        fn no_correction_makes_a_circle(steps in proptest::collection::vec((1u64..7, 0u64..7), 0..30)) {
            let mut tree = CompanyTree::propose(&companies(), &BTreeMap::new());
            for (child, parent) in steps {
                let _ = tree.correct(child, (parent > 0).then_some(parent));
                for id in 1..7 {
                    proptest::prop_assert!(tree.path(id).len() <= 6);
                    let listed = tree.outline(id).len();
                    proptest::prop_assert!(tree.outline(id).iter().any(|line| line.1 == id));
                    proptest::prop_assert!(listed <= 6);
                }
            }
        }
    }
}
