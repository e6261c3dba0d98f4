//! Who may do what. A use case takes a [`Grant`] of its action; only this file can make one, so a
//! forgotten check does not compile.

use std::marker::PhantomData;

use warmpath_core::id::{ApiKeyId, MemberId, PartnerId, WorkspaceId};
use warmpath_core::role::{Actor, Role};

use crate::error::Failure;

/// Who is asking, as the edge found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The member; an API key acts for one.
    pub member: MemberId,
    /// Their role now, read with every request.
    pub role: Role,
    /// Their team.
    pub team: String,
    /// Their partner organisation.
    pub partner: Option<PartnerId>,
    /// The API key, with its scopes, when a program asks.
    pub key: Option<(ApiKeyId, Vec<String>)>,
}

impl Principal {
    /// The actor as the ledger names it.
    pub fn actor(&self) -> Actor {
        match &self.key {
            Some((key, _)) => Actor::ApiKey(*key),
            None => Actor::Member(self.member),
        }
    }
}

/// Proof that the caller may do this.
#[derive(Debug, Clone)]
pub struct Grant<A> {
    principal: Principal,
    action: PhantomData<A>,
}

impl<A> Grant<A> {
    /// Who holds it.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The workspace it holds in.
    pub fn workspace(&self) -> WorkspaceId {
        self.principal.workspace
    }

    /// The member who acts.
    pub fn member(&self) -> MemberId {
        self.principal.member
    }
}

/// Something a role may or may not do.
pub trait Permission {
    /// Its name, for the table of routes and roles.
    const NAME: &'static str;
    /// The roles that may.
    const ROLES: &'static [Role];
    /// The scope an API key needs; `None` keeps programs out.
    const SCOPE: Option<&'static str>;
}

/// Gives the grant, or says why not.
///
/// # Errors
/// [`Failure::NotAllowed`] when the role or the key's scopes do not cover it.
pub fn grant<A: Permission>(principal: &Principal) -> Result<Grant<A>, Failure> {
    let role_may = A::ROLES.contains(&principal.role);
    let key_may = match (&principal.key, A::SCOPE) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some((_, scopes)), Some(scope)) => scopes.iter().any(|s| s == scope),
    };
    if role_may && key_may {
        Ok(Grant { principal: principal.clone(), action: PhantomData })
    } else {
        Err(Failure::NotAllowed { role: principal.role.as_str() })
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $roles:expr, $scope:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;
            impl Permission for $name {
                const NAME: &'static str = stringify!($name);
                const ROLES: &'static [Role] = $roles;
                const SCOPE: Option<&'static str> = $scope;
            }
        )*

        /// Every permission: name, roles, scope.
        pub const PERMISSIONS: &[(&str, &[Role], Option<&str>)] =
            &[$((stringify!($name), $roles, $scope),)*];
    };
}

use Role::{Admin, Auditor, Csm, Manager, Partner, Revops, Seller};

const INSIDE: &[Role] = &[Admin, Revops, Manager, Seller, Csm];
const EVERYBODY: &[Role] = &[Admin, Revops, Manager, Seller, Csm, Partner, Auditor];
const READERS: &[Role] = &[Admin, Revops, Manager, Seller, Csm, Auditor];
const RULERS: &[Role] = &[Admin, Revops];
const LEADERS: &[Role] = &[Admin, Revops, Manager];

