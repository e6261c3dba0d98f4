//! Pages for people without an account, signing in, thanks, and errors.

use crate::frame::{clock, hop, outsider, own_words, seal, shell, step, words};
use crate::inbox::opening;
use crate::{Pages, keep};
use warmpath_web::view::answer::{
    AnswerPage, AnsweredPage, OutsideMessagePage, PassOn, WhoGets, WithdrawPage,
};
use warmpath_web::view::error::{ErrorFact, ErrorOutsidePage, ErrorPage};
use warmpath_web::view::part::{
    Action, Avatar, AvatarSize, Chain, Check, Choice, Choices, ClockKind, ErrorSummary, Field,
    FieldKind, Note, PersonRole, Pill, Qr, TextPiece, TierKind, Tone,
};
use warmpath_web::view::sign_in::{SignInPage, SignInStep};
use warmpath_web::view::status::{
    Milestone, MilestoneState, StatusAddPage, StatusPage, Thanks, ThanksPage,
};

/// The pages.
pub(crate) fn pages(pages: &mut Pages) -> askama::Result<()> {
    keep(pages, "answer", &answer())?;
    keep(pages, "answered", &answered(true))?;
    keep(pages, "answered-no", &answered(false))?;
    keep(pages, "withdraw", &withdraw())?;
    keep(
        pages,
        "link-used",
        &message("This link has been used", "If that was not you, tell us here."),
    )?;
    keep(
        pages,
        "link-ended",
        &message("This link ended on 17 June", "Nothing about you is kept."),
    )?;
    keep(pages, "status", &status(false))?;
    keep(pages, "status-pass-on", &status(true))?;
    keep(pages, "status-add", &add())?;
    keep(pages, "thanks", &thanks())?;
    keep(pages, "sign-in", &sign_in(SignInStep::Ask))?;
    keep(pages, "sign-in-sent", &sign_in(SignInStep::Sent("maya.okafor@corvane.example".into())))?;
    keep(pages, "sign-in-enter", &sign_in(SignInStep::Enter("/sign-in/abc".into())))?;
    keep(pages, "error-race", &race())?;
    keep(pages, "error-unknown", &unknown())?;
    keep(
        pages,
        "error-not-found",
        &refusal(
            "Not found",
            "404 page.unknown",
            "There is nothing at this address",
            "It may have been erased, or the link was cut short in a mail.",
        ),
    )?;
    keep(
        pages,
        "error-forbidden",
        &refusal(
            "Not allowed",
            "403 role.not_allowed",
            "Settings are for administrators",
            "Lena Fischer runs this workspace and can change what you asked for.",
        ),
    )?;
    keep(pages, "error-outside", &outside_error())
}

fn answer() -> AnswerPage {
    let mut frame = outsider("Tomasz Wolny thinks you and Corvane should talk");
    frame.through = "Asked through Tomasz Wolny".into();
    let check = |value: &str, label: &str| Check {
        name: "channel".into(),
        value: value.into(),
        label: label.into(),
        ..Check::default()
    };
    let choice = |value: &str, title: &str, consequence: &str, inner| Choice {
        value: value.into(),
        title: title.into(),
        consequence: consequence.into(),
        checked: false,
        inner,
    };
    let gets = |who: &str, what: &str, gets: &str| WhoGets {
        who: who.into(),
        what_they_are: what.into(),
        gets: gets.into(),
    };
    let mut quote = words("Tomasz Wolny, CFO of Halden Logistics, to Corvane");
    quote.avatar = Some(Avatar::of("Tomasz Wolny", "Tomasz Wolny"));
    AnswerPage {
        outsider: frame,
        title: "Tomasz Wolny thinks you and Corvane should talk".into(),
        lead: "One conversation about closing the month faster. It happens only if you say so, and nobody has your details until then.".into(),
        words: Some(quote),
        action: "/a/abc".into(),
        nonce: "sample".into(),
        answers: Choices {
            name: "answer".into(),
            legend: "What would you like?".into(),
            choices: vec![
                choice("yes", "Yes, get in touch", "Maya Okafor of Corvane writes or calls once to find a time.", vec![check("email", "By e-mail"), check("phone", "By phone")]),
                choice("later", "Later", "You get one reminder in three months. Nothing before.", Vec::new()),
                choice("no", "No, thank you", "We delete what Tomasz told us. Tomasz learns only that it did not fit.", Vec::new()),
                choice("not-me", "This is not me", "We stop at once and tell Tomasz that the link went to somebody else.", Vec::new()),
            ],
            ..Choices::default()
        },
        reach: vec![
            Field::of(FieldKind::Email, "email", "E-mail for a yes", "").autocomplete("email"),
            Field::of(FieldKind::Phone, "phone", "Phone for a yes", "").autocomplete("tel"),
        ],
        sharing: Some(("share".into(), "Tomasz may learn whether a meeting took place".into())),
        who_gets: vec![
            gets("Maya Okafor", "Corvane, your contact", "Your name, role, company, and the channels you tick above"),
            gets("Tomasz Wolny", "who suggested it", "That you answered. Whether a meeting took place only if you allow it above"),
            gets("Anybody else", "", "Nothing. Corvane keeps it for 24 months after the last contact, then deletes it"),
        ],
        ..AnswerPage::default()
    }
}

