//! The prospect's pages: the question, what became of the answer, and the way back. They work
//! without script and without account; GET shows, POST answers.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use warmpath_app::answer_opt_in::{self as use_case, Answered};
use warmpath_app::error::LinkTrouble;
use warmpath_app::{Failure, rows};
use warmpath_core::consent::{Answer, Channel};
use warmpath_core::contact::{Email, Phone};

use crate::form::Fields;
use crate::refuse::{render, render_with, status};
use crate::server::Face;
use crate::view::Outsider;
use crate::view::answer::{
    AnswerPage, AnswerWords, AnsweredPage, OutsideMessagePage, WhoGets, WithdrawPage,
};
use crate::view::part::{
    Avatar, AvatarSize, Check, Choice, Choices, ErrorSummary, Field, FieldKind, HumanWords,
};
use crate::words::{Words, number_word};

/// The frame for people without an account.
pub fn outsider(workspace: &rows::WorkspaceRow, title: &str, language: &str) -> Outsider {
    Outsider {
        title: title.to_owned(),
        sender: format!("{}, {}.", workspace.name, workspace.trade),
        privacy_mail: workspace.privacy_contact.clone(),
        language: language.to_owned(),
        ..Outsider::default()
    }
}

/// A link without its token looks like any other that is not one.
pub async fn nothing() -> Response {
    over(&Failure::Link(LinkTrouble::Unknown))
}

/// Shows the question.
pub async fn show(State(face): State<Face>, Path(token): Path<String>) -> Response {
    match use_case::page(&face.app, &token).await {
        Ok(found) => render(&page(&face, &token, &found, &Fields::default())),
        Err(failure) => over(&failure),
    }
}

fn page(face: &Face, token: &str, found: &use_case::AnswerPage, typed: &Fields) -> AnswerPage {
    let wording = &found.wording;
    let words = Words::new(&found.workspace.zone, face.app.now());
    let german = wording.language == "de";
    let mut frame = outsider(&found.workspace, &wording.heading, &wording.language);
    frame.through = match german {
        true => format!("Gefragt durch {}", found.referrer.name),
        false => format!("Asked through {}", found.referrer.name),
    };
    frame.footer = vec![
        wording.footer.clone(),
        format!(
            "Wording {}. This link was made for {}{}, works once and ends on {}.",
            wording.version,
            found.person.name,
            found.mailbox.as_ref().map(|m| format!(" ({m})")).unwrap_or_default(),
            words.day(found.ends)
        ),
    ];
    AnswerPage {
        outsider: frame,
        title: wording.heading.clone(),
        lead: wording.lead.clone(),
        words: found.words.as_ref().map(|text| human_words(text, found)),
        action: format!("/a/{token}"),
        nonce: found.nonce.clone(),
        errors: ErrorSummary::default(),
        answers: choices(wording, typed),
        reach: reach(found, typed),
        sharing: Some((
            "share".to_owned(),
            match german {
                true => format!("{} darf erfahren, ob ein Treffen war", found.referrer.name),
                false => format!("{} may hear whether a meeting took place", found.referrer.name),
            },
        )),
        sharing_kept: typed.has("share"),
        say: if german { in_german() } else { AnswerWords::default() },
        who_gets: wording
            .who_gets_what
            .iter()
            .map(|(who, gets)| WhoGets {
                who: who.clone(),
                what_they_are: String::new(),
                gets: gets.clone(),
            })
            .collect(),
    }
}

fn in_german() -> AnswerWords {
    AnswerWords {
        send: "Antwort senden",
        change: "Sie können es sich jederzeit anders überlegen, mit dem Link in jeder Nachricht.",
        who_gets: "Wenn Sie Ja sagen: wer was bekommt",
    }
}

