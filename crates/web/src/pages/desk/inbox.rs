//! The inbox: what waits for the reader, most urgent first, with a peek at one of them.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::policy::{ReadReferrals, grant};
use warmpath_app::read_inbox::{self, Inbox, Item, Urgency, Whose};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::referral::ReferralState;

use super::bits::{address, button, name_of, origin_word, query, role_of, tier_mark};
use super::record_people::peek;
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::shell;
use crate::view::Shell;
use crate::view::inbox::{InboxGroup, InboxPage, InboxRow};
use crate::view::part::{
    Action, Avatar, Clock, ClockKind, EmptyArt, EmptyState, Segment, SegmentEntry,
};
use crate::words::{Words, number_word, state_pill, thousands};

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let fields = query(&raw);
    let mut frame = shell::at(shell::of(&face.app, &me, "Inbox").await, "/inbox");
    frame.actions = vec![Action::link("Hand over a person", "/hand-over").icon("plus")];
    let whose = match fields.get("of") {
        "team" => Whose::Team,
        "held" => Whose::Held,
        _ => Whose::Mine,
    };
    match fill(&face, &me, frame.clone(), whose, fields.get("peek")).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn fill(
    face: &Face,
    me: &SignedIn,
    frame: Shell,
    whose: Whose,
    peeked: &str,
) -> Result<InboxPage, Failure> {
    let grant = grant::<ReadReferrals>(&me.principal)?;
    let words = Words::new(&me.member.zone, face.app.now());
    let inbox = read_inbox::run(&face.app, &grant, whose).await?;
    // A peek at something that is not there any more shows the list alone.
    let peek = match peeked.parse() {
        Ok(id) => peek(&face.app, &grant, me, id, &words).await.ok(),
        Err(_) => None,
    };
    let groups = groups(&inbox, whose, peeked, &words);
    Ok(InboxPage {
        shell: counted(frame, inbox.mine),
        greeting: greeting(me, &words),
        summary: summary(&inbox, &words),
        segment: segment(&inbox, whose),
        empty: groups.is_empty().then(|| empty(whose)),
        groups,
        peek,
        ..InboxPage::default()
    })
}

/// The menu says what the page says.
fn counted(mut frame: Shell, mine: usize) -> Shell {
    let entries = frame.groups.iter_mut().flat_map(|group| group.entries.iter_mut());
    for entry in entries.filter(|entry| entry.href == "/inbox") {
        entry.count = if mine == 0 { String::new() } else { thousands(mine as i64) };
    }
    frame
}

fn greeting(me: &SignedIn, words: &Words) -> String {
    let hour = words.now.to_zoned(words.zone.clone()).hour();
    let part = match hour {
        5..=11 => "Good morning",
        12..=17 => "Good afternoon",
        _ => "Good evening",
    };
    let first = warmpath_app::fill_text::first_name(&me.member.name);
    format!("{part}, {first}")
}

fn summary(inbox: &Inbox, words: &Words) -> String {
    let first_words = inbox.items.iter().filter(|i| {
        i.thanks.is_none()
            && i.urgency != Urgency::Waiting
            && matches!(i.line.referral.state, ReferralState::Routed | ReferralState::Accepted)
    });
    let waiting = match first_words.count() {
        0 => "Nobody waits for a first word from you.".to_owned(),
        1 => "One person waits for a first word from you.".to_owned(),
        n => format!("{} people wait for a first word from you.", number_word(n)),
    };
    let late =
        inbox.items.iter().filter(|i| i.thanks.as_ref().is_some_and(|o| o.due_at < words.now));
    match late.count() {
        0 => waiting,
        1 => format!("{waiting} One thank-you is late."),
        n => format!("{waiting} {} thank-yous are late.", number_word(n)),
    }
}

fn segment(inbox: &Inbox, whose: Whose) -> Segment {
    let entry = |label: String, href: &str, of: Whose| SegmentEntry {
        label,
        href: href.to_owned(),
        current: whose == of,
    };
    let mut entries = vec![entry(format!("Mine {}", inbox.mine), "/inbox", Whose::Mine)];
    if let Some(team) = inbox.team {
        entries.push(entry(format!("Team {team}"), "/inbox?of=team", Whose::Team));
    }
    entries.push(entry(format!("Held {}", inbox.held), "/inbox?of=held", Whose::Held));
    Segment { label: "Whose referrals".to_owned(), entries, tabs: false }
}

fn groups(inbox: &Inbox, whose: Whose, peeked: &str, words: &Words) -> Vec<InboxGroup> {
    let group = |urgency: Urgency, title: &str| {
        let rows: Vec<InboxRow> = inbox
            .items
            .iter()
            .filter(|item| item.urgency == urgency)
            .map(|item| row(item, whose, peeked, words))
            .collect();
        InboxGroup { title: title.to_owned(), count: rows.len().to_string(), rows }
    };
    [
        group(Urgency::ActNow, "Act now"),
        group(Urgency::Next, "Next"),
        group(Urgency::Waiting, "Waiting for somebody else"),
    ]
    .into_iter()
    .filter(|group| !group.rows.is_empty())
    .collect()
}