fn answered(yes: bool) -> AnsweredPage {
    let frame = outsider("Thank you");
    if yes {
        AnsweredPage {
            outsider: frame,
            title: "Thank you. Maya writes to you by Friday".into(),
            lead: "Only Maya has your details now, for one talk about the month-end close.".into(),
            contact: Some((
                Avatar::of("Maya Okafor", "maya").sized(AvatarSize::Large),
                "Maya Okafor".into(),
                "maya.okafor@corvane.example".into(),
            )),
            receipt_href: "/a/abc/receipt".into(),
            withdraw_href: "withdraw.html".into(),
            note: None,
            seal: Some(seal("48,209", "9f2c…e1")),
        }
    } else {
        AnsweredPage {
            outsider: frame,
            title: "Thank you for answering".into(),
            lead: "What Tomasz told us is deleted. Tomasz learns only that it did not fit.".into(),
            note: Some(Note::new(
                Tone::Neutral,
                "",
                "We keep one keyed mark of your address, so that nobody asks you again.",
            )),
            ..AnsweredPage::default()
        }
    }
}

fn withdraw() -> WithdrawPage {
    WithdrawPage {
        outsider: outsider("Stop everything?"),
        title: "Stop everything?".into(),
        lead: "One press is enough. Nobody asks why.".into(),
        consequences: vec![
            "Maya does not write or call again".into(),
            "Your details are deleted; a receipt of your answers stays under your key until you ask us to destroy it".into(),
            "Tomasz learns only that it did not fit".into(),
        ],
        action: "/a/abc/withdraw".into(),
        nonce: "sample".into(),
        button: "Stop and delete".into(),
        keep_href: "answered.html".into(),
    }
}

fn message(title: &str, lead: &str) -> OutsideMessagePage {
    OutsideMessagePage {
        outsider: outsider(title),
        title: title.into(),
        lead: lead.into(),
        links: vec![("Tell us".into(), "mailto:privacy@corvane.example".into())],
    }
}

fn milestone(
    state: MilestoneState,
    icon: &str,
    title: &str,
    sentence: &str,
    when: &str,
) -> Milestone {
    Milestone {
        state,
        icon: icon.into(),
        title: title.into(),
        sentence: sentence.into(),
        when: when.into(),
        datetime: if when.is_empty() { String::new() } else { "2026-05-19".into() },
    }
}

