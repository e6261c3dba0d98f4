//! The programme around introductions, as the sample has it: a group with its first seats, an ask to all
//! that somebody answered, an offer that waits, and two on the way to become connectors.

use warmpath_app::App;
use warmpath_app::find_person::{self, Described};
use warmpath_app::programme::BlindWords;
use warmpath_app::programme::bulletin::{self, Typed as Asked};
use warmpath_app::programme::groups::{self, Typed as Founded, Wish};
use warmpath_app::programme::offer::{self, Typed as Offered};
use warmpath_app::programme::recruit::{self, Agreement, Move, Typed as Candidate};
use warmpath_app::rows::MemberRow;
use warmpath_app::unit::Unit;
use warmpath_core::contact::Email;
use warmpath_core::id::{PersonId, WorkspaceId};
use warmpath_core::role::Actor;

use super::introductions::may;

/// Trades of the sample's connectors, in their order.
const TRADES: [&str; 5] = ["Energy", "Trustee", "", "Auditor", "Interim management"];

/// Name, mailbox, company, trade, whom they serve.
const CANDIDATES: [[&str; 5]; 2] = [
    ["Jasper Olde", "jasper@olde-recht.example", "Olde Recht", "Lawyer", "CFOs of makers"],
    [
        "Carla Mestre",
        "carla@mestre-seguros.example",
        "Mestre Seguros",
        "Insurance",
        "CFOs in Iberia",
    ],
];

/// Lives through it.
pub(super) async fn happen(
    app: &App,
    members: &[MemberRow],
    connectors: &[PersonId],
) -> anyhow::Result<()> {
    group(app, members, connectors).await?;
    asks_and_offers(app, members, connectors).await?;
    candidates(app, members).await
}

async fn group(app: &App, members: &[MemberRow], connectors: &[PersonId]) -> anyhow::Result<()> {
    let typed = Founded {
        name: "Rhine table".to_owned(),
        purpose: "People who serve the same heads of finance, and introduce each other.".to_owned(),
        mode: "formal".to_owned(),
        criteria: "Ten years in their trade, and nobody sells anything at the table.".to_owned(),
        keeper: None,
        call_days: 30,
        event_days: 91,
    };
    let id = groups::save(app, &may(members, "Lena")?, None, &typed).await?;
    for (person, trade) in connectors.iter().zip(TRADES).filter(|(_, trade)| !trade.is_empty()) {
        let wish = Wish { person: Some(*person), trade: trade.to_owned(), competes: Vec::new() };
        groups::admit(app, &may(members, "Lena")?, id, &wish, false).await?;
    }
    Ok(())
}

async fn asks_and_offers(
    app: &App,
    members: &[MemberRow],
    connectors: &[PersonId],
) -> anyhow::Result<()> {
    let words = |role: &str, industry: &str, topic: &str| BlindWords {
        role: role.to_owned(),
        industry: industry.to_owned(),
        size: "500 to 1,000 people".to_owned(),
        topic: topic.to_owned(),
    };
    let typed = Asked {
        words: words("Head of group accounting", "packaging", "closing in three countries"),
        benefit: "They can compare their close with a peer.".to_owned(),
        target: None,
        profile: String::new(),
        days: 21,
    };
    let id = bulletin::ask(app, &may(members, "Maya")?, &typed).await?;
    let ws = workspace(members)?;
    if let [first, second, ..] = connectors {
        for (who, said) in [(first, ("may_know", "well")), (second, ("pass", ""))] {
            let actor = Actor::Connector(*who);
            bulletin::answer_as(app, (ws, *who), id, said, actor).await?;
        }
        let typed = Offered {
            words: words("CFO", "bearings", "one ledger for two plants"),
            how_well: "well".to_owned(),
        };
        offer::make_as(app, (ws, *second), &typed, Actor::Connector(*second)).await?;
    }
    Ok(())
}

fn workspace(members: &[MemberRow]) -> anyhow::Result<WorkspaceId> {
    use anyhow::Context as _;
    Ok(members.first().context("a member")?.workspace)
}

async fn candidates(app: &App, members: &[MemberRow]) -> anyhow::Result<()> {
    for (n, [name, email, company, trade, serves]) in CANDIDATES.into_iter().enumerate() {
        let mut unit = Unit::new(app, workspace(members)?);
        let described = Described {
            name: name.to_owned(),
            email: Some(Email::parse(email)?),
            title: "Partner".to_owned(),
            company: company.to_owned(),
            source: "member".to_owned(),
            ..Described::default()
        };
        let person = find_person::run(app, &mut unit, &described).await?.person.id;
        unit.commit("").await?;
        let typed = Candidate {
            person: Some(person),
            trade: trade.to_owned(),
            serves: serves.to_owned(),
            competing: false,
            brief: None,
        };
        recruit::add(app, &may(members, "Lena")?, &typed).await?;
        if n == 0 {
            agreed_with(app, members, person).await?;
        }
    }
    Ok(())
}

/// One of them came as far as an agreement.
async fn agreed_with(app: &App, members: &[MemberRow], person: PersonId) -> anyhow::Result<()> {
    let step = |to: &str, offer: &str| Move {
        to: to.to_owned(),
        offer: offer.to_owned(),
        reason: String::new(),
    };
    let offered = "A seat at our table of heads of finance in May.";
    recruit::advance(app, &may(members, "Lena")?, person, &step("approached", offered)).await?;
    recruit::advance(app, &may(members, "Lena")?, person, &step("talking", "")).await?;
    let agreement = Agreement {
        what: "Introduces us to heads of finance whom he knows well.".to_owned(),
        how_often: "One ask a month".to_owned(),
        in_return: "The same from us, and our figures of the quarter.".to_owned(),
    };
    recruit::agree(app, &may(members, "Lena")?, person, &agreement).await?;
    recruit::advance(app, &may(members, "Lena")?, person, &step("agreed", "")).await?;
    Ok(())
}
