//! Introductions of the sample: every state, reached through the use cases a person or a link would
//! run.

use std::collections::BTreeMap;

use anyhow::Context as _;
use warmpath_app::find_person::{self, Described};
use warmpath_app::introduce::add_connector::{self, Typed};
use warmpath_app::introduce::answer_as_connector::{self as connector_side, Said};
use warmpath_app::introduce::answer_as_target::{self as target_side, Said as Answer};
use warmpath_app::introduce::ask_connector::{self, How};
use warmpath_app::introduce::request::{self, Wanted};
use warmpath_app::introduce::{deliver, dossier, keep_goodwill, move_introduction, tell_connector};
use warmpath_app::policy::{Grant, Permission, grant};
use warmpath_app::programme::authority::{self, Verified};
use warmpath_app::rows::MemberRow;
use warmpath_app::unit::Unit;
use warmpath_core::contact::Email;
use warmpath_core::id::{IntroductionId, PersonId};
use warmpath_core::introduction::goodwill::{ConnectorStage, GoodwillKind};
use warmpath_core::introduction::{Action, Reveal};

use super::history::Past;
use super::programme;
use crate::import::principal_of;

/// Name, mailbox, role, company.
type Person = (&'static str, &'static str, &'static str, &'static str);

const CONNECTORS: [Person; 5] = [
    ("Henrik Dahl", "henrik.dahl@nordlys.example", "CFO", "Nordlys Kraft"),
    ("Ines Duarte", "ines@duarte-treuhand.example", "Partner", "Duarte Treuhand"),
    ("Rosa Lindqvist", "rosa@corvane.example", "Customer success", "Corvane"),
    ("Bengt Wallin", "bengt@wallin-revision.example", "Auditor", "Wallin Revision"),
    ("Marlene Hoff", "m.hoff@hoff-interim.example", "Interim CFO", "Hoff Interim"),
];