fn status(fresh: bool) -> StatusPage {
    let link = "https://corvane.example/a/Jm4w8T2kQ9xVb7Rn";
    let mut frame = outsider("Your introduction of Priya");
    frame.sender = "Corvane".into();
    frame.for_whom = "For Tomasz Wolny".into();
    frame.footer.truncate(1);
    let done = MilestoneState::Done;
    let handed = milestone(
        if fresh { MilestoneState::Latest } else { done },
        "send",
        "You handed over Priya",
        "In your words, kept as you wrote them",
        "18 May",
    );
    let mut milestones = vec![handed];
    if fresh {
        milestones.push(milestone(
            MilestoneState::Future,
            "user-check",
            "Priya answers",
            "We remind you on 21 and 25 May. Priya gets nothing from us",
            "",
        ));
    } else {
        milestones.push(milestone(
            done,
            "",
            "Priya said yes",
            "Within a day, on the answer page",
            "19 May",
        ));
        milestones.push(milestone(done, "", "Maya got in touch", "", "19 May"));
        milestones.push(milestone(
            MilestoneState::Latest,
            "calendar-check",
            "They met",
            "Priya chose to share this. What was said stays between them",
            "21 May",
        ));
    }
    milestones.push(milestone(
        MilestoneState::Future,
        "flag",
        "What became of it",
        "We tell you by 28 May, also when nothing came of it",
        "",
    ));
    StatusPage {
        outsider: frame,
        title: if fresh { "Thank you. Here is your link to pass on".into() } else { "Your introduction of Priya led to a meeting".into() },
        lead: if fresh { "Priya hears from you first, and answers for themselves.".into() } else { "They met on 21 May. Here is what Priya lets us share with you.".into() },
        pass_on: fresh.then(|| PassOn {
            title: "Pass this on to Priya".into(),
            sentence: "It works once, until 1 June. You can renew it.".into(),
            text: format!("Hello Priya, you said your close still takes eleven days. The people at Corvane helped us with that. If you would like to talk to them, say so here, and nothing happens until you do:\n{link}"),
            mailto: "mailto:?subject=Corvane&body=Hello%20Priya".into(),
            qr: Qr::of(link, "QR code of the link for Priya"),
            ..PassOn::default()
        }),
        thanks: (!fresh).then(|| Thanks {
            paragraphs: vec!["Tomasz, thank you. You promised that we would be straight, so I will begin with the two things that went wrong in your own first month. Without your line I would not be allowed to call at all.".into()],
            avatar: Avatar::of("Maya Okafor", "maya"),
            who: "Maya Okafor, Corvane".into(),
            when: "19 May, 17 hours after your introduction".into(),
        }),
        milestones,
        add: Some(("Add something Maya should know".into(), "status-add.html".into())),
        year: "Your introductions this year: 3, all answered within 24 hours.".into(),
        links: vec![("See them".into(), "#".into()), ("stop updates".into(), "#".into()), ("withdraw what you told us".into(), "#".into())],
        seal: Some(seal("48,172", "")),
    }
}

fn add() -> StatusAddPage {
    StatusAddPage {
        outsider: outsider("Add something Maya should know"),
        title: "Add something Maya should know".into(),
        action: "/s/abc/add".into(),
        nonce: "sample".into(),
        words: words("You, 18 May, 17:20"),
        text: own_words("text", "What to add", ""),
        errors: ErrorSummary::default(),
    }
}

fn thanks() -> ThanksPage {
    let mut draft = opening();
    draft.title = "The draft".into();
    draft.playbook = "Customer referral".into();
    draft.pieces = vec![
        TextPiece::Text(
            "Tomasz, thank you for introducing Priya. I read every word you wrote.".into(),
        ),
        TextPiece::Slot("One line of your own: what in Tomasz’s words will you act on?".into()),
        TextPiece::Text(
            "You will hear from me what became of it, also when nothing came of it.".into(),
        ),
    ];
    draft.note = "Nothing is sent before you press the button.".into();
    ThanksPage {
        shell: shell("/inbox", &[("Inbox", "/inbox"), ("Thank Tomasz", "")]),
        title: "Thank Tomasz".into(),
        about: "For introducing Priya Raman, 18 May".into(),
        clock: clock("Tell Tomasz by tomorrow 17:20", ClockKind::Fine, 70),
        draft,
        action: "/referrals/1/thanks".into(),
        idempotency_key: "sample".into(),
        slot: own_words("slot", "Your own line", "")
            .error("The marked line is empty. Write one sentence of your own, then send."),
        text: own_words(
            "text",
            "The rest, change what you like",
            "Tomasz, thank you for introducing Priya. I read every word you wrote.\n\nYou will hear from me what became of it, also when nothing came of it.",
        ),
        errors: ErrorSummary {
            title: "One answer needs a look".into(),
            errors: vec![("slot".into(), "Fill the marked line".into())],
        },
        words: Some(words("Tomasz Wolny, 18 May, 17:20")),
        sender: "Goes out as Maya Okafor, Corvane, to t.wolny@halden.example.".into(),
        note: Some(Note::new(
            Tone::Neutral,
            "",
            "Tomasz sees it on the status page too, above the steps Priya lets us share.",
        )),
        others: vec![Action::ask("I thanked Tomasz by phone", "/referrals/1/thanks/other").quiet()],
    }
}

