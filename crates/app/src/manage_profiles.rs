//! Profiles from a brief to a trial: write, look, approve, compare, retire.
//!
//! Where a profile may go is decided by `warmpath_profile::lifecycle`; this file loads what the
//! decision needs and keeps what it says. A version is never changed once it was approved.

use serde_json::json;
use warmpath_core::id::{MemberId, ProfileId, WorkspaceId};
use warmpath_core::role::Role;
use warmpath_profile::kit::{Finding, Kit};
use warmpath_profile::lifecycle::{
    self, Automation, Comparison, Evidence, Move, Outcomes, PROVEN_BY_HAND, State,
};
use warmpath_profile::proposal::{self, ProposedItem, Reviewed};
use warmpath_profile::{Criteria, ParsedBrief, Verdict, parse_brief};
use warmpath_store::table::profile::{self, ProfileOutcomeRow, ProfileRow, ProfileVersionRow};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{AutomateProfiles, Grant, ReadProfiles, WriteProfiles, grant};
use crate::unit::{Happening, Unit};

/// Most characters of a profile's name.
const NAME_MAX: usize = 120;
/// Most bytes of one of the three texts.
const TEXT_BYTES_MAX: usize = 2_000;
/// Most introductions by hand that may be asked for before automation.
const BY_HAND_MAX: i64 = 100;

/// A profile with its versions, latest first, and what came of each.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The profile.
    pub profile: ProfileRow,
    /// Its versions.
    pub versions: Vec<ProfileVersionRow>,
    /// What came of each.
    pub outcomes: Vec<ProfileOutcomeRow>,
}

impl Whole {
    /// Where it stands.
    pub fn state(&self) -> State {
        State::of(&self.profile.state).unwrap_or(State::Draft)
    }

    /// The version that introductions are asked with.
    pub fn live(&self) -> Option<&ProfileVersionRow> {
        self.versions.iter().find(|v| Some(v.number) == self.profile.live_version)
    }

    /// The version that is shown and worked on: the newest that was not refused, else the newest.
    pub fn shown(&self) -> Option<&ProfileVersionRow> {
        self.versions.first()
    }

    /// What came of a version.
    pub fn outcome(&self, number: i64) -> Option<&ProfileOutcomeRow> {
        self.outcomes.iter().find(|row| row.number == number)
    }

    /// The lock on automation, for the version in force.
    pub fn automation(&self) -> Automation {
        let row = self.profile.live_version.and_then(|number| self.outcome(number));
        let by_hand = Outcomes {
            asked: row.map_or(0, |r| small(r.by_hand_asked)),
            worked: row.map_or(0, |r| small(r.by_hand_worked)),
            ..Outcomes::default()
        };
        lifecycle::automation(by_hand, small(self.profile.needed_by_hand))
    }

    /// A version against the approved one before it, by outcome.
    pub fn compared(&self, number: i64) -> Option<Comparison> {
        let newer = self.outcome(number)?;
        let older = self.outcomes.iter().find(|row| row.number < number)?;
        Some(lifecycle::compare(outcomes_of(older), outcomes_of(newer)))
    }

    /// What this caller may do now.
    pub fn allowed(&self, principal: &crate::Principal) -> Vec<&'static str> {
        if grant::<WriteProfiles>(principal).is_err() {
            return Vec::new();
        }
        let leads = grant::<AutomateProfiles>(principal).is_ok();
        let evidence = self.evidence();
        let save = (self.state() != State::Retired).then_some("save");
        let moves = Move::ALL.into_iter().filter(|step| {
            let may = leads || !matches!(step, Move::Automate | Move::StopAutomation);
            may && lifecycle::decide(self.state(), *step, &evidence).is_ok()
        });
        save.into_iter().chain(moves.map(Move::as_str)).collect()
    }

    /// Why a step cannot be taken now; none where it can.
    pub fn hindered(&self, step: Move) -> Option<lifecycle::Refusal> {
        lifecycle::decide(self.state(), step, &self.evidence()).err()
    }

    fn evidence(&self) -> Evidence {
        let written = self.versions.first().filter(|v| v.state != "approved");
        Evidence {
            written: written.is_some(),
            specific: written.is_some_and(|v| v.verdict == "specific"),
            text_findings: written.map_or(0, |v| kit_of(v).findings().len()),
            automation: self.automation(),
        }
    }
}

