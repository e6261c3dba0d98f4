//! A year of work in bulk: so many stored referrals with their people, words, consents, links,
//! clocks, decisions, thanks and ledger entries, written through the store and numbered by the
//! sequencer. A hundred sellers in ten teams work them; older ones have come to an end, as they do.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use warmpath_app::policy::{ManageSettings, grant};
use warmpath_app::rows::{ClockRow, MemberRow};
use warmpath_app::{App, link, manage_api_keys, member_hours, read_workspace, run_clock};
use warmpath_core::id::{MemberId, PersonId, ReferralId, WorkspaceId};
use warmpath_core::role::Role;
use warmpath_core::sla::{ClockKind, Policy};
use warmpath_store::{ChangeSet, Engine};
use warmpath_testkit::FakeClock;

use super::client::Login;
use super::house;

mod life;
mod rows;

use life::Life;

const TEAMS: usize = 10;
const SELLERS: usize = 100;
const DAYS: i64 = 365;
/// Referrals written in one commit.
const BULK: usize = 50;

/// What the clients need to know of it.
pub(crate) struct Stock {
    /// Sellers with a session, each with some referrals that they own.
    pub(crate) sellers: Vec<(Login, Vec<ReferralId>)>,
    /// Leaders of sales teams with a session.
    pub(crate) managers: Vec<Login>,
    /// Revenue operations, with a session.
    pub(crate) revops: Login,
    /// Keys of programs that read.
    pub(crate) programs: Vec<Login>,
    /// Any referrals.
    pub(crate) referrals: Vec<ReferralId>,
    /// Links to status pages.
    pub(crate) status_links: Vec<String>,
}

/// What every row is made with.
struct Shelf {
    app: App,
    clock: Arc<FakeClock>,
    workspace: WorkspaceId,
    sellers: Vec<MemberRow>,
    lena: MemberId,
    /// A running clock of each kind, to be copied.
    clocks: [ClockRow; 2],
    pathway: warmpath_core::id::PathwayId,
    traces: Vec<(String, String)>,
}

/// Writes it, with `count` referrals, and signs people in.
pub(crate) async fn fill(db: Arc<dyn Engine>, count: usize) -> Stock {
    let now = Timestamp::now();
    let clock = Arc::new(FakeClock::at(now - SignedDuration::from_hours(24 * DAYS)));
    let app = house::app(Arc::clone(&db), Arc::clone(&clock), 11);
    let workspace = house::set_up(&app).await;
    let members = read_workspace::members(&app, workspace).await.expect("read");
    let of = |role: Role| members.iter().find(|m| m.role == role).expect("one of each role");
    let (admin, revops) = (of(Role::Admin).clone(), of(Role::Revops).clone());
    let sellers = colleagues(&app, of(Role::Seller), SELLERS, "Seller").await;
    let managers = colleagues(&app, of(Role::Manager), TEAMS, "Lead").await;
    let shelf = Shelf {
        clocks: clocks(&app, workspace).await,
        traces: life::traces(now),
        pathway: rows::pathway(&app, workspace).await,
        lena: revops.id,
        app,
        clock,
        workspace,
        sellers,
    };
    let (mut referrals, mut links) = (Vec::new(), Vec::new());
    let mut owned = vec![Vec::new(); SELLERS];
    let (mut bulk, mut referrer) = (ChangeSet::new(), None);
    for n in 0..count {
        let age = SignedDuration::from_secs(DAYS * 86_400 * (count - n) as i64 / count as i64);
        shelf.clock.set(now - age);
        let life = Life::of(n, age);
        let made = rows::write(&shelf, n, life, now, &mut referrer, &mut bulk).await;
        referrals.push(made.referral);
        links.push(made.status);
        if let Some(seller) = made.seller {
            owned[seller].push(made.referral);
        }
        if n % BULK == BULK - 1 || n + 1 == count {
            std::mem::take(&mut bulk).apply(&*db).await.expect("stored");
        }
    }
    shelf.clock.set(now);
    warmpath_app::sequence_ledger::run(&shelf.app, workspace).await.expect("numbered");
    let mut stock = Stock {
        sellers: Vec::new(),
        managers: Vec::new(),
        revops: house::sign_in(&shelf.app, &revops, now).await,
        programs: programs(&shelf.app, &admin).await,
        referrals,
        status_links: links,
    };
    for (seller, owned) in shelf.sellers.iter().zip(owned) {
        stock.sellers.push((house::sign_in(&shelf.app, seller, now).await, owned));
    }
    for manager in &managers {
        stock.managers.push(house::sign_in(&shelf.app, manager, now).await);
    }
    stock
}

/// More members like this one, spread over the teams.
async fn colleagues(app: &App, like: &MemberRow, count: usize, name: &str) -> Vec<MemberRow> {
    let made: Vec<MemberRow> = (0..count)
        .map(|n| MemberRow {
            id: app.id::<MemberId>(),
            name: format!("{name} Number{n}"),
            email: format!("{}{n}@corvane.example", name.to_lowercase()),
            team: format!("Team {}", n % TEAMS),
            ..like.clone()
        })
        .collect();
    app.db().apply(made.iter().map(MemberRow::insert).collect()).await.expect("stored");
    made
}

/// A clock of acceptance and one of first contact, as they start now; they are not stored.
async fn clocks(app: &App, workspace: WorkspaceId) -> [ClockRow; 2] {
    let hours = member_hours::of(app, workspace, None).await.expect("read");
    [ClockKind::Accept, ClockKind::Contact].map(|kind| {
        let mut unit = warmpath_app::unit::Unit::new(app, workspace);
        let (referral, policy) = (app.id::<ReferralId>(), Policy::default_for(kind));
        run_clock::start(app, &mut unit, referral, None, policy, &hours).expect("started")
    })
}

/// Keys with which programs read.
async fn programs(app: &App, admin: &MemberRow) -> Vec<Login> {
    let grant = grant::<ManageSettings>(&house::principal(admin)).expect("granted");
    let mut made = Vec::new();
    for n in 0..4 {
        let scopes = ["referrals:read".to_owned()];
        let key = manage_api_keys::create(app, &grant, &format!("Reader {n}"), &scopes).await;
        let header = format!("Authorization: Bearer {}", key.expect("a key"));
        made.push(Login { header, form_token: String::new() });
    }
    made
}

/// The link to a referral's status page, with the row that it rests on.
fn status_link(
    shelf: &Shelf,
    referrer: PersonId,
    referral: ReferralId,
    ends: Timestamp,
) -> link::Made {
    let subject = link::Subject {
        person: Some(referrer),
        referral: Some(referral),
        ..link::Subject::default()
    };
    link::make(&shelf.app, shelf.workspace, link::Purpose::Status, subject, ends)
}
