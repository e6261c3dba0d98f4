//! The invented workspace around every page.

use warmpath_web::view::part::{
    Action, Avatar, AvatarSize, Chain, ChainStep, Clock, ClockKind, Field, FieldKind, Hop,
    HumanWords, PersonRole, Seal, Segment, Tier, TierKind, Voice,
};
use warmpath_web::view::{Crumb, LedgerBox, Member, NavEntry, NavGroup, Outsider, Shell};

/// What Tomasz wrote.
pub(crate) const WORDS: &str = "Priya took over finance at Northmere in March and her close still takes \
    eleven days. We were there two years ago. I told her you’d be straight with her about what \
    it takes.";

/// The work shell, with the entry at `current` marked and the way `crumbs` to it.
pub(crate) fn shell(current: &str, crumbs: &[(&str, &str)]) -> Shell {
    let entry = |label: &str, href: &str, icon: &str, count: &str| NavEntry {
        label: label.into(),
        href: href.into(),
        icon: icon.into(),
        count: count.into(),
        late: label == "Inbox",
        current: href == current,
    };
    let group = |title: &str, entries| NavGroup { title: title.into(), entries };
    let title = crumbs.last().map_or("", |(label, _)| label);
    Shell {
        title: title.into(),
        workspace: "Corvane".into(),
        member: Member {
            name: "Maya Okafor".into(),
            role: "Seller, DACH".into(),
            avatar: Avatar::of("Maya Okafor", "maya"),
        },
        groups: vec![
            group(
                "",
                vec![
                    entry("Inbox", "/inbox", "inbox", "7"),
                    entry("Referrals", "/referrals", "waypoints", ""),
                    entry("Later", "/nurture", "hourglass", "3"),
                    entry("Introductions", "/introductions", "handshake", "4"),
                ],
            ),
            group(
                "Trust",
                vec![
                    entry("Pathways", "/pathways", "workflow", ""),
                    entry("Imports", "/imports", "file-down", ""),
                    entry("Compliance desk", "/compliance", "scale", "1"),
                    entry("Ledger", "/ledger", "stamp", ""),
                    entry("Mail going out", "/outbox", "mail", ""),
                ],
            ),
            group(
                "Figures",
                vec![
                    entry("Insights", "/figures", "chart-no-axes-combined", ""),
                    entry("First look back", "/audit", "history", ""),
                ],
            ),
            group(
                "Workspace",
                vec![
                    entry("Team", "/team", "users", ""),
                    entry("Members", "/members", "user", ""),
                    entry("Settings", "/settings", "settings", ""),
                ],
            ),
        ],
        ledger: Some(LedgerBox {
            verified: true,
            unchecked: false,
            words: "48,211 entries, 2 min ago".into(),
            href: "/ledger".into(),
        }),
        crumbs: crumbs
            .iter()
            .map(|(label, href)| Crumb { label: (*label).into(), href: (*href).into() })
            .collect(),
        csrf: "sample".into(),
        keys: true,
        ..Shell::default()
    }
}

/// The outsiders' frame.
pub(crate) fn outsider(title: &str) -> Outsider {
    Outsider {
        title: title.into(),
        sender: "Corvane, finance close software.".into(),
        footer: vec![
            "Corvane GmbH, Lindenhof 4, 20095 Hamburg.".into(),
            "Basis: your consent, Article 6(1)(a) GDPR. Wording 3, 2 May 2026. This link was made \
             for you, works once and ends on 1 June."
                .into(),
        ],
        privacy_mail: "privacy@corvane.example".into(),
        language: "en".into(),
        ..Outsider::default()
    }
}

/// A clock.
pub(crate) fn clock(words: &str, kind: ClockKind, share_left: u8) -> Clock {
    let datetime = "2026-05-19T10:00:00+02:00".into();
    Clock { words: words.into(), datetime, kind, share_left }
}

/// A seal.
pub(crate) fn seal(entry: &str, hash: &str) -> Seal {
    let href = format!("/ledger/{}", entry.replace(',', ""));
    Seal { entry: entry.into(), hash: hash.into(), href, broken: false }
}

/// A tier.
pub(crate) fn tier(kind: TierKind) -> Tier {
    Tier { kind, word_shown: false }
}

/// A person of a chain.
pub(crate) fn step(name: &str, lines: &[&str], role: PersonRole, hop: Option<Hop>) -> ChainStep {
    let shown = if role == PersonRole::Owner { "You" } else { name };
    ChainStep {
        hop,
        avatar: Avatar::of(name, name),
        name: shown.into(),
        lines: lines.iter().map(|line| (*line).into()).collect(),
        role,
    }
}

/// A hop of a chain.
pub(crate) fn hop(tier: Option<TierKind>, above: &str, below: &str) -> Option<Hop> {
    Some(Hop { tier, above: above.into(), below: below.into(), weakest: false })
}

/// How Priya came: in full, or as one line for the peek.
pub(crate) fn chain(as_line: bool) -> Chain {
    let mut steps = vec![
        step("Ines Duarte", &["Partner, Kestrel Ventures"], PersonRole::Referrer, None),
        step(
            "Tomasz Wolny",
            &["CFO, Halden Logistics", "Customer since 2023"],
            PersonRole::Referrer,
            hop(Some(TierKind::Medium), "", "Introduced, 2023"),
        ),
        step(
            "Priya Raman",
            &["VP Finance, Northmere", "Said yes, 19 May"],
            PersonRole::Prospect,
            hop(Some(TierKind::Strong), "", "Referred, 18 May"),
        ),
    ];
    if as_line {
        for one in &mut steps {
            one.avatar.size = AvatarSize::Small;
            one.name = one.name.replace(" Raman", "");
        }
    } else {
        let routed = hop(None, "Pathway", "Routed, 09:02");
        steps.push(step("Maya Okafor", &["Owner"], PersonRole::Owner, routed));
    }
    Chain { label: "How Priya came to you".into(), steps, as_line, always_lies: false }
}

/// Tomasz's words.
pub(crate) fn words(caption: &str) -> HumanWords {
    HumanWords { paragraphs: vec![WORDS.into()], caption: caption.into(), ..HumanWords::default() }
}

/// The buttons of a referral routed to the reader.
pub(crate) fn main_actions() -> Vec<Action> {
    vec![
        Action::ask("Decline", "/referrals/1/decline").key("D"),
        Action::link("Hand to a colleague", "/referrals/1/reassign").key("H"),
        Action::post("Accept", "/referrals/1/accept").primary().key("A"),
    ]
}

/// A segment.
pub(crate) fn segment(label: &str, entries: &[(&str, &str)], current: usize) -> Segment {
    Segment::of(label, entries, current)
}

/// A field in a person's own words.
pub(crate) fn own_words(name: &str, label: &str, value: &str) -> Field {
    Field::of(FieldKind::Area(4, Voice::Person), name, label, value).max_length(1000)
}