fn small(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

/// The counters of a version as the engine takes them.
pub fn outcomes_of(row: &ProfileOutcomeRow) -> Outcomes {
    Outcomes {
        asked: small(row.asked),
        accepted: small(row.accepted),
        met: small(row.met),
        worked: small(row.worked),
    }
}

/// The three texts of a version.
pub fn kit_of(row: &ProfileVersionRow) -> Kit {
    Kit {
        version: small(row.number),
        script: row.script.clone(),
        value_line: row.value_line.clone(),
        target_benefit: row.benefit.clone(),
    }
}

/// The criteria of a version.
pub fn criteria_of(row: &ProfileVersionRow) -> Criteria {
    serde_json::from_str(&row.criteria).unwrap_or_default()
}

/// All profiles, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, grant: &Grant<ReadProfiles>) -> Result<Vec<Whole>, Failure> {
    let mut found = Vec::new();
    for row in profile::profiles(app.db(), grant.workspace()).await? {
        found.push(whole(app, row).await?);
    }
    Ok(found)
}

/// One profile.
///
/// # Errors
/// [`Failure::NotFound`] when there is none here.
pub async fn one(app: &App, grant: &Grant<ReadProfiles>, id: ProfileId) -> Result<Whole, Failure> {
    load(app, grant.workspace(), id).await
}

pub(crate) async fn load(
    app: &App,
    workspace: WorkspaceId,
    id: ProfileId,
) -> Result<Whole, Failure> {
    let row = profile::profile(app.db(), workspace, id).await?.ok_or(Failure::NotFound)?;
    whole(app, row).await
}

async fn whole(app: &App, row: ProfileRow) -> Result<Whole, Failure> {
    let (workspace, id) = (row.workspace, row.id);
    Ok(Whole {
        profile: row,
        versions: profile::versions(app.db(), workspace, id).await?,
        outcomes: profile::outcomes(app.db(), workspace, id).await?,
    })
}

/// What a person writes.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Name of the profile; empty takes the first words of the brief.
    pub name: String,
    /// The brief.
    pub brief: String,
    /// Two sentences for the connector.
    pub script: String,
    /// One line to repeat.
    pub value_line: String,
    /// What is in it for the person asked.
    pub benefit: String,
    /// Introductions by hand that must have worked before automation.
    pub needed_by_hand: Option<i64>,
    /// The version of the row that was read; 0 does not check.
    pub base: i64,
}

/// Reads a brief; a text that is none is a problem of its field.
///
/// # Errors
/// [`Failure::Invalid`] when the brief is too long.
pub fn read_brief(text: &str) -> Result<ParsedBrief, Failure> {
    parse_brief(text)
        .map_err(|error| Failure::invalid("brief", "brief_too_long", format!("{error}.")))
}

/// What the writing of a profile came to.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The profile.
    pub id: ProfileId,
    /// The version's number.
    pub number: i64,
    /// Whether the brief is fit to work with.
    pub verdict: Verdict,
    /// What keeps the texts from being used.
    pub findings: Vec<Finding>,
}

/// Keeps what was written, as a new profile or as the next version of one. A vague or contradictory
/// brief is kept as a refused version: it teaches, and nothing is asked with it.
///
/// # Errors
/// [`Failure::Invalid`] for what is too long or empty, [`Failure::Conflict`] when somebody else
/// saved meanwhile or the profile is retired.
pub async fn save(
    app: &App,
    grant: &Grant<WriteProfiles>,
    id: Option<ProfileId>,
    written: &Written,
) -> Result<Saved, Failure> {
    let parsed = read_brief(&written.brief)?;
    check(written)?;
    let workspace = grant.workspace();
    let known = match id {
        Some(id) => Some(load(app, workspace, id).await?),
        None => None,
    };
    if known.as_ref().is_some_and(|k| k.state() == State::Retired) {
        return Err(Failure::Conflict("This profile is retired. Start a new one.".into()));
    }
    if let Some(known) = &known
        && written.base != 0
        && written.base != known.profile.version
    {
        return Err(Failure::Conflict("Somebody else saved this profile meanwhile.".into()));
    }
    let mut unit = Unit::new(app, workspace);
    let mut row = match &known {
        Some(known) => known.profile.clone(),
        None => blank(app, &unit, grant.member()),
    };
    let version = version_of(&unit, grant.member(), &row, known.as_ref(), written, &parsed)?;
    let verdict = parsed.judgement.verdict;
    if !written.name.trim().is_empty() || row.name.is_empty() {
        row.name = name_of(written);
    }
    row.needed_by_hand = written.needed_by_hand.unwrap_or(row.needed_by_hand);
    if row.live_version.is_none() {
        let specific = verdict == Verdict::Specific;
        row.state = if specific { State::Specific } else { State::Draft }.as_str().to_owned();
    }
    row.version += 1;
    unit.push(if known.is_some() { row.save() } else { row.insert() });
    unit.push(if version.version > 1 { version.save() } else { version.insert() });
    let happening = Happening::new("profile.saved", grant.principal().actor(), row.id)
        .with("version", version.number)
        .with("verdict", &version.verdict);
    unit.record(happening).await?;
    let findings = kit_of(&version).findings();
    unit.commit("Somebody else saved this profile meanwhile.").await?;
    Ok(Saved { id: row.id, number: version.number, verdict, findings })
}

