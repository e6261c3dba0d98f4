//! The frames around the pages: the work shell for members, the column for outsiders.

use super::filters;
use super::part::{Action, Avatar, Toast, renders_itself};
use askama::Template;

/// An entry of the menu.
#[derive(Clone, Debug, Default)]
pub struct NavEntry {
    /// "Inbox".
    pub label: String,
    /// Where to.
    pub href: String,
    /// Icon name.
    pub icon: String,
    /// How many wait there; empty for no count.
    pub count: String,
    /// A clock in it is breached.
    pub late: bool,
    /// It is the page shown.
    pub current: bool,
}

/// A group of the menu. Only what the role may open.
#[derive(Clone, Debug, Default)]
pub struct NavGroup {
    /// "Trust"; empty for the first group.
    pub title: String,
    /// The entries.
    pub entries: Vec<NavEntry>,
}

/// A step of the way to this page.
#[derive(Clone, Debug, Default)]
pub struct Crumb {
    /// "Referrals".
    pub label: String,
    /// Where to; empty for the page itself.
    pub href: String,
}

/// The box that says how the ledger stands.
#[derive(Clone, Debug, Default)]
pub struct LedgerBox {
    /// Whether the last verification held.
    pub verified: bool,
    /// Whether the log was not checked yet, or is being checked now: neither yes nor no.
    pub unchecked: bool,
    /// "48,211 entries, 2 min ago".
    pub words: String,
    /// The ledger page; empty where the role may not open it.
    pub href: String,
}

/// Who is signed in.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// Name.
    pub name: String,
    /// Role and area: "Seller, DACH".
    pub role: String,
    /// Initials.
    pub avatar: Avatar,
}

/// Everything around a work page.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// Title of the document, without the product's name. Starts with "Error:" after a refusal.
    pub title: String,
    /// Workspace: "Corvane".
    pub workspace: String,
    /// Who is signed in.
    pub member: Member,
    /// The menu.
    pub groups: Vec<NavGroup>,
    /// How the ledger stands; none where the role does not see it.
    pub ledger: Option<LedgerBox>,
    /// The way here; the last one is this page.
    pub crumbs: Vec<Crumb>,
    /// Page actions at the right of the top bar.
    pub actions: Vec<Action>,
    /// The main actions that stick above the bottom bar on small screens.
    pub sticky: Vec<Action>,
    /// Token of the session, sent with every change.
    pub csrf: String,
    /// What was searched for.
    pub search: String,
    /// Path of the live updates; empty for none.
    pub live: String,
    /// News of the last change.
    pub toast: Option<Toast>,
    /// Whether single letters act (the member can switch them off).
    pub keys: bool,
    /// "light", "dark", or empty for the system's choice.
    pub theme: String,
    /// Whether the page draws charts by script.
    pub charts: bool,
}

impl Shell {
    /// The four entries of the bottom bar: the first of the menu's first group, handing over,
    /// introductions where the role has them, and the rest.
    pub(super) fn bottom(&self) -> Vec<&NavEntry> {
        let entries = self.groups.iter().flat_map(|group| group.entries.iter());
        entries.filter(|entry| entry.href == "/inbox" || entry.href == "/introductions").collect()
    }

    pub(super) fn short_title(&self) -> &str {
        self.crumbs.last().map_or(self.title.as_str(), |crumb| crumb.label.as_str())
    }

    pub(super) fn handing_over(&self) -> bool {
        self.crumbs.last().is_some_and(|crumb| crumb.label == "Hand over a person")
    }
}

/// Everything around a page for people without an account.
#[derive(Clone, Debug, Default)]
pub struct Outsider {
    /// Title of the document.
    pub title: String,
    /// Workspace and what it does: "Corvane, finance close software."
    pub sender: String,
    /// Through whom: "Asked through Tomasz Wolny"; may be empty.
    pub through: String,
    /// At the right: "For Tomasz Wolny"; may be empty.
    pub for_whom: String,
    /// Legal sender, address, basis, wording, end of the link; each a paragraph.
    pub footer: Vec<String>,
    /// Address for questions of privacy; empty for none.
    pub privacy_mail: String,
    /// Links in the footer as (label, href).
    pub footer_links: Vec<(String, String)>,
    /// Language of the page: "en".
    pub language: String,
}

/// The top of the member's menu list, drawn twice: in the sidebar and behind "More".
#[derive(Clone, Debug, Template)]
#[template(path = "part/nav.html")]
pub(super) struct Nav<'a> {
    groups: &'a [NavGroup],
}

impl Shell {
    pub(super) fn nav(&self) -> Nav<'_> {
        Nav { groups: &self.groups }
    }
}

renders_itself!(Nav<'_>);
