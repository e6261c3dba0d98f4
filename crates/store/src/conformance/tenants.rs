//! A workspace sees nothing of another: every reader of every table, asked with the ids of one
//! workspace in the name of another.

use std::collections::BTreeMap;

use warmpath_core::id::{EntryId, RecordId, WorkspaceId};
use warmpath_core::introduction::RequestState;
use warmpath_core::referral::ReferralState;

use crate::change::Write;
use crate::conformance::kinds::kinds;
use crate::conformance::sample::Source;
use crate::conformance::{Outcome, Wrong, applied, conflict, ensure, moment, same, workspace};
use crate::engine::Engine;
use crate::field::Field as _;
use crate::table::access::ApiKeyRow;
use crate::table::clock::{AcknowledgementRow, ClockRow};
use crate::table::desk::{self, Desk};
use crate::table::group::GroupSeatRow;
use crate::table::identity::{DuplicateRow, MergeRow};
use crate::table::introduction::IntroductionRow;
use crate::table::job::JobRow;
use crate::table::ledger::EntryRow;
use crate::table::person::{EvidenceRow, PersonRow, SourceRecordRow};
use crate::table::referral::{Filter, ReferralRow};
use crate::table::source::ParentRow;
use crate::table::sweep::SweepRow;
use crate::table::webhook::DeliveryRow;
use crate::table::{
    access, account, authority, bulletin, clock, connector, consent, figure, group, identity,
    import, introduction, job, ledger, mail, network, pathway, person, profile, recruit, referral,
    register, source, sweep, webhook,
};

/// How many rows a reader found.
trait Found {
    fn found(&self) -> usize;
}

impl<T> Found for Vec<T> {
    fn found(&self) -> usize {
        self.len()
    }
}

impl<T> Found for Option<T> {
    fn found(&self) -> usize {
        usize::from(self.is_some())
    }
}

impl<K, V> Found for BTreeMap<K, V> {
    fn found(&self) -> usize {
        self.len()
    }
}

impl Found for i64 {
    fn found(&self) -> usize {
        *self as usize
    }
}

impl Found for bool {
    fn found(&self) -> usize {
        usize::from(*self)
    }
}

impl<T> Found for (i64, Option<T>) {
    fn found(&self) -> usize {
        self.0 as usize
    }
}