fn check(written: &Written) -> Result<(), Failure> {
    if written.brief.trim().is_empty() {
        return Err(Failure::invalid("brief", "brief_missing", "Say whom you want to meet."));
    }
    if written.name.chars().count() > NAME_MAX {
        let message = format!("A name has at most {NAME_MAX} characters.");
        return Err(Failure::invalid("name", "name_too_long", message));
    }
    let texts = [
        ("script", &written.script),
        ("value_line", &written.value_line),
        ("benefit", &written.benefit),
    ];
    for (field, text) in texts {
        if text.len() > TEXT_BYTES_MAX {
            let message = format!("This text has at most {TEXT_BYTES_MAX} bytes.");
            return Err(Failure::invalid(field, "text_too_long", message));
        }
    }
    if written.needed_by_hand.is_some_and(|n| !(1..=BY_HAND_MAX).contains(&n)) {
        let message = format!("A number from 1 to {BY_HAND_MAX}.");
        return Err(Failure::invalid("needed_by_hand", "number_out_of_range", message));
    }
    Ok(())
}

fn name_of(written: &Written) -> String {
    let name = written.name.trim();
    if !name.is_empty() {
        return name.to_owned();
    }
    let words: Vec<&str> = written.brief.split_whitespace().take(6).collect();
    words.join(" ").chars().take(NAME_MAX).collect()
}

fn blank(app: &App, unit: &Unit<'_>, owner: MemberId) -> ProfileRow {
    ProfileRow {
        workspace: unit.workspace,
        id: app.id(),
        name: String::new(),
        state: State::Draft.as_str().to_owned(),
        live_version: None,
        needed_by_hand: i64::from(PROVEN_BY_HAND),
        owner: Some(owner),
        created_at: unit.at,
        version: 0,
    }
}

/// The version to write: a draft is written over, anything else is followed by the next number.
fn version_of(
    unit: &Unit<'_>,
    author: MemberId,
    row: &ProfileRow,
    known: Option<&Whole>,
    written: &Written,
    parsed: &ParsedBrief,
) -> Result<ProfileVersionRow, Failure> {
    let newest = known.and_then(|k| k.versions.first());
    let open = newest.filter(|v| v.state == "draft");
    let specific = parsed.judgement.verdict == Verdict::Specific;
    // What a person took up of a proposal holds as long as the brief still says it.
    let accepted: Vec<ProposedItem> =
        newest.and_then(|v| serde_json::from_str(&v.accepted).ok()).unwrap_or_default();
    let reviewed = proposal::review(&written.brief, parsed, &accepted);
    let text = |value: &serde_json::Value| value.to_string();
    Ok(ProfileVersionRow {
        workspace: unit.workspace,
        profile: row.id,
        number: open.map_or_else(|| newest.map_or(1, |v| v.number + 1), |v| v.number),
        brief: written.brief.trim().replace("\r\n", "\n"),
        criteria: text(&json!(reviewed.criteria_if_approved)),
        verdict: word_of(parsed.judgement.verdict).to_owned(),
        why: text(&json!(parsed.judgement.why)),
        score: parsed.judgement.score,
        script: written.script.trim().to_owned(),
        value_line: written.value_line.trim().to_owned(),
        benefit: written.benefit.trim().to_owned(),
        accepted: text(&json!(reviewed.proposed)),
        state: if specific { "draft" } else { "refused" }.to_owned(),
        author: Some(author),
        approved_by: None,
        approved_at: None,
        created_at: unit.at,
        version: open.map_or(1, |v| v.version + 1),
    })
}

/// The word for a verdict, as it is stored.
pub fn word_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Specific => "specific",
        Verdict::Vague => "vague",
        Verdict::Contradictory => "contradictory",
    }
}

/// Takes a step of the life cycle. Automation takes a lead of the workspace.
///
/// # Errors
/// [`Failure::Conflict`] with what is missing.
pub async fn step(
    app: &App,
    may: &Grant<WriteProfiles>,
    id: ProfileId,
    step: Move,
) -> Result<State, Failure> {
    if matches!(step, Move::Automate | Move::StopAutomation) {
        grant::<AutomateProfiles>(may.principal())?;
    }
    let known = load(app, may.workspace(), id).await?;
    let to = lifecycle::decide(known.state(), step, &known.evidence())
        .map_err(|refusal| Failure::Conflict(refusal.to_string()))?;
    let mut unit = Unit::new(app, may.workspace());
    let mut row = known.profile.clone();
    if step == Move::StartTrial {
        approve(&mut unit, may, &known, &mut row).await?;
    }
    row.state = to.as_str().to_owned();
    row.version += 1;
    unit.push(row.save());
    let happening = Happening::new("profile.moved", may.principal().actor(), id)
        .with("step", step.as_str())
        .with("state", to.as_str())
        .with("version", row.live_version);
    unit.record(happening).await?;
    unit.commit("Somebody changed this profile meanwhile.").await?;
    Ok(to)
}

