//! The five doors, each walked as its own people would walk it.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use warmpath_core::role::Role;

use super::client::{Ask, Visitor};
use super::{Check, path_of};

/// A door.
#[derive(Debug, Clone, Copy)]
pub(super) enum Door {
    Form,
    Portal,
    PersonalLink,
    Api,
    Csv,
}

/// All of them.
pub(super) const ALL: [Door; 5] =
    [Door::Form, Door::Portal, Door::PersonalLink, Door::Api, Door::Csv];

impl Door {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Portal => "portal",
            Self::PersonalLink => "personal link",
            Self::Api => "api",
            Self::Csv => "csv import",
        }
    }

    /// Whom this run introduces by this door: somebody of a company of their own.
    fn person(self, stamp: &str) -> Person {
        let (name, company, domain) = match self {
            Self::Form => ("Priya Raman", "Northmere Foods", "northmere"),
            Self::Portal => ("Joren Claes", "Scheldekade Logistics", "scheldekade"),
            Self::PersonalLink => ("Marit Solheim", "Fjordlys Marine", "fjordlys"),
            Self::Api => ("Ottilie Krantz", "Krantz Feinwerk", "krantz-feinwerk"),
            Self::Csv => ("Duarte Leal", "Ribeira Azul", "ribeira-azul"),
        };
        Person {
            name,
            company,
            email: format!("{}@{domain}-{stamp}.example", name.replace(' ', ".").to_lowercase()),
        }
    }
}

struct Person {
    name: &'static str,
    company: &'static str,
    email: String,
}

/// A referral that waits for the person's answer.
pub(super) struct HandedOver {
    pub(super) referral: String,
    pub(super) person: &'static str,
    pub(super) email: String,
    pub(super) answer_token: String,
}

/// What somebody writes about the person.
const WORDS: &str = "Her close still takes eleven days, and she asked me who helps with that.";

/// Who refers, where it is somebody outside: a customer of the sample's CRM.
const REFERRER: (&str, &str) = ("Dario Moretti", "dario.moretti@almar.example");

impl Check {
    /// Hands a person over by this door, up to the link that is passed on to them.
    pub(super) async fn hand_over(&self, door: Door) -> anyhow::Result<HandedOver> {
        let person = door.person(&self.stamp);
        let status = match door {
            Door::Form => self.by_form(&person).await?,
            Door::Portal => self.by_portal(&person).await?,
            Door::PersonalLink => self.by_personal_link(&person).await?,
            Door::Api => self.by_api(&person).await?,
            Door::Csv => self.by_csv(&person).await?,
        };
        let mut referrer = Visitor::new(self.address);
        let page = referrer.get(path_of(&status)).await.context("the referrer's status page")?;
        Ok(HandedOver {
            referral: self.find(&person.email).await?,
            person: person.name,
            answer_token: page.token("/a/")?,
            email: person.email,
        })
    }

    async fn by_form(&self, person: &Person) -> anyhow::Result<String> {
        let mut csm = self.sign_in_as(Role::Csm).await?;
        self.fill_in(&mut csm, "/hand-over", person).await
    }

    async fn by_portal(&self, person: &Person) -> anyhow::Result<String> {
        let mut partner = self.sign_in_as(Role::Partner).await?;
        self.fill_in(&mut partner, "/portal", person).await
    }

    /// A colleague makes the link; its holder proves the mailbox with the code that was mailed.
    async fn by_personal_link(&self, person: &Person) -> anyhow::Result<String> {
        let mut revops = self.sign_in_as(Role::Revops).await?;
        let csrf = revops.get("/referrers").await?.field("csrf")?;
        let mailbox = format!("tomasz.{}@halden.example", self.stamp);
        let company = format!("Halden Optik {}", self.stamp);
        let fields = [
            ("csrf", csrf.as_str()),
            ("name", "Tomasz Wolny"),
            ("email", &mailbox),
            ("company", &company),
            ("origin", "customer"),
        ];
        revops.post("/referrers", &fields).await?;
        let listed = revops.get("/referrers").await?;
        let link = format!("/r/{}", listed.after(&company)?.token("/r/")?);
        let mut holder = Visitor::new(self.address);
        holder.get(&link).await?;
        let step = holder.post(&link, &[]).await?.expect(303)?.location;
        let code = self.mailbox_code(&mailbox).await?;
        let form = holder.post(&step, &[("code", &code)]).await?.expect(303)?.location;
        self.fill_in(&mut holder, &form, person).await
    }

