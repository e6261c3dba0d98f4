//! Every route and who may use it: the one list that the tests hold the house against.

use warmpath_core::role::Role::{self, Admin, Auditor, Csm, Manager, Partner, Revops, Seller};

/// Who may use a route.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Who {
    /// Anybody; what is behind it is opened by a secret in the address, or by nothing.
    Anybody,
    /// Signed-in members of these roles.
    Only(&'static [Role]),
    /// Programs with a key of this scope, for members of these roles.
    Program(&'static [Role], &'static str),
}

use Who::{Anybody, Only, Program};

const EVERYBODY: &[Role] = Role::ALL;
const INSIDE: &[Role] = &[Admin, Revops, Manager, Seller, Csm];
const READERS: &[Role] = &[Admin, Revops, Manager, Seller, Csm, Auditor];
const LEADERS: &[Role] = &[Admin, Revops, Manager];
const FIGURES: &[Role] = &[Admin, Revops, Manager, Auditor];
const PROVERS: &[Role] = &[Admin, Revops, Auditor];
const RULERS: &[Role] = &[Admin, Revops];
const ADMIN: &[Role] = &[Admin];
const PARTNER: &[Role] = &[Partner];

/// Method, path, who.
pub(crate) type Row = (&'static str, &'static str, Who);

#[rustfmt::skip]
pub(crate) const ROUTES: &[Row] = &[
    // The house itself.
    ("GET", "/", Anybody),
    ("GET", "/healthz", Anybody),
    ("GET", "/readyz", Anybody),
    ("GET", "/metrics", Program(ADMIN, "metrics:read")),
    ("GET", "/openapi.json", Anybody),
    ("GET", "/assets/{*path}", Anybody),
    ("ANY", "/v1/{*rest}", Anybody),
    // Coming in.
    ("GET", "/sign-in", Anybody),
    ("POST", "/sign-in", Anybody),
    ("GET", "/enter/{token}", Anybody),
    ("POST", "/enter/{token}", Anybody),
    ("POST", "/sign-out", Only(EVERYBODY)),
    // People without an account, by the secret in their link.
    ("GET", "/a/{token}", Anybody),
    ("POST", "/a/{token}", Anybody),
    ("GET", "/w/{token}", Anybody),
    ("POST", "/w/{token}", Anybody),
    ("GET", "/w/{token}/receipt", Anybody),
    ("GET", "/s/{token}", Anybody),
    ("POST", "/s/{token}/renew", Anybody),
    ("GET", "/s/{token}/add", Anybody),
    ("POST", "/s/{token}/add", Anybody),
    ("GET", "/r/{token}", Anybody),
    ("POST", "/r/{token}", Anybody),
    ("GET", "/r/{token}/code/{step}", Anybody),
    ("POST", "/r/{token}/code/{step}", Anybody),
    ("GET", "/r/{token}/form/{step}", Anybody),
    ("POST", "/r/{token}/form/{step}", Anybody),
    // Work.
    ("GET", "/inbox", Only(READERS)),
    ("GET", "/hand-over", Only(INSIDE)),
    ("POST", "/hand-over", Only(INSIDE)),
    ("GET", "/check", Only(INSIDE)),
    ("POST", "/check", Only(INSIDE)),
    ("GET", "/referrals", Only(READERS)),
    ("GET", "/referrals.csv", Only(READERS)),
    ("GET", "/referrals/crm.csv", Only(READERS)),
    ("GET", "/referrals/{id}", Only(READERS)),
    ("POST", "/referrals/{id}/comments", Only(INSIDE)),
    ("GET", "/referrals/{id}/words", Only(INSIDE)),
    ("POST", "/referrals/{id}/words", Only(INSIDE)),
    ("GET", "/referrals/{id}/replay", Only(READERS)),
    ("GET", "/referrals/{id}/receipt", Only(READERS)),
    ("GET", "/referrals/{id}/{action}", Only(READERS)),
    ("POST", "/referrals/{id}/{action}", Only(INSIDE)),
    ("GET", "/later", Only(READERS)),
    ("GET", "/team", Only(LEADERS)),
    ("POST", "/team/reassign", Only(LEADERS)),
    ("GET", "/thanks/{referral}", Only(INSIDE)),
    ("POST", "/thanks/{referral}", Only(INSIDE)),
    ("POST", "/thanks/{referral}/phone", Only(INSIDE)),
    ("GET", "/referrers", Only(INSIDE)),
    ("POST", "/referrers", Only(INSIDE)),
    ("POST", "/referrers/{id}/revoke", Only(INSIDE)),
    // Partners.
    ("GET", "/portal", Only(PARTNER)),
    ("POST", "/portal", Only(PARTNER)),
    ("GET", "/portal/referrals", Only(PARTNER)),
    // Trust.
    ("GET", "/pathways", Only(READERS)),
    ("GET", "/pathways/facts", Only(READERS)),
    ("GET", "/pathways/{slug}", Only(READERS)),
    ("POST", "/pathways/{slug}", Only(RULERS)),
    ("POST", "/pathways/{slug}/lint", Only(READERS)),
    ("POST", "/pathways/{slug}/fix", Only(RULERS)),
    ("POST", "/pathways/{slug}/simulate", Only(RULERS)),
    ("POST", "/pathways/{slug}/approve", Only(RULERS)),
    ("GET", "/pathways/{slug}/live", Only(RULERS)),
    ("POST", "/pathways/{slug}/live", Only(RULERS)),
    ("GET", "/pathways/{slug}/pilot", Only(RULERS)),
    ("POST", "/pathways/{slug}/pilot", Only(RULERS)),
    ("GET", "/pathways/{slug}/return/{number}", Only(RULERS)),
    ("POST", "/pathways/{slug}/return/{number}", Only(RULERS)),
    ("POST", "/pathways/{slug}/what-if", Only(READERS)),
    ("GET", "/imports", Only(PROVERS)),
    ("POST", "/imports", Only(RULERS)),
    ("GET", "/imports/new", Only(RULERS)),
    ("GET", "/imports/{id}", Only(PROVERS)),
    ("GET", "/imports/{id}/columns", Only(RULERS)),
    ("POST", "/imports/{id}/columns", Only(RULERS)),
    ("POST", "/imports/{id}/start", Only(RULERS)),
    ("POST", "/imports/{id}/stop", Only(RULERS)),
    ("GET", "/imports/{id}/refused.csv", Only(PROVERS)),
    ("GET", "/compliance", Only(PROVERS)),
    ("POST", "/compliance", Only(RULERS)),
    ("POST", "/compliance/requests/{id}", Only(RULERS)),
    ("GET", "/compliance/suppression", Only(PROVERS)),
    // Looking an address up keeps it out of addresses; adding one is narrowed to those who rule.
    ("POST", "/compliance/suppression", Only(PROVERS)),
    ("GET", "/compliance/places", Only(PROVERS)),
    ("POST", "/compliance/places", Only(RULERS)),
    ("GET", "/compliance/rules", Only(PROVERS)),
    ("GET", "/compliance/retention", Only(PROVERS)),
    ("GET", "/compliance/denied", Only(PROVERS)),
    ("GET", "/compliance/people/{id}", Only(RULERS)),
    ("POST", "/compliance/people/{id}", Only(RULERS)),
    ("POST", "/compliance/people/{id}/copy", Only(RULERS)),
    ("GET", "/ledger", Only(PROVERS)),
    ("POST", "/ledger/verify", Only(PROVERS)),
    ("GET", "/ledger/export", Only(PROVERS)),
    ("GET", "/ledger/checkpoint", Only(PROVERS)),
    ("GET", "/ledger/{seq}", Only(PROVERS)),
    ("GET", "/ledger/{seq}/proof.json", Only(PROVERS)),
    ("GET", "/outbox", Only(PROVERS)),
    ("GET", "/outbox/jobs", Only(PROVERS)),
    ("POST", "/outbox/jobs/{id}", Only(RULERS)),
    ("GET", "/outbox/{id}", Only(PROVERS)),
    ("POST", "/outbox/{id}", Only(RULERS)),
    // Figures.
    ("GET", "/insights", Only(FIGURES)),
    ("GET", "/insights.csv", Only(FIGURES)),
    ("GET", "/audit", Only(FIGURES)),
    // The workspace and its members.
    ("GET", "/members", Only(READERS)),
    ("POST", "/members", Only(RULERS)),
    ("GET", "/members/members.csv", Only(READERS)),
    ("POST", "/members/partners", Only(RULERS)),
    ("GET", "/members/pools", Only(READERS)),
    ("POST", "/members/pools", Only(RULERS)),
    ("POST", "/members/pools/{id}", Only(RULERS)),
    ("GET", "/members/absences", Only(READERS)),
    ("POST", "/members/absences", Only(EVERYBODY)),
    ("POST", "/members/absences/{id}", Only(EVERYBODY)),
    ("GET", "/members/holidays", Only(READERS)),
    ("POST", "/members/holidays", Only(RULERS)),
    ("GET", "/members/{id}", Only(READERS)),
    ("POST", "/members/{id}", Only(RULERS)),
    ("POST", "/members/{id}/deactivate", Only(RULERS)),
    ("POST", "/members/{id}/reactivate", Only(RULERS)),
    ("GET", "/account", Only(EVERYBODY)),
    ("POST", "/account", Only(EVERYBODY)),
    ("POST", "/account/sessions", Only(EVERYBODY)),
    ("POST", "/account/sessions/{id}", Only(EVERYBODY)),
    ("GET", "/keys", Only(EVERYBODY)),
    ("GET", "/settings", Only(ADMIN)),
    ("POST", "/settings", Only(ADMIN)),
    ("GET", "/settings/keys", Only(ADMIN)),
    ("POST", "/settings/keys", Only(ADMIN)),
    ("POST", "/settings/keys/{id}/revoke", Only(ADMIN)),
    // Programs.
    ("GET", "/v1/referrals", Program(READERS, "referrals:read")),
    ("POST", "/v1/referrals", Program(INSIDE, "referrals:write")),
    ("GET", "/v1/referrals/{id}", Program(READERS, "referrals:read")),
    ("POST", "/v1/referrals/{id}/actions", Program(INSIDE, "referrals:write")),
    ("GET", "/v1/check", Program(INSIDE, "check:read")),
    ("GET", "/v1/limits", Anybody),
    ("GET", "/v1/webhook-endpoints", Program(ADMIN, "webhooks:write")),
    ("POST", "/v1/webhook-endpoints", Program(ADMIN, "webhooks:write")),
    ("GET", "/v1/webhook-endpoints/{id}/deliveries", Program(ADMIN, "webhooks:write")),
    ("POST", "/v1/webhook-endpoints/{id}/deliveries/{delivery}/replay", Program(ADMIN, "webhooks:write")),
    ("GET", "/v1/report", Program(FIGURES, "report:read")),
    ("POST", "/v1/imports", Program(RULERS, "imports:write")),
    ("GET", "/v1/imports", Program(PROVERS, "imports:read")),
    ("GET", "/v1/imports/{id}", Program(PROVERS, "imports:read")),
    ("GET", "/v1/ledger/entries", Program(PROVERS, "ledger:read")),
    ("GET", "/v1/ledger/checkpoint", Program(PROVERS, "ledger:read")),
    ("GET", "/v1/ledger/entries/{seq}/proof", Program(PROVERS, "ledger:read")),
    ("GET", "/v1/ledger/consistency", Program(PROVERS, "ledger:read")),
];