/// The written version comes into force in the name of the person who approves it.
async fn approve(
    unit: &mut Unit<'_>,
    may: &Grant<WriteProfiles>,
    known: &Whole,
    row: &mut ProfileRow,
) -> Result<(), Failure> {
    let newest = known.versions.first().ok_or(Failure::NotFound)?;
    if let Some(before) = known.live() {
        let mut before = before.clone();
        "replaced".clone_into(&mut before.state);
        before.version += 1;
        unit.push(before.save());
    }
    let mut version = newest.clone();
    "approved".clone_into(&mut version.state);
    version.approved_by = Some(may.member());
    version.approved_at = Some(unit.at);
    version.version += 1;
    row.live_version = Some(version.number);
    unit.push(version.save());
    let none = ProfileOutcomeRow {
        workspace: unit.workspace,
        profile: row.id,
        number: version.number,
        asked: 0,
        accepted: 0,
        met: 0,
        worked: 0,
        by_hand_asked: 0,
        by_hand_worked: 0,
    };
    unit.push(none.insert());
    let text = [&version.brief, &version.criteria, &version.script, &version.value_line]
        .map(String::as_str)
        .join("\n");
    let happening = Happening::new("profile.approved", may.principal().actor(), row.id)
        .with("version", version.number)
        .with("text_sha256", hex(&crate::keys::sha256(text.as_bytes())));
    unit.record(happening).await?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Something that came of an introduction, to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It was asked for.
    Asked,
    /// The connector accepted.
    Accepted,
    /// The meeting took place.
    Met,
    /// It led on to a qualified conversation.
    Worked,
}

/// Counts what came of an introduction under the version it was asked with, in the unit of whoever
/// decides it.
pub fn count(unit: &mut Unit<'_>, profile: ProfileId, number: i64, came: Came, by_hand: bool) {
    let one = |what: Came| i64::from(what == came);
    let hand = |what: Came| i64::from(what == came && by_hand);
    let add = ProfileOutcomeRow {
        workspace: unit.workspace,
        profile,
        number,
        asked: one(Came::Asked),
        accepted: one(Came::Accepted),
        met: one(Came::Met),
        worked: one(Came::Worked),
        by_hand_asked: hand(Came::Asked),
        by_hand_worked: hand(Came::Worked),
    };
    unit.push(profile::count(unit.workspace, profile, number, &add));
}

/// Takes up what a person approved of a proposal; everything else of it is left.
///
/// # Errors
/// [`Failure::Conflict`] when there is no open draft or nothing of it may be taken up.
pub async fn take_up(
    app: &App,
    may: &Grant<WriteProfiles>,
    id: ProfileId,
    items: &[ProposedItem],
) -> Result<Reviewed, Failure> {
    let known = load(app, may.workspace(), id).await?;
    let draft = known.versions.first().filter(|v| v.state == "draft");
    let draft = draft.ok_or_else(|| Failure::Conflict("There is no open draft.".to_owned()))?;
    let parsed = read_brief(&draft.brief)?;
    let mut all: Vec<ProposedItem> = serde_json::from_str(&draft.accepted).unwrap_or_default();
    all.extend(items.iter().cloned());
    let reviewed = proposal::review(&draft.brief, &parsed, &all);
    let approver = may.member().to_string();
    let approved = reviewed.approve(&approver);
    let approved = approved.filter(|_| !reviewed.proposed.is_empty());
    let approved =
        approved.ok_or_else(|| Failure::Conflict("Nothing of it may be taken up.".to_owned()))?;
    let mut unit = Unit::new(app, may.workspace());
    let mut version = draft.clone();
    version.criteria = json!(approved.criteria).to_string();
    version.accepted = json!(reviewed.proposed).to_string();
    version.version += 1;
    unit.push(version.save());
    let happening = Happening::new("profile.proposal_taken", may.principal().actor(), id)
        .with("version", version.number)
        .with("taken", reviewed.proposed.len())
        .with("dropped", reviewed.dropped.len());
    unit.record(happening).await?;
    unit.commit("Somebody else saved this profile meanwhile.").await?;
    Ok(reviewed)
}

/// Whether somebody with this role writes profiles.
pub fn writes(role: Role) -> bool {
    <WriteProfiles as crate::policy::Permission>::ROLES.contains(&role)
}