type Counts = Vec<(&'static str, usize)>;

macro_rules! counts {
    ($db:expr, $($module:ident::$reader:ident($($value:expr),*)),* $(,)?) => {
        vec![$((
            concat!(stringify!($module), "::", stringify!($reader)),
            $module::$reader($db, $($value),*).await?.found(),
        ),)*]
    };
}

/// The id that every row of the filled workspace has.
fn id<I: RecordId>() -> I {
    I::from_bytes([7; 16])
}

fn bytes() -> Vec<u8> {
    vec![1; 3]
}

async fn people_and_referrals(db: &dyn Engine, at: WorkspaceId) -> Result<Counts, Wrong> {
    let all = Filter { limit: 10, ..Filter::default() };
    Ok(counts![
        db,
        person::person(at, id()),
        person::many(at, &[id()]),
        person::search(at, "same"),
        person::has_source_record(at, id()),
        person::source_record(at, "same", "same", "same"),
        person::by_key(at, bytes()),
        person::contact_points(at, id()),
        person::contact_points_of_many(at, &[id()]),
        person::by_contact(at, "same", "same"),
        person::taken_keys(at, &[bytes()]),
        person::evidence(at, id(), id()),
        person::standing_evidence(at, id()),
        person::suppressed(at, &[bytes()]),
        person::suppressions(at),
        person::subject_key(at, id()),
        person::subject_requests(at),
        referral::referral(at, id()),
        referral::of_person(at, id()),
        referral::by_referrer(at, id()),
        referral::list(at, &all),
        referral::count_by_state(at),
        referral::open_load(at),
        referral::since(at, moment(-1)),
        referral::texts(at, id()),
        referral::hops(at, id()),
        referral::decisions(at, id()),
        referral::decisions_of_kind(at, "same", 10),
        referral::credits(at, id()),
        referral::comments(at, id()),
        consent::consent(at, id()),
        consent::of_person(at, id()),
        clock::of_referral(at, id()),
        clock::clock(at, id()),
        clock::acknowledgement_of(at, id()),
        clock::acknowledgements_of(at, &[id()]),
        account::account(at, id()),
        account::many(at, &[id()]),
        account::by_domain(at, "same"),
        account::starting(at, &bytes(), 10),
        account::domains(at, id()),
        source::records_of_account(at, id(), "same"),
        account::by_name(at, bytes()),
        account::by_external_id(at, "same"),
        account::opportunities_of(at, id()),
        account::opportunity_by_external_id(at, "same"),
        account::all_opportunities(at),
        desk::count(at, &Desk::Team(None, ReferralState::ALL)),
        desk::latest(at, &Desk::Team(None, ReferralState::ALL), 10),
        desk::wanted(at, id(), ReferralState::ALL, moment(1)),
        desk::decided_by(at, id()),
        desk::is_late(at, id(), ReferralState::ALL, moment(1)),
        desk::thanks_owed_by(at, id(), true, 10),
        figure::cases(at, moment(-1)),
        figure::ended_clocks(at, moment(-1)),
        figure::known_fields(at, moment(-1)),
        figure::once_qualified(at, moment(-1)),
    ])
}

async fn the_rest(db: &dyn Engine, at: WorkspaceId) -> Result<Counts, Wrong> {
    use crate::table::workspace;
    let before = Some(RecordId::from_bytes([8; 16]));
    Ok(counts![
        db,
        access::session(at, bytes(), moment(-1)),
        access::sessions_of(at, id(), moment(-1)),
        access::link(at, bytes()),
        access::links_of(at, id()),
        access::links_of_person(at, id(), "same"),
        access::api_key(at, bytes()),
        access::api_keys(at),
        access::idempotency(at, "same", moment(-1)),
        import::imports(at),
        import::import(at, id()),
        import::file(at, id()),
        import::same_file(at, "same", bytes()),
        import::refused(at, id(), 0, 10),
        job::dead(at),
        ledger::unnumbered(at, 10),
        ledger::feed(at, 0, 10),
        ledger::about(at, "same", 10),
        ledger::entry(at, 1),
        ledger::node(at, 1, 1),
        ledger::node(at, 0, 0),
        ledger::head(at),
        ledger::checkpoints(at, 10),
        ledger::sealed(at, id()),
        ledger::waiting(at),
        mail::mail(at, id()),
        mail::list(at, None, 10),
        mail::list(at, before, 10),
        mail::of_referral(at, id()),
        pathway::pathways(at),
        pathway::pathway(at, id()),
        pathway::versions(at, id()),
        pathway::version(at, id(), 1),
        webhook::endpoints(at),
        webhook::endpoint(at, id()),
        webhook::delivery(at, id()),
        webhook::deliveries(at, 10),
        webhook::deliveries_of(at, id(), None, 10),
        webhook::dead_of(at, id(), None, 10),
        workspace::workspace(at),
        workspace::members(at),
        workspace::member(at, id()),
        workspace::pools(at),
        workspace::seats(at),
        workspace::absences(at, moment(-1)),
        workspace::holidays(at),
        workspace::partners(at),
        workspace::setting(at, "same"),
    ])
}

async fn engines(db: &dyn Engine, at: WorkspaceId) -> Result<Counts, Wrong> {
    Ok(counts![
        db,
        identity::people_of_keys(at, &[bytes(), bytes()]),
        identity::accounts_of_key(at, &bytes()),
        identity::duplicate(at, id()),
        identity::waiting(at, moment(0), 10),
        identity::asked(at, &bytes(), &bytes()),
        identity::waiting_about(at, &bytes()),
        identity::decided(at, 10),
        identity::merge(at, id()),
        identity::merge_of(at, id()),
        identity::merged_into(at, &bytes()),
        identity::merged_under(at, &bytes()),
        identity::merges_of_people(at, None, 10),
        identity::answers_about_people(at, None, 10),
        identity::joined_by_sweep(at, id(), 10),
        sweep::sweep(at, id()),
        sweep::sweeps(at, 10),
        sweep::under_way(at),
        sweep::after_import(at, id()),
        sweep::count_people(at),
        sweep::people(at, None, 10),
        sweep::with_a_history(at, &[id()]),
        network::head(at),
        network::mapped(at),
        network::mapped_person(at, id()),
        network::people(at),
        network::reachable_at(at),
        network::accounts(at),
        network::seats(at),
        network::blocks(at),
        network::events(at, 10),
        network::events_of(at, id(), 10),
        network::confirmations(at),
        network::connectors(at),
        network::connector(at, id()),
        network::activations(at),
        network::briefs(at),
        network::taken(at, id()),
        network::brief(at, id()),
        network::people_by_keys(at, &[bytes()]),
        profile::profiles(at),
        profile::profile(at, id()),
        profile::versions(at, id()),
        profile::outcomes(at, id()),
        register::companies(at),
        register::company(at, id()),
        register::by_record(at, "same", "same"),
        register::by_any_record(at, "same"),
        register::by_name(at, bytes()),
        register::signals(at, 10),
        register::signals_of_account(at, id()),
        register::files(at),
        register::people(at),
        register::accounts(at),
        register::places_of_people(at),
        source::systems(at),
        source::precedences(at),
        source::parent(at, id()),
        source::parent_said(at, id()),
        source::children(at, id()),
        source::neighbours(at, &[id()]),
    ])
}

async fn introductions(db: &dyn Engine, at: WorkspaceId) -> Result<Counts, Wrong> {
    let before = Some(RecordId::from_bytes([8; 16]));
    Ok(counts![
        db,
        connector::connector(at, id()),
        connector::of_member(at, id()),
        connector::connectors(at),
        connector::goodwill_of(at, id()),
        connector::all_goodwill(at),
        introduction::introduction(at, id()),
        introduction::list(at, None, None, 10),
        introduction::list(at, Some(id()), before, 10),
        introduction::under_way(at),
        introduction::of_connector(at, id()),
        introduction::of_target(at, id()),
        introduction::texts(at, id()),
        introduction::texts_of_many(at, &[id()]),
        introduction::consent(at, id()),
        introduction::consents(at, id()),
        introduction::consents_of_person(at, id()),
        introduction::lock(at, id()),
        authority::of_person(at, id()),
        authority::committee(at, id()),
        authority::committees(at),
        bulletin::bulletin(at, id()),
        bulletin::bulletins(at),
        bulletin::answers(at, id()),
        bulletin::answers_of(at, id()),
        bulletin::offer(at, id()),
        bulletin::offers(at),
        bulletin::offers_of(at, id()),
        group::group(at, id()),
        group::groups(at),
        group::seats(at, id()),
        group::seat(at, id()),
        group::seats_of(at, id()),
        group::all_seated(at),
        group::gatherings(at, id()),
        group::gathering(at, id()),
        recruit::recruit(at, id()),
        recruit::recruits(at),
        recruit::agreements(at, id()),
        recruit::shared_with(at, id()),
        recruit::all_shared(at),
    ])
}

async fn all_counts(db: &dyn Engine, at: WorkspaceId) -> Result<Counts, Wrong> {
    let mut counts = people_and_referrals(db, at).await?;
    counts.extend(the_rest(db, at).await?);
    counts.extend(engines(db, at).await?);
    counts.extend(introductions(db, at).await?);
    Ok(counts)
}

/// One row of every kind, all with the same ids and values; where a reader looks for a state, in
/// that state.
fn one_of_everything(source: &mut Source) -> Result<Vec<Write>, Wrong> {
    let mut writes = Vec::new();
    for kind in kinds() {
        let sample = (kind.sample)(source);
        writes.push(match kind.table {
            "api_key" => ApiKeyRow { revoked_at: None, ..ApiKeyRow::sample(source) }.insert(),
            "job" => JobRow { state: "dead".into(), ..JobRow::sample(source) }.insert(),
            "person" => PersonRow { erased_at: None, ..PersonRow::sample(source) }.insert(),
            "referral" => {
                ReferralRow { state: ReferralState::Routed, ..ReferralRow::sample(source) }.insert()
            }
            "introduction" => {
                let row = IntroductionRow::sample(source);
                IntroductionRow { request: RequestState::Offered, ..row }.insert()
            }
            "duplicate" => {
                DuplicateRow { state: "open".into(), ..DuplicateRow::sample(source) }.insert()
            }
            "merge" => {
                let kind = "person".to_owned();
                MergeRow { kind, undone_at: None, ..MergeRow::sample(source) }.insert()
            }
            "account_parent" => {
                let parent = RecordId::from_bytes([9; 16]);
                ParentRow { parent, ..ParentRow::sample(source) }.insert()
            }
            "group_seat" => {
                GroupSeatRow { state: "seated".into(), ..GroupSeatRow::sample(source) }.insert()
            }
            "sweep" => SweepRow { state: "running".into(), ..SweepRow::sample(source) }.insert(),
            "sla_clock" => {
                let clock = ClockRow::sample(source);
                ClockRow { state: "running".into(), met_at: None, ..clock }.insert()
            }
            _ => (kind.insert)(sample)?,
        });
    }
    // A second one of a kind, for the readers that look for what is not done yet.
    let owed = AcknowledgementRow::sample(source);
    let (owed_id, referral) = (RecordId::from_bytes([9; 16]), RecordId::from_bytes([9; 16]));
    writes.push(AcknowledgementRow { id: owed_id, referral, sent_at: None, ..owed }.insert());
    let account = RecordId::from_bytes([9; 16]);
    writes.push(ParentRow { account, ..ParentRow::sample(source) }.insert());
    let answer = DuplicateRow {
        id: RecordId::from_bytes([9; 16]),
        kind: "person".to_owned(),
        fresh: vec![9; 16],
        state: "same".to_owned(),
        ..DuplicateRow::sample(source)
    };
    writes.push(answer.insert());
    let place = SourceRecordRow::sample(source);
    let (id, kind) = (RecordId::from_bytes([9; 16]), register::PERSON_KIND.to_owned());
    writes.push(SourceRecordRow { id, kind, ..place }.insert());
    let held =
        ReferralRow { id: referral, state: ReferralState::Held, ..ReferralRow::sample(source) };
    writes.push(held.insert());
    let (id, state) = (RecordId::from_bytes([9; 16]), "dead".to_owned());
    writes.push(DeliveryRow { id, state, ..DeliveryRow::sample(source) }.insert());
    let id = RecordId::from_bytes([9; 16]);
    writes.push(EvidenceRow { id, referral: None, ..EvidenceRow::sample(source) }.insert());
    let waiting = EntryRow::sample(source);
    writes.push(EntryRow { id: EntryId::from_bytes([9; 16]), seq: None, ..waiting }.insert());
    // And for the figures, which look for what has ended.
    let (id, clock) = (RecordId::from_bytes([9; 16]), ClockRow::sample(source));
    writes.push(ClockRow { id, state: "met".into(), ..clock }.insert());
    let (id, seq) = (EntryId::from_bytes([10; 16]), Some(2));
    let kind = "referral.qualified".to_owned();
    writes.push(EntryRow { id, seq, kind, ..EntryRow::sample(source) }.insert());
    Ok(writes)
}

pub(super) async fn readers_are_blind(engine: &dyn Engine) -> Outcome {
    use crate::table::workspace::{all_workspaces, members_by_email, ping};
    let (here, there) = (workspace(50, 0), workspace(50, 1));
    applied(engine, one_of_everything(&mut Source::alike(here))?).await?;
    for (name, found) in all_counts(engine, here).await? {
        ensure(found > 0, || format!("{name} finds nothing in its own workspace"))?;
    }
    for (name, found) in all_counts(engine, there).await? {
        ensure(found == 0, || format!("{name} finds {found} of another workspace"))?;
    }
    // What is rightly found across workspaces.
    let everywhere = all_workspaces(engine).await?;
    ensure(everywhere.iter().any(|row| row.workspace == here), || "not among all".into())?;
    let members = members_by_email(engine, "same").await?;
    ensure(members.iter().any(|row| row.workspace == here), || "not at sign-in".into())?;
    Ok(ping(engine).await?)
}

pub(super) async fn writers_are_blind(engine: &dyn Engine) -> Outcome {
    let (here, there) = (workspace(51, 0), workspace(51, 1));
    applied(engine, one_of_everything(&mut Source::alike(here))?).await?;
    for kind in kinds().iter().filter(|kind| !kind.only_grows()) {
        let mut theirs = (kind.sample)(&mut Source::alike(there));
        kind.set_version(&mut theirs, 2);
        conflict(engine, vec![(kind.save)(theirs.clone())?], kind.table).await?;
        applied(engine, vec![(kind.delete)(theirs)?]).await?;
        let ours = (kind.sample)(&mut Source::alike(here));
        let stored = (kind.stored)(engine, ours).await?;
        let owner = stored.and_then(|row| row.into_iter().next());
        same(kind.table, &owner, &Some(here.to_value()))?;
    }
    let shredding = person::shred(there, id());
    applied(engine, shredding).await?;
    let left = person::contact_points(engine, here, id()).await?.len();
    same("contact points after another's shredding", &left, &1)
}