    /// The code, as the holder of the mailbox reads it: the demo delivers into a folder.
    async fn mailbox_code(&self, mailbox: &str) -> anyhow::Result<String> {
        let to = format!("To: {mailbox}");
        self.until("the mail with the code", async || {
            for entry in std::fs::read_dir(&self.letters)? {
                let letter = std::fs::read_to_string(entry?.path()).unwrap_or_default();
                let Some((head, body)) = letter.split_once("\r\n\r\n") else { continue };
                let mut words = body.split(|c: char| !c.is_ascii_alphanumeric());
                let code = words.find(|w| w.len() == 6 && w.bytes().all(|b| b.is_ascii_digit()));
                if let Some(code) = code.filter(|_| head.lines().any(|line| line == to)) {
                    return Ok(Some(code.to_owned()));
                }
            }
            Ok(None)
        })
        .await
    }

    /// A program sends the same request twice and gets the same answer.
    async fn by_api(&self, person: &Person) -> anyhow::Result<String> {
        let body = json!({
            "contact": {
                "name": person.name,
                "email": person.email,
                "company": person.company,
                "title": "VP Finance",
                "country": "DE",
            },
            "source": "colleague",
            "type": "direct",
            "context": WORDS,
            "relationship": "business",
        });
        let key = format!("check-{}", self.stamp);
        let mut answers = Vec::new();
        for _ in 0..2 {
            let ask = Ask::post("/v1/referrals", "application/json", body.to_string());
            let answer = self.program().send(ask.header("idempotency-key", &key)).await?;
            answers.push(answer.expect(202)?.json()?);
        }
        ensure!(answers.first() == answers.last(), "the same key got two answers");
        let status = answers.first().and_then(|answer| answer["status_url"].as_str());
        Ok(status.context("no status address")?.to_owned())
    }

    /// Revenue operations upload a file, start it, let the row go on, and find the referrer's page.
    async fn by_csv(&self, person: &Person) -> anyhow::Result<String> {
        let mut revops = self.sign_in_as(Role::Revops).await?;
        let csrf = revops.get("/imports/new").await?.field("csrf")?;
        let header = "name,email,company,role,country,referrer,referrer_email,origin,kind,context";
        let (name, company, email) = (person.name, person.company, &person.email);
        let row = format!(
            "{name},{email},{company},CFO,DE,{},{},customer,direct,\"{WORDS}\"",
            REFERRER.0, REFERRER.1
        );
        let sent = multipart(&csrf, &format!("{header}\n{row}\n"));
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let taken = revops.send(Ask::post("/imports", &kind, sent)).await?.expect(303)?;
        let import = taken.location.split('?').next().unwrap_or_default().to_owned();
        revops.get(&import).await?;
        revops.post(&format!("{import}/start"), &[("csrf", &csrf)]).await?;
        let id = self.until("the imported row", async || self.look_for(email).await).await?;
        // A file is no proof of who refers: it waits until somebody has looked and lets it go on.
        if self.referral(&id).await?["state"] == "held" {
            let path = format!("/v1/referrals/{id}/actions");
            let ask = Ask::post(&path, "application/json", r#"{"action":"release"}"#);
            self.program().send(ask).await?.expect(200)?;
        }
        let found = self.referral(&id).await?;
        Ok(found["status_url"].as_str().context("no page for the referrer")?.to_owned())
    }

    /// Answers the questions of the form on this page; the status page that follows.
    async fn fill_in(
        &self,
        visitor: &mut Visitor,
        path: &str,
        person: &Person,
    ) -> anyhow::Result<String> {
        let page = visitor.get(path).await?;
        let key = page.field("idempotency_key")?;
        let csrf = page.field("csrf").unwrap_or_default();
        let fields = [
            ("csrf", csrf.as_str()),
            ("idempotency_key", &key),
            ("name", person.name),
            ("company", person.company),
            ("role", "VP Finance"),
            ("email", &person.email),
            ("relation", "worked_together"),
            ("words", WORDS),
            ("kind", "direct"),
            ("knows", "yes"),
        ];
        Ok(visitor.post(path, &fields).await?.expect(303)?.location)
    }

    async fn find(&self, email: &str) -> anyhow::Result<String> {
        self.look_for(email).await?.with_context(|| format!("no referral of {email} is listed"))
    }

    async fn look_for(&self, email: &str) -> anyhow::Result<Option<String>> {
        let query: String = form_urlencoded::byte_serialize(email.as_bytes()).collect();
        let page = self.program().get(&format!("/v1/referrals?q={query}")).await?.json()?;
        let first: Option<&Value> = page["data"].as_array().and_then(|rows| rows.first());
        Ok(first.and_then(|row| row["id"].as_str()).map(str::to_owned))
    }
}

const BOUNDARY: &str = "warmpath-check-8f2c";

/// The upload form as a browser sends it.
fn multipart(csrf: &str, file: &str) -> String {
    let field = |name: &str, value: &str| {
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    format!(
        "{}{}--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; \
         filename=\"referrals.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--{BOUNDARY}--\r\n",
        field("csrf", csrf),
        field("kind", "referrals")
    )
}
