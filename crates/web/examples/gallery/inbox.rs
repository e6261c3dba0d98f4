//! The inbox, full and empty.

use crate::frame::{chain, clock, seal, segment, shell, tier, words};
use crate::{Pages, keep};
use warmpath_web::view::inbox::{InboxGroup, InboxPage, InboxRow, Peek};
use warmpath_web::view::part::{
    Action, Avatar, AvatarSize, Clock, ClockKind, EmptyArt, EmptyState, EvidenceChip, MayContact,
    OpeningText, Pill, Standing, TextPiece, TierKind, Toast, Tone, Verdict,
};

/// The inbox's pages.
pub(crate) fn pages(pages: &mut Pages) -> askama::Result<()> {
    keep(pages, "inbox", &full())?;
    let mut long = full();
    long.groups[0].rows[0].name =
        "Maximiliane-Theodora von Hohenlohe-Waldenburg zu Ingelfingen".into();
    long.groups[0].rows[0].role =
        "Geschäftsführende Direktorin für Konzernrechnungswesen, Stadtwerke Ebenau".into();
    long.groups[0].rows[1].name = "مريم الخوري".into();
    long.shell.toast =
        Some(Toast { text: "Accepted.".into(), undo_path: "/referrals/1/return".into() });
    keep(pages, "inbox-long", &long)?;
    keep(pages, "inbox-empty", &empty())
}

fn full() -> InboxPage {
    let mut frame = shell("/inbox", &[("Inbox", "")]);
    frame.actions = vec![Action::link("Hand over a person", "/hand-over").icon("plus")];
    frame.live = "/live".into();
    InboxPage {
        shell: frame,
        greeting: "Good morning, Maya".into(),
        summary: "Two people are waiting for a first word from you. One acknowledgement is late."
            .into(),
        segment: segment(
            "Whose referrals",
            &[("Mine 7", "/inbox"), ("Team 23", "/inbox?of=team"), ("Held 2", "/inbox?of=held")],
            0,
        ),
        groups: vec![act_now(), next(), waiting()],
        peek: Some(peek()),
        ..InboxPage::default()
    }
}

fn empty() -> InboxPage {
    let mut page = full();
    page.groups.clear();
    page.peek = None;
    page.summary = "Nothing is late.".into();
    page.empty = Some(EmptyState {
        art: EmptyArt::Path,
        title: "Nothing waits for you".into(),
        sentence: "Three people are still deciding. You will see them here the moment they \
                   answer, with a clock."
            .into(),
        actions: vec![Action::link("See who is deciding", "/referrals?state=verified")],
    });
    page
}

/// Name and role, who introduced them and what they are, with the tie between.
type Who<'a> = (&'a str, &'a str, &'a str, &'a str, TierKind);

fn row(clock: Clock, who: Who<'_>, score: &str, action: Option<&str>) -> InboxRow {
    let (name, role, introduced_by, referrer, kind) = who;
    let id = name.to_lowercase().replace(' ', "-");
    InboxRow {
        href: "referral.html".into(),
        peek_href: "inbox.html".into(),
        current: name == "Priya Raman",
        clock,
        avatar: Avatar::of(name, name),
        name: name.into(),
        role: role.into(),
        introduced_by: introduced_by.into(),
        tier: tier(kind),
        referrer: referrer.into(),
        score: score.into(),
        action: action.map(|label| Action::post(label, format!("/referrals/{id}/next"))),
        state: None,
        id,
    }
}

fn act_now() -> InboxGroup {
    let ferrer = (
        "Luis Ferrer",
        "Finance Director, Grupo Almar",
        "Carmen Ibarra",
        "CFO circle Iberia",
        TierKind::Medium,
    );
    let raman = (
        "Priya Raman",
        "VP Finance, Northmere Foods",
        "Tomasz Wolny",
        "Halden Logistics, customer",
        TierKind::Strong,
    );
    let marchal = (
        "Étienne Marchal",
        "CFO, Ateliers Vauclair",
        "Brightwater Advisory",
        "Partner, 14 referrals",
        TierKind::Strong,
    );
    InboxGroup {
        title: "Act now".into(),
        count: "3".into(),
        rows: vec![
            row(clock("3 h 10 late", ClockKind::Breached, 0), ferrer, "71", Some("Thank Carmen")),
            row(clock("52 min left", ClockKind::Soon, 22), raman, "83", Some("Accept")),
            row(
                clock("1 h 40 left", ClockKind::Soon, 25),
                marchal,
                "78",
                Some("Log first contact"),
            ),
        ],
    }
}