/// A target, and what may be said of them: industry, size, topic.
type Target = (Person, [&'static str; 3]);

const TARGETS: [Target; 8] = [
    (
        ("Signe Lauritzen", "signe@ostgaard.example", "VP Finance", "Ostgaard Shipping"),
        ["shipping", "1,000 to 2,000 people", "closing eleven vessels in one week"],
    ),
    (
        ("Bruno Keller", "b.keller@rhaetia.example", "CFO", "Rhätia Maschinen"),
        ["machinery", "500 to 1,000 people", "one ledger after a merger"],
    ),
    (
        ("Anselm Richter", "a.richter@weidenau.example", "CFO", "Weidenau Guss"),
        ["metal casting", "500 to 1,000 people", "closing five plants in one week"],
    ),
    (
        ("Liv Sandberg", "liv@fjordmat.example", "Group controller", "Fjordmat"),
        ["food", "2,000 to 5,000 people", "intercompany differences at month end"],
    ),
    (
        ("Nils Aschenbach", "n.aschenbach@klinikum-ost.example", "CFO", "Klinikum Ost"),
        ["healthcare", "2,000 to 5,000 people", "an audit trail for accruals"],
    ),
    (
        ("Greta Moll", "greta@mollchemie.example", "CFO", "Moll Chemie"),
        ["chemicals", "1,000 to 2,000 people", "closing before the tenth"],
    ),
    (
        ("Pelle Strand", "pelle@strandbygg.example", "Finance director", "Strand Bygg"),
        ["construction", "200 to 500 people", "cost to complete in the close"],
    ),
    (
        ("Undine Wolff", "undine@wolff-retail.example", "FP&A lead", "Wolff Retail"),
        ["retail", "200 to 500 people", "a rolling forecast from actuals"],
    ),
];

const OWN: &str = "We spoke about exactly this at the controllers' day.";

/// What happens in a story.
#[derive(Debug, Clone, Copy)]
pub(super) enum Beat {
    /// Connectors are thought of, given something, and agree.
    Recruit,
    /// Something is given to a connector.
    Give(usize, GoodwillKind),
    /// A seller asks for the n-th target through a connector, with the next on the shortlist.
    Begin(usize, usize, usize, &'static str),
    /// The connector of the n-th is asked.
    Ask(usize),
    /// The connector says this.
    Connector(usize, Word),
    /// The target says yes or no.
    Target(usize, bool),
    /// The introduction is made, and the connector thanked.
    Deliver(usize),
    /// What became of it.
    Outcome(usize, Action),
    /// The connector is told.
    Tell(usize, &'static str),
    /// A group, an ask to all with an answer, an offer, somebody on the way to become a connector.
    Programme,
}

/// What a connector says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Word {
    /// Tell me who it is.
    Willing,
    /// I ask them, and here is my text.
    Asks,
    /// I would rather not.
    No,
}

/// (Hours before now, what happens). Every state of the three tracks is reached by one of them.
pub(super) const BEATS: &[(i64, Beat)] = &[
    (24 * 88, Beat::Recruit),
    (24 * 70, Beat::Begin(0, 0, 1, "Maya")),
    (24 * 69, Beat::Ask(0)),
    (24 * 68, Beat::Connector(0, Word::Willing)),
    (24 * 67, Beat::Connector(0, Word::Asks)),
    (24 * 64, Beat::Target(0, true)),
    (24 * 63, Beat::Deliver(0)),
    (24 * 58, Beat::Outcome(0, Action::LogMeeting)),
    (24 * 58 - 2, Beat::Tell(0, "You met the right person for us. They met last week.")),
    (24 * 45, Beat::Give(0, GoodwillKind::Intelligence)),
    (24 * 40, Beat::Outcome(0, Action::OpenOpportunity)),
    (24 * 20, Beat::Outcome(0, Action::Win)),
    (24 * 19, Beat::Tell(0, "It became a deal. It began with you. Thank you.")),
    (24 * 33, Beat::Begin(1, 1, 3, "Jonas")),
    (24 * 32, Beat::Ask(1)),
    (24 * 31, Beat::Connector(1, Word::Willing)),
    (24 * 30, Beat::Connector(1, Word::Asks)),
    (24 * 26, Beat::Target(1, true)),
    (24 * 5, Beat::Begin(2, 0, 4, "Maya")),
    (24 * 5 - 2, Beat::Ask(2)),
    (24 * 4, Beat::Connector(2, Word::Willing)),
    (24 * 4 - 3, Beat::Connector(2, Word::Asks)),
    (30, Beat::Target(2, true)),
    (24 * 25, Beat::Deliver(1)),
    (24 * 3, Beat::Outcome(1, Action::LogMeeting)),
    (24 * 6, Beat::Begin(3, 2, 1, "Petra")),
    (24 * 5, Beat::Ask(3)),
    (24 * 3, Beat::Connector(3, Word::Willing)),
    (24 * 7, Beat::Begin(4, 3, 2, "Jonas")),
    (24 * 6, Beat::Ask(4)),
    (24 * 5, Beat::Connector(4, Word::Willing)),
    (24 * 4, Beat::Connector(4, Word::Asks)),
    (24 * 2, Beat::Begin(5, 4, 3, "Maya")),
    (24 * 2 - 3, Beat::Ask(5)),
    (24 * 16, Beat::Begin(6, 1, 4, "Tomas")),
    (24 * 15, Beat::Ask(6)),
    (24 * 13, Beat::Connector(6, Word::No)),
    (24 * 9, Beat::Give(1, GoodwillKind::GiveIntroduction)),
    (20, Beat::Begin(7, 1, 4, "Tomas")),
    (18, Beat::Programme),
];

/// What was made so far.
#[derive(Default)]
pub(super) struct Tales {
    connectors: Vec<PersonId>,
    made: BTreeMap<usize, (IntroductionId, String)>,
}

/// That somebody decides, as the sample verifies it.
fn decides() -> Verified {
    Verified {
        topic: "finance software".to_owned(),
        holds: "holds".to_owned(),
        evidence: "The annual report names the post as the one that signs.".to_owned(),
        ..Verified::default()
    }
}

pub(super) fn may<A: Permission>(members: &[MemberRow], first: &str) -> anyhow::Result<Grant<A>> {
    let member = members.iter().find(|m| m.name.starts_with(first)).context(first.to_owned())?;
    Ok(grant::<A>(&principal_of(member))?)
}

impl Tales {
    /// Lives through one of them.
    pub(super) async fn happen(
        &mut self,
        past: &Past,
        members: &[MemberRow],
        beat: Beat,
    ) -> anyhow::Result<()> {
        let app = &past.house.app;
        match beat {
            Beat::Recruit => self.recruit(past, members).await?,
            Beat::Programme => programme::happen(app, members, &self.connectors).await?,
            Beat::Give(connector, kind) => {
                let id = self.connectors[connector];
                keep_goodwill::run(app, &may(members, "Lena")?, id, kind).await?;
            }
            Beat::Begin(n, connector, next, who) => {
                let wanted = self.wanted(past, members, (n, connector, next)).await?;
                let id = request::run(app, &may(members, who)?, &wanted).await?;
                self.made.insert(n, (id, who.to_owned()));
            }
            Beat::Ask(n) => {
                let (id, who) = self.of(n)?;
                let grant = may(members, &who)?;
                let target = dossier::load(app, grant.workspace(), id).await?.row.target;
                authority::verify(app, &grant, target, &decides()).await?;
                let draft = ask_connector::draft(app, &grant, id).await?;
                let text = (draft.text.as_str(), OWN);
                ask_connector::send(app, &grant, id, text, How::Click).await?;
            }
            Beat::Connector(n, word) => self.connector(past, members, n, word).await?,
            Beat::Target(n, yes) => self.target(past, members, n, yes).await?,
            Beat::Deliver(n) => self.deliver(past, members, n).await?,
            Beat::Outcome(n, action) => {
                let (id, who) = self.of(n)?;
                move_introduction::run(app, &may(members, &who)?, id, action, None).await?;
            }
            Beat::Tell(n, text) => {
                let (id, who) = self.of(n)?;
                tell_connector::run(app, &may(members, &who)?, id, text).await?;
            }
        }
        Ok(())
    }

    fn of(&self, n: usize) -> anyhow::Result<(IntroductionId, String)> {
        self.made.get(&n).cloned().with_context(|| format!("the introduction {n} is not made yet"))
    }

    async fn recruit(&mut self, past: &Past, members: &[MemberRow]) -> anyhow::Result<()> {
        let app = &past.house.app;
        for (name, email, title, company) in CONNECTORS {
            let typed = Typed {
                name: name.to_owned(),
                email: email.to_owned(),
                title: title.to_owned(),
                company: company.to_owned(),
            };
            let id = add_connector::run(app, &may(members, "Lena")?, &typed).await?;
            let give = GoodwillKind::GiveIntroduction;
            keep_goodwill::run(app, &may(members, "Lena")?, id, give).await?;
            let stage = ConnectorStage::Active;
            keep_goodwill::stage(app, &may(members, "Lena")?, id, stage).await?;
            self.connectors.push(id);
        }
        Ok(())
    }

    async fn wanted(
        &self,
        past: &Past,
        members: &[MemberRow],
        (n, connector, next): (usize, usize, usize),
    ) -> anyhow::Result<Wanted> {
        let app = &past.house.app;
        let ((name, email, title, company), [industry, size, topic]) = TARGETS[n];
        let workspace = members.first().context("a member")?.workspace;
        let mut unit = Unit::new(app, workspace);
        let described = Described {
            name: name.to_owned(),
            email: Some(Email::parse(email)?),
            title: title.to_owned(),
            company: company.to_owned(),
            source: "import".to_owned(),
            ..Described::default()
        };
        let found = find_person::run(app, &mut unit, &described).await?;
        unit.commit("").await?;
        Ok(Wanted {
            target: found.person.id,
            connector: self.connectors[connector],
            shortlist: vec![self.connectors[next]],
            role: title.to_owned(),
            industry: industry.to_owned(),
            size: size.to_owned(),
            topic: topic.to_owned(),
            benefit: "They can compare their close with a peer.".to_owned(),
            problem: format!("you both work on {topic}"),
            proof: "a plant in Halden went from 12 days to 5".to_owned(),
            reveal: Reveal::Company,
            deal: None,
            profile: String::new(),
        })
    }

    async fn token(&self, past: &Past, members: &[MemberRow], n: usize) -> anyhow::Result<String> {
        let (id, _) = self.of(n)?;
        let workspace = members.first().context("a member")?.workspace;
        let dossier =
            warmpath_app::introduce::dossier::load(&past.house.app, workspace, id).await?;
        Ok(connector_side::token_for(&past.house.app, &dossier).await?)
    }

    async fn connector(
        &self,
        past: &Past,
        members: &[MemberRow],
        n: usize,
        word: Word,
    ) -> anyhow::Result<()> {
        let app = &past.house.app;
        let token = self.token(past, members, n).await?;
        let said = match word {
            Word::Willing => Said::Willing,
            Word::Asks => Said::Agree,
            Word::No => Said::No("wrong_time".to_owned()),
        };
        let page = connector_side::page(app, &token).await?;
        connector_side::answer(app, &token, &page.nonce, &said, "").await?;
        if matches!(word, Word::Asks) {
            let page = connector_side::page(app, &token).await?;
            let text = (page.proposal.as_str(), OWN);
            connector_side::propose(app, &token, &page.nonce, text).await?;
        }
        Ok(())
    }

    async fn target(
        &self,
        past: &Past,
        members: &[MemberRow],
        n: usize,
        yes: bool,
    ) -> anyhow::Result<()> {
        let app = &past.house.app;
        let token = self.token(past, members, n).await?;
        let page = connector_side::page(app, &token).await?;
        let text = page.passed_on.context("a text was passed on")?.text;
        let link = text.split_whitespace().find(|word| word.contains("/t/")).context("a link")?;
        let token = link.rsplit('/').next().unwrap_or_default();
        let page = target_side::page(app, token).await?;
        let said = if yes { Answer::Yes } else { Answer::No };
        target_side::answer(app, token, &page.nonce, (&said, None), "").await?;
        Ok(())
    }

    async fn deliver(&self, past: &Past, members: &[MemberRow], n: usize) -> anyhow::Result<()> {
        let app = &past.house.app;
        let token = self.token(past, members, n).await?;
        let page = connector_side::page(app, &token).await?;
        let message = page.message.context("both said yes")?;
        let text = (message.text.as_str(), OWN);
        deliver::run(app, &token, &page.nonce, text, How::Click).await?;
        let (id, who) = self.of(n)?;
        let thanks = "Thank you. You two are the right ones to talk.";
        tell_connector::thank(app, &may(members, &who)?, id, thanks).await?;
        Ok(())
    }
}