fn row(item: &Item, whose: Whose, peeked: &str, words: &Words) -> InboxRow {
    let line = &item.line;
    let referral = &line.referral;
    let id = referral.id.to_string();
    let of = match whose {
        Whose::Mine => "",
        Whose::Team => "team",
        Whose::Held => "held",
    };
    let (person, account) = match item.thanks {
        Some(_) => (&line.referrer, None),
        None => (&line.person, line.account.as_ref()),
    };
    let name = name_of(person);
    let mut role = role_of(person, account);
    if whose == Whose::Team && !line.owner_name.is_empty() {
        role = super::bits::join(&[&role, &format!("with {}", line.owner_name)]);
    }
    InboxRow {
        href: match item.thanks {
            Some(_) => format!("/thanks/{id}"),
            None => format!("/referrals/{id}"),
        },
        peek_href: address("/inbox", &[("of", of), ("peek", &id)]),
        current: peeked == id && item.thanks.is_none(),
        clock: clock(item, words),
        avatar: Avatar::of(&name, &person.id.to_string()),
        introduced_by: match item.thanks {
            Some(_) => format!("For introducing {}", name_of(&line.person)),
            None => name_of(&line.referrer),
        },
        tier: tier_mark(referral),
        referrer: super::bits::join(&[&line.referrer.company, origin_word(referral.origin)]),
        score: referral.score.map(|s| format!("{s:.0}")).unwrap_or_default(),
        action: action(item),
        state: (item.thanks.is_none()).then(|| state_pill(referral.state)),
        name,
        role,
        id: match item.thanks {
            Some(_) => format!("thanks-{id}"),
            None => id,
        },
    }
}

fn action(item: &Item) -> Option<Action> {
    let referral = &item.line.referral;
    if item.thanks.is_some() {
        return Some(Action::link("Write thanks", format!("/thanks/{}", referral.id)).small());
    }
    if item.urgency == Urgency::Waiting {
        return None;
    }
    // A hold is decided on the record, where its reason stands.
    if referral.state == ReferralState::Held {
        return Some(Action::link("Decide", format!("/referrals/{}", referral.id)).small());
    }
    item.next.map(|next| button(referral, next).small().key(""))
}

/// The clock of a row; without one, how long it has stood there.
fn clock(item: &Item, words: &Words) -> Clock {
    if let Some(owed) = &item.thanks {
        return due_clock(owed.due_at, owed.due_at - jiff::SignedDuration::from_hours(24), words);
    }
    if let Some(row) = &item.clock {
        let mut clock = words.clock(row);
        // The column is narrow: a day far off needs no hour.
        if row.due_at.duration_since(words.now).as_hours() >= 24 {
            clock.words = row.due_at.to_zoned(words.zone.clone()).strftime("%-d %b").to_string();
        }
        return clock;
    }
    let referral = &item.line.referral;
    if let Some(until) = referral.until.filter(|until| *until > words.now) {
        return Clock {
            words: words.moment(until),
            datetime: until.to_string(),
            kind: ClockKind::Paused,
            share_left: 0,
        };
    }
    let since = words.now.duration_since(referral.state_since).as_secs();
    Clock {
        words: format!("For {}", Words::stretch(since)),
        datetime: referral.state_since.to_string(),
        kind: ClockKind::Paused,
        share_left: 0,
    }
}

/// A clock that has no machine behind it, only a start and an end.
pub(super) fn due_clock(due: jiff::Timestamp, from: jiff::Timestamp, words: &Words) -> Clock {
    let left = due.duration_since(words.now).as_secs();
    let total = due.duration_since(from).as_secs().max(1);
    let share = u8::try_from((left.max(0) * 100 / total).clamp(0, 100)).unwrap_or(0);
    let (text, kind) = match (left < 0, share <= 25) {
        (true, _) => (format!("{} late", Words::stretch(-left)), ClockKind::Breached),
        (false, true) => (format!("{} left", Words::stretch(left)), ClockKind::Soon),
        (false, false) => (format!("{} left", Words::stretch(left)), ClockKind::Fine),
    };
    Clock { words: text, datetime: due.to_string(), kind, share_left: share }
}

fn empty(whose: Whose) -> EmptyState {
    let (title, sentence) = match whose {
        Whose::Mine => (
            "Nothing waits for you",
            "Whoever is deciding shows up here the moment they answer, with a clock.",
        ),
        Whose::Team => {
            ("Your team has nothing open", "New leads show up here when they are routed.")
        }
        Whose::Held => {
            ("Nothing is held", "A collision or a doubt shows up here, with an arbiter.")
        }
    };
    EmptyState {
        art: EmptyArt::Path,
        title: title.to_owned(),
        sentence: sentence.to_owned(),
        actions: vec![
            Action::link("See who is deciding", "/referrals?state=verified"),
            Action::link("Hand over a person", "/hand-over"),
        ],
    }
}