fn next() -> InboxGroup {
    let aune = (
        "Sigrid Aune",
        "COO, Fjordal Marine",
        "Henrik Dahl",
        "Nordlys Kraft, customer",
        TierKind::Medium,
    );
    let okereke = (
        "Hannah Okereke",
        "Head of Controlling, Stadtwerke Ebenau",
        "Jonas Brandt",
        "Colleague, co-worked 2019–22",
        TierKind::Strong,
    );
    let zhao = (
        "Mei-Lin Zhao",
        "Group Controller, Tessera Optics",
        "Rosa Lindqvist",
        "Customer success",
        TierKind::Weak,
    );
    let conti = (
        "Dario Conti",
        "CFO, Molino Bressan",
        "Elena Sartori",
        "Bressan board, then 1 more hop",
        TierKind::Medium,
    );
    InboxGroup {
        title: "Next".into(),
        count: "4".into(),
        rows: vec![
            row(clock("5 h left", ClockKind::Fine, 62), aune, "74", Some("Accept")),
            row(clock("Tomorrow 10:00", ClockKind::Fine, 70), okereke, "69", Some("Log meeting")),
            row(clock("Tomorrow 16:30", ClockKind::Fine, 85), zhao, "58", Some("Accept")),
            row(clock("Thu 12:00", ClockKind::Fine, 92), conti, "66", Some("Propose times")),
        ],
    }
}

fn waiting() -> InboxGroup {
    let paused = |words| Clock { datetime: String::new(), ..clock(words, ClockKind::Paused, 0) };
    let kovacevic = (
        "Ana Kovačević",
        "Director FP&A, Adria Ceramics",
        "Petra Novak",
        "Colleague",
        TierKind::Medium,
    );
    let adeyemi = (
        "Oluwaseun Adeyemi",
        "VP Finance Ops, Palmgrove Retail",
        "Tomasz Wolny",
        "Halden Logistics, customer",
        TierKind::Strong,
    );
    let solheim = (
        "Ingrid Solheim",
        "CFO, Vestfold Bygg",
        "Henrik Dahl",
        "Nordlys Kraft, customer",
        TierKind::Medium,
    );
    let mut rows = vec![
        row(paused("Ana’s answer"), kovacevic, "", None),
        row(paused("Owner conflict"), adeyemi, "", None),
        row(paused("Says: after June"), solheim, "72", None),
    ];
    let states = [
        Pill::new("Link passed on", Tone::Neutral),
        Pill::new("Held", Tone::Hold),
        Pill::new("Later", Tone::Accent),
    ];
    for (row, state) in rows.iter_mut().zip(states) {
        row.state = Some(state);
    }
    InboxGroup { title: "Waiting for somebody else".into(), count: "3".into(), rows }
}

fn peek() -> Peek {
    Peek {
        avatar: Avatar::of("Priya Raman", "Priya Raman").sized(AvatarSize::Large),
        name: "Priya Raman".into(),
        role: "VP Finance, Northmere Foods, Bremen".into(),
        href: "referral.html".into(),
        contact: MayContact {
            verdict: Verdict::Yes,
            headline: "You may write and call".into(),
            sentence: "Priya said yes on 19 May at 08:51, for one talk about the month-end \
                       close. Text messages: not asked."
                .into(),
            seal: Some(seal("48,209", "9f2c…e1")),
            band_only: true,
            ..MayContact::default()
        },
        chain: chain(true),
        words_title: "In Tomasz’s words".into(),
        words: Some(words("")),
        opening: Some(opening()),
        chips: chips(),
        actions: vec![
            Action::post("Accept", "/referrals/1/accept").primary().key("A"),
            Action::ask("Decline", "/referrals/1/decline"),
            Action::link("Hand to a colleague", "/referrals/1/reassign").icon_only("forward"),
        ],
        clock: Some(clock("52 min left", ClockKind::Soon, 22)),
    }
}

/// The opening text with its empty slot.
pub(crate) fn opening() -> OpeningText {
    OpeningText {
        title: "Opening text".into(),
        playbook: "Customer referral, month-end topic".into(),
        pieces: vec![
            TextPiece::Text(
                "Hello Priya, Tomasz Wolny told me you have taken over finance at Northmere and \
                 would like a shorter close. At Halden we went from nine days to four."
                    .into(),
            ),
            TextPiece::Slot("One line of your own, about Priya or Northmere".into()),
            TextPiece::Text("Would Thursday or Friday suit you?".into()),
        ],
        note: "Goes out from your mailbox, after you fill the marked line.".into(),
        fill_href: String::new(),
    }
}

fn chips() -> Vec<EvidenceChip> {
    let chip = |icon: &str, fact: &str, source: &str, standing| EvidenceChip {
        icon: icon.into(),
        fact: fact.into(),
        source: source.into(),
        standing,
        href: String::new(),
    };
    vec![
        chip("shield-check", "Referrer verified", "level 3", Standing::Holds),
        chip("mail-check", "E-mail delivers", "today", Standing::Holds),
        chip("building", "Northmere Foods", "by domain", Standing::Holds),
        chip("phone", "Landline", "not confirmed", Standing::Unknown),
    ]
}
