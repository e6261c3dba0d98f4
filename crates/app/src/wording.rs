//! The words of the answer page and of the text a referrer passes on: versioned and hashed, because
//! a consent is bound to exactly what was shown.

use warmpath_store::table::workspace::WorkspaceRow;

use crate::keys::sha256;

/// The version of the wordings below. Raise it with every change of a word.
pub const VERSION: i64 = 1;

/// The wording of one answer page, as it is shown and stored.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Wording {
    /// The version.
    pub version: i64,
    /// The language, BCP 47.
    pub language: String,
    /// Heading.
    pub heading: String,
    /// What it is about, in one or two sentences.
    pub lead: String,
    /// The one purpose.
    pub purpose: String,
    /// What "yes" means.
    pub yes: String,
    /// What "later" means.
    pub later: String,
    /// What "no" means.
    pub no: String,
    /// Who gets what.
    pub who_gets_what: Vec<(String, String)>,
    /// Sender, basis, end.
    pub footer: String,
}

impl Wording {
    /// SHA-256 of the wording in its stored form.
    pub fn hash(&self) -> Vec<u8> {
        sha256(serde_json::to_string(self).unwrap_or_default().as_bytes())
    }
}

/// The words for one referral.
pub fn answer_page(
    workspace: &WorkspaceRow,
    referrer: &str,
    contact: Option<&str>,
    language: &str,
) -> Wording {
    match language {
        "de" => german(workspace, referrer, contact),
        _ => english(workspace, referrer, contact),
    }
}

fn english(workspace: &WorkspaceRow, referrer: &str, contact: Option<&str>) -> Wording {
    let name = &workspace.name;
    let who = contact.map_or_else(|| format!("One person of {name}"), |c| format!("{c} of {name}"));
    let purpose = format!("one conversation about {}", workspace.trade);
    Wording {
        version: VERSION,
        language: "en".to_owned(),
        heading: format!("{referrer} thinks you and {name} should talk"),
        lead: format!(
            "One conversation about {}. It happens only if you say so, and nobody contacts you \
             until then.",
            workspace.trade
        ),
        yes: format!("{who} writes or calls once to find a time."),
        later: "You get one reminder in three months. Nothing before.".to_owned(),
        no: format!(
            "We delete what {referrer} told us. {referrer} learns only that it did not fit."
        ),
        who_gets_what: vec![
            (who, "Your name, role, company, and the channels you tick above".to_owned()),
            (
                format!("{referrer}, who suggested it"),
                "That you answered. Whether a meeting took place only if you allow it".to_owned(),
            ),
            (
                "Anybody else".to_owned(),
                format!(
                    "Nothing. {name} keeps it for 24 months after the last contact, then \
                         deletes it"
                ),
            ),
        ],
        footer: format!(
            "{}, {}. Basis: your consent, Article 6(1)(a) GDPR.",
            workspace.legal_name, workspace.address
        ),
        purpose,
    }
}

fn german(workspace: &WorkspaceRow, referrer: &str, contact: Option<&str>) -> Wording {
    let name = &workspace.name;
    let who =
        contact.map_or_else(|| format!("Eine Person von {name}"), |c| format!("{c} von {name}"));
    Wording {
        version: VERSION,
        language: "de".to_owned(),
        heading: format!("{referrer} meint, Sie und {name} sollten sprechen"),
        lead: format!(
            "Ein Gespräch über {}. Es findet nur statt, wenn Sie das möchten. Bis dahin meldet sich \
             niemand bei Ihnen.",
            workspace.trade
        ),
        purpose: format!("ein Gespräch über {}", workspace.trade),
        yes: format!("{who} schreibt oder ruft einmal an, um einen Termin zu finden."),
        later: "Sie bekommen in drei Monaten eine Erinnerung. Vorher nichts.".to_owned(),
        no: format!(
            "Wir löschen, was {referrer} uns gesagt hat. {referrer} erfährt nur, dass es nicht \
             gepasst hat."
        ),
        who_gets_what: vec![
            (who, "Name, Rolle, Firma und die Wege, die Sie oben ankreuzen".to_owned()),
            (
                format!("{referrer}, von dem der Vorschlag kommt"),
                "Dass Sie geantwortet haben. Ob ein Treffen stattfand, nur wenn Sie es erlauben"
                    .to_owned(),
            ),
            (
                "Alle anderen".to_owned(),
                format!(
                    "Nichts. {name} bewahrt es 24 Monate nach dem letzten Kontakt auf und löscht \
                     es dann"
                ),
            ),
        ],
        footer: format!(
            "{}, {}. Grundlage: Ihre Einwilligung, Artikel 6 Absatz 1 Buchstabe a DSGVO.",
            workspace.legal_name, workspace.address
        ),
    }
}

/// The text a referrer can copy and pass on; they may change every word of it.
pub fn pass_on(workspace: &WorkspaceRow, prospect: &str, address: &str, language: &str) -> String {
    let first = prospect.split_whitespace().next().unwrap_or(prospect);
    match language {
        "de" => format!(
            "Hallo {first}, ich habe an dich gedacht, als es um {} ging. Ich arbeite mit {} und \
             glaube, ein Gespräch lohnt sich. Ob sie sich melden dürfen, sagst du hier selbst: \
             {address}",
            workspace.trade, workspace.name
        ),
        _ => format!(
            "Hello {first}, I thought of you when we spoke about {}. I know the people at {} and \
             think a talk is worth your time. Whether they may get in touch is yours to say, here: \
             {address}",
            workspace.trade, workspace.name
        ),
    }
}