permissions! {
    /// Hand over a person by form or API.
    SubmitReferral: INSIDE, Some("referrals:write");
    /// Hand over a person in the partner portal, and see one's own.
    UsePortal: &[Partner], None;
    /// See referrals (which ones is narrowed by role).
    ReadReferrals: READERS, Some("referrals:read");
    /// Move a referral (which way is in the state table).
    MoveReferral: INSIDE, Some("referrals:write");
    /// Look whether somebody is known before asking.
    LookFirst: INSIDE, Some("check:read");
    /// Write and send thanks.
    Acknowledge: INSIDE, None;
    /// Import files.
    Import: RULERS, Some("imports:write");
    /// Read imports.
    ReadImports: &[Admin, Revops, Auditor], Some("imports:read");
    /// Read pathways.
    ReadPathways: READERS, Some("pathways:read");
    /// Write pathways.
    WritePathways: RULERS, None;
    /// Read the ledger and its proofs.
    ReadLedger: &[Admin, Revops, Auditor], Some("ledger:read");
    /// Read figures.
    ReadFigures: &[Admin, Revops, Manager, Auditor], Some("report:read");
    /// See a team's load and reassign.
    LeadTeam: LEADERS, None;
    /// Members, pools, partners, absences of others.
    ManageMembers: RULERS, None;
    /// See who is a member.
    ReadMembers: READERS, None;
    /// Keys, endpoints, workspace settings.
    ManageSettings: &[Admin], None;
    /// Webhook endpoints, by program.
    ManageEndpoints: &[Admin], Some("webhooks:write");
    /// Personal referral links for customers, vendors and others.
    ManageReferrers: INSIDE, None;
    /// See profiles, matches, signals and registers.
    ReadProfiles: READERS, Some("profiles:read");
    /// Write profiles and start their trials.
    WriteProfiles: INSIDE, Some("profiles:write");
    /// Allow that a profile's asks are proposed without being asked for.
    AutomateProfiles: LEADERS, None;
    /// Bring in signals about companies.
    BringSignals: INSIDE, Some("signals:write");
    /// Read files of open registers into the universe.
    ImportRegisters: RULERS, Some("registers:write");
    /// Figures of the running process.
    ReadMetrics: &[Admin], Some("metrics:read");
    /// See the outbox.
    ReadOutbox: &[Admin, Revops, Auditor], None;
    /// Erase, suppress, answer requests of people.
    ManageCompliance: RULERS, None;
    /// See who may be one, companies over all systems, and whom to believe.
    ReadDuplicates: &[Admin, Revops, Auditor], Some("duplicates:read");
    /// Decide who is one, and take it back.
    ReviewDuplicates: RULERS, Some("duplicates:write");
    /// Read the compliance desk.
    ReadCompliance: &[Admin, Revops, Auditor], None;
    /// See who knows whom, and find ways to people.
    ReadNetwork: INSIDE, Some("network:read");
    /// Rate and state one's own ties, choose what may be held of oneself, import one's own data.
    OwnNetwork: INSIDE, None;
    /// Exclude people from everybody's data, set who is in scope, answer people on the map.
    ManageNetwork: RULERS, None;
    /// Set out to close a gap in the network.
    RecruitConnectors: LEADERS, None;
    /// One's own account: sessions, absences, keys of the page.
    OwnAccount: EVERYBODY, None;
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::id::RecordId;

    fn principal(role: Role) -> Principal {
        Principal {
            workspace: WorkspaceId::from_bytes([1; 16]),
            member: MemberId::from_bytes([2; 16]),
            role,
            team: String::new(),
            partner: None,
            key: None,
        }
    }

    #[test]
    fn an_auditor_changes_nothing() {
        let auditor = principal(Role::Auditor);
        assert!(grant::<ReadLedger>(&auditor).is_ok());
        assert!(grant::<SubmitReferral>(&auditor).is_err());
        assert!(grant::<MoveReferral>(&auditor).is_err());
        assert!(grant::<ManageCompliance>(&auditor).is_err());
    }

    #[test]
    fn a_key_does_only_what_its_scopes_say() {
        let mut program = principal(Role::Admin);
        program.key = Some((ApiKeyId::from_bytes([3; 16]), vec!["referrals:read".into()]));
        assert!(grant::<ReadReferrals>(&program).is_ok());
        assert!(grant::<SubmitReferral>(&program).is_err());
        assert!(grant::<ManageMembers>(&program).is_err(), "no scope opens it");
    }

    #[test]
    fn a_partner_sees_the_portal_only() {
        let partner = principal(Role::Partner);
        let open: Vec<&str> = PERMISSIONS
            .iter()
            .filter(|(_, roles, _)| roles.contains(&partner.role))
            .map(|(name, ..)| *name)
            .collect();
        assert_eq!(open, ["UsePortal", "OwnAccount"]);
    }
}