fn sign_in(step_shown: SignInStep) -> SignInPage {
    SignInPage {
        workspace: "Corvane".into(),
        step: step_shown,
        nonce: "sample".into(),
        email: Field::of(FieldKind::Email, "email", "Work e-mail", "maya.okafor@corvane.example")
            .autocomplete("username"),
        passkey: true,
        single_sign_on: Some(("Corvane single sign-on".into(), "/sign-in/oidc".into())),
        chain: Chain {
            label: "How it works".into(),
            steps: vec![
                step("Tomasz", &["hands over"], PersonRole::Referrer, None),
                step(
                    "Priya",
                    &["says yes"],
                    PersonRole::Prospect,
                    hop(Some(TierKind::Strong), "", ""),
                ),
                {
                    let mut last = step(
                        "Maya Okafor",
                        &["gets in touch"],
                        PersonRole::Owner,
                        hop(None, "Pathway", ""),
                    );
                    last.name = "Maya".into();
                    last
                },
            ],
            as_line: false,
            always_lies: true,
        },
        ..SignInPage::default()
    }
}

fn race() -> ErrorPage {
    ErrorPage {
        shell: shell("/referrals", &[("Referrals", "/referrals"), ("Priya Raman", "")]),
        pill: Pill::new("Not saved", Tone::Negative),
        code: "409 transition.stale".into(),
        title: "Petra accepted Priya 40 seconds before you".into(),
        lead: "Your “Accept” changed nothing. The referral is Petra’s now, and so are its clocks."
            .into(),
        fact: Some(ErrorFact {
            avatar: Avatar::of("Petra Novak", "Petra Novak").sized(AvatarSize::Large),
            name: "Petra Novak".into(),
            line: "Accepted at 09:41, first contact due by 13:00".into(),
            seal: Some(seal("48,214", "")),
        }),
        actions: vec![
            Action::link("See the referral now", "referral.html").primary(),
            Action::link("Ask Petra to hand it over", "#"),
            Action::link("Back to inbox", "inbox.html").quiet(),
        ],
        reference: "01JVK6-9T2M".into(),
    }
}

fn unknown() -> ErrorPage {
    ErrorPage {
        pill: Pill::new("Not known", Tone::Warning),
        code: "503 commit.unknown".into(),
        title: "We do not know whether it was saved".into(),
        lead: "Press again: the same request is never done twice.".into(),
        fact: None,
        actions: vec![
            Action::post("Accept again", "/referrals/1/accept").primary(),
            Action::link("Back to inbox", "inbox.html").quiet(),
        ],
        ..race()
    }
}

fn refusal(pill: &str, code: &str, title: &str, lead: &str) -> ErrorPage {
    ErrorPage {
        pill: Pill::new(pill, Tone::Negative),
        code: code.into(),
        title: title.into(),
        lead: lead.into(),
        fact: None,
        actions: vec![Action::link("Back to inbox", "inbox.html").primary()],
        ..race()
    }
}

fn outside_error() -> ErrorOutsidePage {
    ErrorOutsidePage {
        outsider: outsider("Not saved"),
        pill: Pill::new("Not saved", Tone::Negative),
        code: "429 limit.mailbox".into(),
        title: "Too many codes for one mailbox".into(),
        lead: "The next one is possible at 14:20. Nothing you wrote is lost.".into(),
        actions: vec![Action::link("Back to your answers", "#").primary()],
        reference: "01JVK6-9T2M".into(),
    }
}
