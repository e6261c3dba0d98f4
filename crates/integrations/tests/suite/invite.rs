//! A calendar reads our invitation as we meant it. Read back by another parser than our own.

use icalendar::parser::{read_calendar, unfold};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use warmpath_integrations::{
    invite::{InviteError, Meeting, Method},
    mail::{Draft, Invite, Mailbox, Message, MessageId},
};

fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox::named(name, address.parse().unwrap()).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn meeting() -> Meeting {
    Meeting {
        uid: "meeting-42@acme.example".to_owned(),
        sequence: 0,
        stamped_at: at("2026-11-21T09:00:00Z"),
        starts_at: at("2026-11-25T10:00:00Z"),
        duration: SignedDuration::from_mins(30),
        organizer: mailbox("Kim; Acme", "kim@acme.example"),
        attendees: vec![mailbox("Pat Lee", "pat.lee@prospect.example")],
        summary: "Intro: Pat, Kim".to_owned(),
        description: "Agenda\n1; a\\b".to_owned(),
        location: "https://meet.example/42".to_owned(),
    }
}

/// `(name, value)` of the event's properties, as the other parser reads them.
fn properties(text: &str) -> Vec<(String, String)> {
    let unfolded = unfold(text);
    let calendar = read_calendar(&unfolded).unwrap();
    let event = &calendar.components[0];
    assert_eq!(event.name, "VEVENT");
    let all = event.properties.iter();
    all.map(|p| (p.name.to_string(), p.val.to_string())).collect()
}

fn value<'a>(properties: &'a [(String, String)], name: &str) -> &'a str {
    &properties.iter().find(|(known, _)| known == name).unwrap().1
}

#[test]
fn an_invitation_asks_for_an_answer() {
    let text = meeting().write(Method::Request).unwrap();
    assert!(text.contains("\r\nMETHOD:REQUEST\r\n"));
    let event = properties(&text);
    assert_eq!(value(&event, "UID"), "meeting-42@acme.example");
    assert_eq!(value(&event, "SEQUENCE"), "0");
    assert_eq!(value(&event, "DTSTART"), "20261125T100000Z");
    assert_eq!(value(&event, "DTEND"), "20261125T103000Z");
    assert_eq!(value(&event, "ORGANIZER"), "mailto:kim@acme.example");
    assert_eq!(value(&event, "ATTENDEE"), "mailto:pat.lee@prospect.example");
    assert_eq!(value(&event, "STATUS"), "CONFIRMED");
    let unfolded = text.replace("\r\n ", "");
    assert!(unfolded.contains("ORGANIZER;CN=\"Kim; Acme\":mailto:kim@acme.example\r\n"));
    assert!(unfolded.contains("PARTSTAT=NEEDS-ACTION;RSVP=TRUE"));
    assert!(unfolded.contains("SUMMARY:Intro: Pat\\, Kim\r\n"));
    assert!(unfolded.contains("DESCRIPTION:Agenda\\n1\\; a\\\\b\r\n"));
}

#[test]
fn a_move_and_a_cancellation_raise_the_sequence() {
    let moved = meeting().moved(at("2026-11-26T10:00:00Z"), at("2026-11-22T09:00:00Z"));
    let event = properties(&moved.write(Method::Request).unwrap());
    assert_eq!(value(&event, "UID"), "meeting-42@acme.example");
    assert_eq!(value(&event, "SEQUENCE"), "1");
    assert_eq!(value(&event, "DTSTART"), "20261126T100000Z");
    let off = moved.called_off(at("2026-11-23T09:00:00Z")).write(Method::Cancel).unwrap();
    assert!(off.contains("\r\nMETHOD:CANCEL\r\n"));
    let event = properties(&off);
    assert_eq!(value(&event, "SEQUENCE"), "2");
    assert_eq!(value(&event, "STATUS"), "CANCELLED");
    assert_eq!(value(&event, "DTSTAMP"), "20261123T090000Z");
    assert!(!off.contains("RSVP"));
}

#[test]
fn nonsense_is_refused() {
    let write = |meeting: Meeting| meeting.write(Method::Request).unwrap_err();
    let bad_uid = Meeting { uid: "a\r\nATTENDEE:x".to_owned(), ..meeting() };
    assert_eq!(write(bad_uid), InviteError::Uid);
    assert_eq!(
        write(Meeting { duration: SignedDuration::ZERO, ..meeting() }),
        InviteError::Duration
    );
    let long = Meeting { duration: SignedDuration::from_hours(25), ..meeting() };
    assert_eq!(write(long), InviteError::Duration);
    assert_eq!(write(Meeting { attendees: Vec::new(), ..meeting() }), InviteError::Attendees);
    let split = Meeting { summary: "a\r\nSTATUS:CANCELLED".to_owned(), ..meeting() };
    assert_eq!(write(split), InviteError::Text);
}

#[test]
fn the_invitation_travels_inside_a_mail() {
    let ics = meeting().write(Method::Request).unwrap();
    let draft = Draft {
        id: MessageId::new("invite-42", "acme.example").unwrap(),
        date: at("2026-11-21T09:00:00Z"),
        from: mailbox("Kim", "kim@acme.example"),
        to: mailbox("Pat Lee", "pat.lee@prospect.example"),
        reply_to: None,
        subject: "Intro".to_owned(),
        text: "See the invitation.".to_owned(),
        html: None,
        list_unsubscribe: None,
        auto_submitted: false,
        invite: Some(Invite { method: Method::Request, ics: ics.clone() }),
    };
    let message = Message::build(&draft).unwrap();
    let mail = mail_parser::MessageParser::default().parse(message.bytes()).unwrap();
    let part = mail.parts.iter().find(|part| {
        use mail_parser::MimeHeaders as _;
        part.content_type().is_some_and(|kind| {
            kind.subtype() == Some("calendar") && kind.attribute("method") == Some("REQUEST")
        })
    });
    assert_eq!(part.unwrap().text_contents().unwrap().trim_end(), ics.trim_end());
}

proptest! {
    #[test]
    fn no_text_can_add_a_line(
        name in any::<String>(),
        summary in any::<String>(),
        description in any::<String>(),
        location in any::<String>(),
    ) {
        let address = "pat.lee@prospect.example".parse().unwrap();
        let Ok(attendee) = Mailbox::named(&name, address) else { return Ok(()) };
        let attendees = vec![attendee];
        let meeting = Meeting { attendees, summary, description, location, ..meeting() };
        let Ok(text) = meeting.write(Method::Request) else { return Ok(()) };
        let names: Vec<&str> = text
            .split("\r\n")
            .filter(|line| !line.starts_with(' ') && !line.is_empty())
            .map(|line| line.split([':', ';']).next().unwrap())
            .collect();
        let known = [
            "BEGIN", "VERSION", "PRODID", "METHOD", "BEGIN", "UID", "SEQUENCE", "DTSTAMP",
            "DTSTART", "DTEND", "ORGANIZER", "ATTENDEE", "SUMMARY", "DESCRIPTION", "LOCATION",
            "STATUS", "END", "END",
        ];
        let mut left = known.iter();
        prop_assert!(names.iter().all(|name| left.any(|known| known == name)), "{names:?}");
        let is_sound = |line: &str| line.len() <= 75 && !line.contains(['\r', '\n']);
        prop_assert!(text.split("\r\n").all(is_sound));
    }
}
