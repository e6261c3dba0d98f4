//! The frame of a work page for one reader: only what their role may open, with counts.

use warmpath_app::App;
use warmpath_app::sign_in::SignedIn;
use warmpath_core::role::Role;

use crate::view::part::Avatar;
use crate::view::{Crumb, LedgerBox, Member, NavEntry, NavGroup, Shell};
use crate::words::{Words, thousands};

struct Entry {
    label: &'static str,
    href: &'static str,
    icon: &'static str,
    roles: &'static [Role],
}

use Role::{Admin, Auditor, Csm, Manager, Revops, Seller};

const INSIDE: &[Role] = &[Admin, Revops, Manager, Seller, Csm];
const READERS: &[Role] = &[Admin, Revops, Manager, Seller, Csm, Auditor];
const PROVERS: &[Role] = &[Admin, Revops, Auditor];
const LEADERS: &[Role] = &[Admin, Revops, Manager];
const FIGURES: &[Role] = &[Admin, Revops, Manager, Auditor];

/// The menu: group title, entries. An entry stands here when its page works.
const MENU: &[(&str, &[Entry])] = &[
    (
        "",
        &[
            Entry { label: "Inbox", href: "/inbox", icon: "inbox", roles: INSIDE },
            Entry { label: "Referrals", href: "/referrals", icon: "waypoints", roles: READERS },
            Entry {
                label: "Introductions",
                href: "/introductions",
                icon: "handshake",
                roles: READERS,
            },
            Entry { label: "Whom to meet", href: "/meet", icon: "user-plus", roles: INSIDE },
            Entry { label: "Team", href: "/team", icon: "users", roles: LEADERS },
            Entry { label: "Later", href: "/later", icon: "hourglass", roles: INSIDE },
            Entry { label: "Personal links", href: "/referrers", icon: "link", roles: INSIDE },
        ],
    ),
    (
        "Network",
        &[
            Entry { label: "Map", href: "/network", icon: "share-2", roles: INSIDE },
            Entry { label: "Path finder", href: "/paths", icon: "route", roles: INSIDE },
            Entry { label: "Plan of asks", href: "/plan", icon: "list", roles: INSIDE },
            Entry { label: "Tiers and gaps", href: "/tiers", icon: "grid-3x3", roles: INSIDE },
            Entry { label: "Connectors", href: "/connectors", icon: "handshake", roles: INSIDE },
            Entry { label: "Goodwill", href: "/goodwill", icon: "heart", roles: READERS },
            Entry { label: "Profiles", href: "/profiles", icon: "scan-search", roles: READERS },
            Entry {
                label: "My network",
                href: "/network/mine",
                icon: "users-round",
                roles: INSIDE,
            },
        ],
    ),
    (
        "Trust",
        &[
            Entry { label: "Duplicates", href: "/duplicates", icon: "copy", roles: PROVERS },
            Entry { label: "Accounts", href: "/accounts", icon: "building", roles: PROVERS },
            Entry { label: "Pathways", href: "/pathways", icon: "workflow", roles: READERS },
            Entry { label: "Imports", href: "/imports", icon: "file-down", roles: PROVERS },
            Entry { label: "Compliance desk", href: "/compliance", icon: "scale", roles: PROVERS },
            Entry { label: "Ledger", href: "/ledger", icon: "stamp", roles: PROVERS },
            Entry { label: "Outbox", href: "/outbox", icon: "mail", roles: PROVERS },
        ],
    ),
    (
        "Figures",
        &[
            Entry {
                label: "Insights",
                href: "/insights",
                icon: "chart-no-axes-combined",
                roles: FIGURES,
            },
            Entry { label: "First look back", href: "/audit", icon: "history", roles: FIGURES },
        ],
    ),
    (
        "Workspace",
        &[
            Entry { label: "Members", href: "/members", icon: "user", roles: READERS },
            Entry { label: "Settings", href: "/settings", icon: "settings", roles: &[Admin] },
        ],
    ),
];

/// The frame for this reader.
pub async fn of(app: &App, signed_in: &SignedIn, title: &str) -> Shell {
    let words = Words::new(&signed_in.member.zone, app.now());
    let counts = warmpath_app::count_menu::run(app, signed_in).await.unwrap_or_default();
    let role = signed_in.member.role;
    let groups = MENU
        .iter()
        .map(|(group, entries)| NavGroup {
            title: (*group).to_owned(),
            entries: entries
                .iter()
                .filter(|e| e.roles.contains(&role))
                .map(|e| NavEntry {
                    label: e.label.to_owned(),
                    href: e.href.to_owned(),
                    icon: e.icon.to_owned(),
                    count: counts.of(e.href).filter(|n| *n > 0).map(thousands).unwrap_or_default(),
                    late: e.href == "/inbox" && counts.late,
                    current: false,
                })
                .collect(),
        })
        .filter(|g: &NavGroup| !g.entries.is_empty())
        .collect();
    let ledger = PROVERS.contains(&role).then(|| LedgerBox {
        verified: counts.ledger_verified == Some(true),
        unchecked: counts.ledger_verified.is_none(),
        words: format!(
            "{} entries, {}",
            thousands(counts.ledger_entries),
            words.within(counts.ledger_checked_at.unwrap_or(words.now))
        ),
        href: "/ledger".to_owned(),
    });
    Shell {
        title: title.to_owned(),
        workspace: counts.workspace_name.clone(),
        member: Member {
            name: signed_in.member.name.clone(),
            role: signed_in.member.title.clone(),
            avatar: Avatar::of(&signed_in.member.name, &signed_in.member.id.to_string()),
        },
        groups,
        ledger,
        crumbs: vec![Crumb { label: title.to_owned(), href: String::new() }],
        csrf: signed_in.session.form_token.clone(),
        keys: !counts.keys_off,
        ..Shell::default()
    }
}

/// Marks the menu entry of this page.
#[must_use]
pub fn at(mut shell: Shell, href: &str) -> Shell {
    for entry in shell.groups.iter_mut().flat_map(|g| g.entries.iter_mut()) {
        entry.current = entry.href == href;
    }
    shell
}

/// Adds a step of the way in front of the page's own.
#[must_use]
pub fn under(mut shell: Shell, label: &str, href: &str) -> Shell {
    shell.crumbs.insert(0, Crumb { label: label.to_owned(), href: href.to_owned() });
    shell
}