fn human_words(text: &rows::TextRow, found: &use_case::AnswerPage) -> HumanWords {
    let referrer = &found.referrer;
    let role = [referrer.title.as_str(), referrer.company.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let caption = if role.is_empty() {
        format!("{}, to {}", referrer.name, found.workspace.name)
    } else {
        format!("{}, {role}, to {}", referrer.name, found.workspace.name)
    };
    HumanWords {
        paragraphs: text.body.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect(),
        caption,
        avatar: Some(Avatar::of(&referrer.name, &referrer.id.to_string()).sized(AvatarSize::Small)),
        ..HumanWords::default()
    }
}

fn choices(wording: &warmpath_app::wording::Wording, typed: &Fields) -> Choices {
    let german = wording.language == "de";
    let say = |english: &'static str, deutsch: &'static str| if german { deutsch } else { english };
    let choice = |value: &str, title: &str, consequence: &str, inner: Vec<Check>| Choice {
        value: value.to_owned(),
        title: title.to_owned(),
        consequence: consequence.to_owned(),
        checked: typed.get("answer") == value,
        inner,
    };
    let ticked = |value: &str| typed.all("channel").any(|c| c == value);
    let channel = |value: &str, label: &str| Check {
        name: "channel".to_owned(),
        value: value.to_owned(),
        label: label.to_owned(),
        checked: ticked(value),
        ..Check::default()
    };
    let channels = vec![
        channel("email", say("By e-mail", "Per E-Mail")),
        channel("phone", say("By phone", "Per Telefon")),
    ];
    Choices {
        name: "answer".to_owned(),
        legend: say("What would you like?", "Was möchten Sie?").to_owned(),
        choices: vec![
            choice("yes", say("Yes, get in touch", "Ja, melden Sie sich"), &wording.yes, channels),
            choice("later", say("Later", "Später"), &wording.later, Vec::new()),
            choice("no", say("No, thank you", "Nein, danke"), &wording.no, Vec::new()),
            choice(
                "not_me",
                say("This is not for me", "Das ist nicht für mich"),
                say(
                    "The link reached the wrong person. It ends, and nobody uses your details.",
                    "Der Link hat die falsche Person erreicht. Er endet, und niemand nutzt Ihre \
                     Daten.",
                ),
                Vec::new(),
            ),
        ],
        ..Choices::default()
    }
}

fn reach(found: &use_case::AnswerPage, typed: &Fields) -> Vec<Field> {
    let mut fields = Vec::new();
    let (email, mail_hint, phone, call_hint) = match found.wording.language.as_str() {
        "de" => (
            "Ihre E-Mail",
            "Nur für ein Ja per E-Mail",
            "Ihr Telefon",
            "Nur für ein Ja per Telefon",
        ),
        _ => ("Your e-mail", "Only for a yes by e-mail", "Your phone", "Only for a yes by phone"),
    };
    if found.mailbox.is_none() {
        let field = Field::of(FieldKind::Email, "email", email, typed.get("email"));
        fields.push(field.hint(mail_hint).autocomplete("email"));
    }
    if !found.phone_known {
        let field = Field::of(FieldKind::Phone, "phone", phone, typed.get("phone"));
        fields.push(field.hint(call_hint).autocomplete("tel"));
    }
    fields
}

/// Takes the answer.
pub async fn send(
    State(face): State<Face>,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let answered = match read(&fields, &headers) {
        Ok(answered) => answered,
        Err(failure) => return again(&face, &token, &fields, &failure).await,
    };
    let found = match use_case::page(&face.app, &token).await {
        Ok(found) => Some(found),
        Err(Failure::Link(LinkTrouble::Used)) => None,
        Err(failure) => return over(&failure),
    };
    match use_case::answer(&face.app, &token, &answered).await {
        Ok(outcome) if outcome.other_stands => {
            render_with(StatusCode::CONFLICT, &after(found.as_ref(), &outcome))
        }
        Ok(outcome) => render(&after(found.as_ref(), &outcome)),
        Err(failure @ Failure::Invalid(_)) => again(&face, &token, &fields, &failure).await,
        Err(failure) => over(&failure),
    }
}

fn read(fields: &Fields, headers: &HeaderMap) -> Result<Answered, Failure> {
    let answer: Answer = fields
        .get("answer")
        .parse()
        .map_err(|_| Failure::invalid("answer", "answer_missing", "Choose one of the answers."))?;
    let email = fields.trimmed("email");
    let email = (!email.is_empty() && answer == Answer::Yes)
        .then(|| Email::parse(email))
        .transpose()
        .map_err(|e| Failure::invalid("email", "email_invalid", e.to_string()))?;
    let phone = fields.trimmed("phone");
    let phone = (!phone.is_empty() && answer == Answer::Yes)
        .then(|| Phone::parse(phone, None))
        .transpose()
        .map_err(|e| Failure::invalid("phone", "phone_invalid", e.to_string()))?;
    let agent = headers.get("user-agent").and_then(|v| v.to_str().ok()).unwrap_or_default();
    Ok(Answered {
        nonce: fields.get("nonce").to_owned(),
        answer,
        channels: Channel::ALL
            .iter()
            .copied()
            .filter(|c| fields.all("channel").any(|v| v == c.as_str()))
            .collect(),
        email,
        phone,
        share_milestones: fields.get("share") == "yes" || fields.get("share") == "on",
        origin: agent.chars().take(200).collect(),
    })
}

async fn again(face: &Face, token: &str, fields: &Fields, failure: &Failure) -> Response {
    let found = match use_case::page(&face.app, token).await {
        Ok(found) => found,
        Err(over_failure) => return over(&over_failure),
    };
    let mut page = page(face, token, &found, fields);
    page.outsider.title = format!("Error: {}", page.outsider.title);
    if let Failure::Invalid(problems) = failure {
        page.errors = ErrorSummary {
            title: if problems.len() == 1 {
                "One answer needs a look".to_owned()
            } else {
                format!("{} answers need a look", number_word(problems.len()))
            },
            errors: problems.iter().map(|p| (p.field.clone(), p.message.clone())).collect(),
        };
        for problem in problems {
            if problem.field == "answer" || problem.field == "channels" {
                page.answers.error.clone_from(&problem.message);
            }
            for field in page.reach.iter_mut().filter(|f| f.name == problem.field) {
                field.error.clone_from(&problem.message);
            }
        }
    }
    render_with(status(failure), &page)
}

fn after(found: Option<&use_case::AnswerPage>, outcome: &use_case::Outcome) -> AnsweredPage {
    let name = found.map_or("", |f| f.workspace.name.as_str());
    let referrer = found.map_or("", |f| f.referrer.name.as_str());
    let (title, lead) = match outcome.answer {
        Answer::Yes => (
            "Thank you. You will hear from one person.".to_owned(),
            format!("Somebody of {name} gets in touch once, the way you ticked, to find a time."),
        ),
        Answer::Later => (
            "Good. Later, then.".to_owned(),
            "You get one reminder in three months. Nothing before.".to_owned(),
        ),
        Answer::No => (
            "Thank you for saying so.".to_owned(),
            format!("Nobody contacts you. What {referrer} told us is deleted."),
        ),
        Answer::NotMe => (
            "Thank you for telling us.".to_owned(),
            "This link has ended. Nobody uses your details.".to_owned(),
        ),
    };
    let frame = match found {
        Some(f) => outsider(&f.workspace, &title, &f.wording.language),
        None => Outsider {
            title: title.clone(),
            sender: "Warmpath".to_owned(),
            language: "en".to_owned(),
            ..Outsider::default()
        },
    };
    AnsweredPage {
        outsider: frame,
        title,
        lead,
        receipt_href: outcome
            .withdraw_url
            .as_ref()
            .map(|url| format!("{url}/receipt"))
            .unwrap_or_default(),
        withdraw_href: outcome.withdraw_url.clone().unwrap_or_default(),
        ..AnsweredPage::default()
    }
}

/// A link that does not work: the same words for every link that is not one.
fn over(failure: &Failure) -> Response {
    let (title, lead) = match failure {
        Failure::Link(LinkTrouble::Used) => {
            ("This link has been used", "If that was not you, tell whoever passed it on.")
        }
        Failure::Link(LinkTrouble::Ended) => {
            ("This link has ended", "Whoever passed it on can make a new one. Nothing was changed.")
        }
        Failure::Link(LinkTrouble::NoPage) => {
            ("Please open the page first", "Nothing was changed. Open the link again and answer.")
        }
        Failure::Link(LinkTrouble::Unknown) => (
            "This link does not work",
            "It may have been cut off on its way. Ask whoever passed it on to send it again.",
        ),
        other => return crate::refuse::page(None, other),
    };
    let page = OutsideMessagePage {
        outsider: Outsider {
            title: title.to_owned(),
            sender: "Warmpath".to_owned(),
            language: "en".to_owned(),
            ..Outsider::default()
        },
        title: title.to_owned(),
        lead: lead.to_owned(),
        links: Vec::new(),
    };
    render_with(status(failure), &page)
}

/// The page behind the link in every later message.
pub async fn withdraw_page(State(face): State<Face>, Path(token): Path<String>) -> Response {
    match use_case::withdraw_page(&face.app, &token).await {
        Ok(found) => {
            let name = &found.workspace.name;
            let mut frame = outsider(&found.workspace, "Stop everything", "en");
            frame.footer = vec![found.workspace.legal_name.clone()];
            render(&WithdrawPage {
                outsider: frame,
                title: "Stop everything?".to_owned(),
                lead: format!("You allowed {name} to get in touch for {}.", found.consent.purpose),
                consequences: vec![
                    "Nobody writes or calls any more, from this moment.".to_owned(),
                    "What your referrer told us about you is deleted.".to_owned(),
                    "A proof that you stopped it stays, without your name.".to_owned(),
                ],
                action: format!("/w/{token}"),
                nonce: found.nonce,
                button: "Stop and delete".to_owned(),
                keep_href: String::new(),
            })
        }
        Err(failure) => over(&failure),
    }
}

/// Takes the consent back.
pub async fn withdraw(State(face): State<Face>, Path(token): Path<String>) -> Response {
    match use_case::withdraw(&face.app, &token).await {
        Ok(_) => render(&OutsideMessagePage {
            outsider: Outsider {
                title: "Stopped".to_owned(),
                sender: "Warmpath".to_owned(),
                language: "en".to_owned(),
                ..Outsider::default()
            },
            title: "Done. Everything has stopped.".to_owned(),
            lead: "Nobody writes or calls any more. What was told about you is deleted.".to_owned(),
            links: Vec::new(),
        }),
        Err(failure) => over(&failure),
    }
}
