//! How a person came to you: people joined by ties, drawn as a line.

use super::super::filters;
use super::{Avatar, Tier, TierKind, renders_itself};
use askama::Template;

/// What a person is in a chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PersonRole {
    /// Somebody who passed the person on.
    #[default]
    Referrer,
    /// The person it is about.
    Prospect,
    /// The member who owns the referral.
    Owner,
}

/// The tie or event between two people.
#[derive(Clone, Debug, Default)]
pub struct Hop {
    /// The tier of the tie; none for a pathway's routing.
    pub tier: Option<TierKind>,
    /// The word above the line when there is no tier: "Pathway".
    pub above: String,
    /// What and when, below the line: "Referred, 18 May".
    pub below: String,
    /// Whether it is the weakest link of several.
    pub weakest: bool,
}

impl Hop {
    fn mark(&self) -> Option<Tier> {
        self.tier.map(|kind| Tier { kind, word_shown: true })
    }

    fn silent_mark(&self) -> Option<Tier> {
        self.tier.map(|kind| Tier { kind, word_shown: false })
    }

    fn class(&self) -> &'static str {
        match (self.tier, self.weakest) {
            (Some(TierKind::Medium), false) => "medium",
            (Some(TierKind::Medium), true) => "medium weakest",
            (Some(TierKind::Weak | TierKind::Gap), false) => "weak",
            (Some(TierKind::Weak | TierKind::Gap), true) => "weak weakest",
            (_, true) => "weakest",
            _ => "strong",
        }
    }
}

/// A person of the chain and how they were reached.
#[derive(Clone, Debug, Default)]
pub struct ChainStep {
    /// How the step before led here; none for the first person.
    pub hop: Option<Hop>,
    /// Initials.
    pub avatar: Avatar,
    /// Name: "Tomasz Wolny".
    pub name: String,
    /// Lines below the name: role and company, since when.
    pub lines: Vec<String>,
    /// What they are here.
    pub role: PersonRole,
}

impl ChainStep {
    fn class(&self) -> &'static str {
        match self.role {
            PersonRole::Referrer => "referrer",
            PersonRole::Prospect => "prospect",
            PersonRole::Owner => "owner",
        }
    }
}

/// The chain, with at most five people: longer ones show the first, "2 more", and the last two.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/chain.html")]
pub struct Chain {
    /// Name of the list: "How Priya came to you".
    pub label: String,
    /// People in order.
    pub steps: Vec<ChainStep>,
    /// One line of names instead of the picture (peek).
    pub as_line: bool,
    /// Lies down on small screens instead of standing upright (short chains without tiers).
    pub always_lies: bool,
}

renders_itself!(Chain);
