-- The house: every table of the first release. Times are microseconds since 1970 in UTC, ids are
-- 16 bytes (UUIDv7), truth values are 0 and 1, structures are JSON text.

-- A workspace: one tenant.
CREATE TABLE workspace (
    workspace {bytes} NOT NULL, -- Its id.
    name TEXT NOT NULL, -- Short name, as shown everywhere.
    legal_name TEXT NOT NULL, -- Legal name, for the footer of public pages.
    address TEXT NOT NULL, -- Postal address.
    privacy_contact TEXT NOT NULL, -- Where people write about their data.
    trade TEXT NOT NULL, -- What it does, in a few words ("finance close software").
    country TEXT NOT NULL, -- ISO 3166-1 alpha-2.
    zone TEXT NOT NULL, -- IANA time zone.
    language TEXT NOT NULL, -- Language of outgoing texts, BCP 47.
    prospect_countries TEXT NOT NULL, -- The countries its prospects are in, from the first-run question.
    created_at BIGINT NOT NULL, -- When it was made.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace)
);

-- A user of one workspace.
CREATE TABLE member (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    name TEXT NOT NULL, -- Full name.
    email TEXT NOT NULL, -- Mailbox in its match form.
    role TEXT NOT NULL, -- Role.
    title TEXT NOT NULL, -- Short text under the name ("Seller, DACH").
    team TEXT NOT NULL, -- Team name; a manager sees the members of the same team.
    partner {bytes}, -- The partner organisation, for partner members.
    zone TEXT NOT NULL, -- IANA time zone of their working hours.
    region TEXT NOT NULL, -- Region whose holidays apply.
    hours TEXT NOT NULL, -- Working blocks a weekday: seven lists of (from minute, to minute), Monday first.
    active BIGINT NOT NULL, -- May sign in and be given leads.
    last_choices TEXT NOT NULL, -- The last choices in the hand-over form.
    created_at BIGINT NOT NULL, -- When they were added.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- A pool of members that share work.
CREATE TABLE pool (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    slug TEXT NOT NULL, -- The word pathways use for it.
    name TEXT NOT NULL, -- Name.
    fallback {bytes} NOT NULL, -- Who gets a lead when nobody is eligible.
    state TEXT NOT NULL, -- State of the fair-share method, as `warmpath-pathway` writes it.
    version BIGINT NOT NULL, -- For guarded saves: two nodes can never take the same turn.
    PRIMARY KEY (workspace, id)
);

-- A member's seat in a pool.
CREATE TABLE pool_member (
    workspace {bytes} NOT NULL, -- The workspace.
    pool {bytes} NOT NULL, -- The pool.
    member {bytes} NOT NULL, -- The member.
    weight BIGINT NOT NULL, -- Share of the work, 1 to 100.
    cap BIGINT, -- Most open leads at once; none is no cap.
    PRIMARY KEY (workspace, pool, member)
);

-- A time a member is away.
CREATE TABLE absence (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    member {bytes} NOT NULL, -- Who.
    starts_at BIGINT NOT NULL, -- From, inclusive.
    ends_at BIGINT NOT NULL, -- Until, exclusive.
    reason TEXT NOT NULL, -- "Holiday", "Sick", …
    PRIMARY KEY (workspace, id)
);

-- A public holiday in a region.
CREATE TABLE holiday (
    workspace {bytes} NOT NULL, -- The workspace.
    region TEXT NOT NULL, -- The region, as members name it.
    day TEXT NOT NULL, -- The day, ISO 8601.
    name TEXT NOT NULL, -- Its name.
    PRIMARY KEY (workspace, region, day)
);

-- An outside organisation with portal access.
CREATE TABLE partner (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    name TEXT NOT NULL, -- Name.
    domain TEXT NOT NULL, -- Its mail domain.
    active BIGINT NOT NULL, -- May use the portal.
    created_at BIGINT NOT NULL, -- When it was added.
    PRIMARY KEY (workspace, id)
);

-- One setting of a workspace.
CREATE TABLE setting (
    workspace {bytes} NOT NULL, -- The workspace.
    name TEXT NOT NULL, -- Its name.
    value TEXT NOT NULL, -- JSON.
    PRIMARY KEY (workspace, name)
);

-- A signed-in browser.
CREATE TABLE session (
    workspace {bytes} NOT NULL, -- The workspace.
    token_hash {bytes} NOT NULL, -- SHA-256 of the cookie's secret.
    id {bytes} NOT NULL, -- Its id, for the list of sessions.
    member {bytes} NOT NULL, -- Whose.
    form_token TEXT NOT NULL, -- The token that every form carries.
    created_at BIGINT NOT NULL, -- When it was opened.
    seen_at BIGINT NOT NULL, -- Last use, to the minute.
    expires_at BIGINT NOT NULL, -- When it ends for good.
    PRIMARY KEY (workspace, token_hash)
);

-- A one-time or personal link, in any purpose.
CREATE TABLE link (
    workspace {bytes} NOT NULL, -- The workspace.
    token_hash {bytes} NOT NULL, -- SHA-256 of the secret in the address.
    id {bytes} NOT NULL, -- Its id.
    purpose TEXT NOT NULL, -- What it opens: `sign_in`, `answer`, `status`, `withdraw`, `unsubscribe`, `personal`, `mailbox_code`, `portal`.
    member {bytes}, -- For a member.
    person {bytes}, -- For a person.
    referral {bytes}, -- About a referral.
    consent {bytes}, -- About a consent.
    wording_hash {bytes}, -- The wording it was made for.
    nonce TEXT NOT NULL, -- What the page's form must send back.
    created_at BIGINT NOT NULL, -- Made.
    expires_at BIGINT NOT NULL, -- Ends, exclusive.
    used_at BIGINT, -- Used up.
    revoked_at BIGINT, -- Taken back.
    attempts BIGINT NOT NULL, -- Wrong codes tried, for mailbox codes.
    version BIGINT NOT NULL, -- For guarded saves: a link is used once.
    PRIMARY KEY (workspace, token_hash)
);

-- A key for programs.
CREATE TABLE api_key (
    workspace {bytes} NOT NULL, -- The workspace.
    key_hash {bytes} NOT NULL, -- SHA-256 of the key's secret.
    id {bytes} NOT NULL, -- Its id.
    name TEXT NOT NULL, -- What it is for.
    prefix TEXT NOT NULL, -- The first letters, to recognise it by.
    scopes TEXT NOT NULL, -- `referrals:write`, `referrals:read`, `report:read`, `check:read`, `ledger:read`, …
    member {bytes} NOT NULL, -- The member it acts for.
    created_at BIGINT NOT NULL, -- Made.
    used_at BIGINT, -- Last use, to the minute.
    revoked_at BIGINT, -- Taken back.
    PRIMARY KEY (workspace, key_hash)
);

-- The answer that was given to a request with this key.
CREATE TABLE idempotency (
    workspace {bytes} NOT NULL, -- The workspace.
    key TEXT NOT NULL, -- The client's key, with the caller's id in front.
    fingerprint {bytes} NOT NULL, -- SHA-256 of method, path and body.
    status BIGINT NOT NULL, -- The status answered.
    body TEXT NOT NULL, -- The body answered; ids only.
    created_at BIGINT NOT NULL, -- When.
    expires_at BIGINT NOT NULL, -- When the key is free again.
    PRIMARY KEY (workspace, key)
);

-- A person.
CREATE TABLE person (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    name TEXT NOT NULL, -- Name as given.
    name_key {bytes} NOT NULL, -- Folded name, for sorting and searching.
    title TEXT NOT NULL, -- Role in their company, as stated.
    company TEXT NOT NULL, -- Company as stated, when no account is known.
    account {bytes}, -- The account, when known.
    country TEXT, -- ISO 3166-1 alpha-2, when known.
    language TEXT NOT NULL, -- Language for texts, BCP 47.
    erased_at BIGINT, -- Erased: the row stays, empty, so that references hold.
    created_at BIGINT NOT NULL, -- First seen.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- One way to reach a person, with where it came from.
CREATE TABLE contact_point (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    person {bytes} NOT NULL, -- Whose.
    kind TEXT NOT NULL, -- `email` or `phone`.
    value TEXT NOT NULL, -- As written.
    normal TEXT NOT NULL, -- The match form: folded mailbox, E.164.
    verification TEXT NOT NULL, -- `none`, `syntax`, `mx`, `control`, `shape`.
    class TEXT NOT NULL, -- `corporate`, `free`, `role`, `disposable`; `mobile`, `fixed`, `other`.
    source TEXT NOT NULL, -- Who told us: `referrer`, `prospect`, `import`, a vendor.
    observed_at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, id)
);

-- Keyed hash of a mailbox or phone: stops two nodes from creating one person twice.
CREATE TABLE identity_key (
    workspace {bytes} NOT NULL, -- The workspace.
    key {bytes} NOT NULL, -- HMAC-SHA256 under the workspace's key.
    person {bytes} NOT NULL, -- Whose.
    PRIMARY KEY (workspace, key)
);

-- A record as it came from its source, kept as it was.
CREATE TABLE source_record (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    kind TEXT NOT NULL, -- `contact`, `account`, `opportunity`, `referral`.
    source TEXT NOT NULL, -- The system it came from.
    external_id TEXT NOT NULL, -- Its id there.
    body TEXT NOT NULL, -- As it came, JSON.
    person {bytes}, -- The person it was attached to.
    account {bytes}, -- The account it was attached to.
    import {bytes}, -- The import it came with.
    created_at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, id)
);

-- One piece of evidence about a referrer.
CREATE TABLE evidence (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    person {bytes} NOT NULL, -- About whom.
    class TEXT NOT NULL, -- Class letter: C, S, D, F, R, T or X.
    method TEXT NOT NULL, -- How it was found.
    holds BIGINT NOT NULL, -- Whether it holds.
    referral {bytes}, -- For one referral only.
    observed_at BIGINT NOT NULL, -- When it was seen.
    expires_at BIGINT, -- Until when it counts.
    PRIMARY KEY (workspace, id)
);

-- Never to be contacted again.
CREATE TABLE suppression (
    workspace {bytes} NOT NULL, -- The workspace.
    key {bytes} NOT NULL, -- HMAC-SHA256 of the mailbox, phone or domain under the workspace's key.
    id {bytes} NOT NULL, -- Its id.
    kind TEXT NOT NULL, -- `mailbox`, `phone` or `domain`.
    reason TEXT NOT NULL, -- `objection`, `refused`, `withdrawn`, `complaint`, `manual`.
    created_at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, key)
);

-- A person asked something about their data.
CREATE TABLE subject_request (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    person {bytes} NOT NULL, -- Who.
    kind TEXT NOT NULL, -- `access`, `erasure`, `correction`.
    state TEXT NOT NULL, -- `open`, `done`, `refused`.
    created_at BIGINT NOT NULL, -- When it came.
    due_at BIGINT NOT NULL, -- By when it must be answered.
    done_at BIGINT, -- When it was answered.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- The key under which a person's undeletable traces are encrypted.
CREATE TABLE subject_key (
    workspace {bytes} NOT NULL, -- The workspace.
    person {bytes} NOT NULL, -- Whose.
    wrapped {bytes} NOT NULL, -- The key, wrapped by the master key; empty once destroyed.
    destroyed_at BIGINT, -- When it was destroyed.
    PRIMARY KEY (workspace, person)
);

-- A company known to the workspace.
CREATE TABLE account (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    name TEXT NOT NULL, -- Name as given.
    name_key {bytes} NOT NULL, -- Folded name, for matching and sorting.
    external_id TEXT NOT NULL, -- Its id in the CRM.
    status TEXT NOT NULL, -- `customer`, `prospect`, `former`.
    unit TEXT NOT NULL, -- Business unit that looks after it.
    owner {bytes}, -- Its owner among the members.
    owner_name TEXT NOT NULL, -- Owner's name as the CRM has it.
    country TEXT, -- ISO 3166-1 alpha-2.
    industry TEXT NOT NULL, -- Industry as the CRM has it.
    headcount BIGINT, -- People employed.
    created_at BIGINT NOT NULL, -- When it was imported first.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- A mail domain of a company.
CREATE TABLE account_domain (
    workspace {bytes} NOT NULL, -- The workspace.
    domain TEXT NOT NULL, -- Registrable domain, lower case, A-labels.
    account {bytes} NOT NULL, -- Whose.
    PRIMARY KEY (workspace, domain)
);

-- An opportunity imported from a CRM.
CREATE TABLE opportunity (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    external_id TEXT NOT NULL, -- Its id in the CRM.
    name TEXT NOT NULL, -- Name.
    account {bytes}, -- The company.
    person {bytes}, -- The contact it came with.
    referrer {bytes}, -- Who referred it, where the CRM says so.
    unit TEXT NOT NULL, -- Business unit.
    owner {bytes}, -- Owner among the members.
    owner_name TEXT NOT NULL, -- Owner's name as the CRM has it; empty is unassigned.
    stage TEXT NOT NULL, -- Stage as the CRM has it.
    lead_source TEXT NOT NULL, -- Lead source as the CRM has it.
    amount BIGINT, -- Amount in minor units.
    currency TEXT NOT NULL, -- ISO 4217.
    opened_at BIGINT NOT NULL, -- Created in the CRM.
    contacted_at BIGINT, -- First activity in the CRM.
    closed_at BIGINT, -- Closed in the CRM.
    won BIGINT, -- Won, lost, or open.
    PRIMARY KEY (workspace, id)
);

-- A referral.
CREATE TABLE referral (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    state TEXT NOT NULL, -- Where it stands.
    resume TEXT, -- Where a hold, a nurture or a cancel request goes back to.
    reason TEXT NOT NULL, -- Coded reason of a side state.
    kind TEXT NOT NULL, -- Direct, implied, tangible, community.
    origin TEXT NOT NULL, -- Who the referrer is to us.
    door TEXT NOT NULL, -- The door it came in by.
    person {bytes} NOT NULL, -- Who is referred.
    account {bytes}, -- Their company, when known.
    referrer {bytes} NOT NULL, -- Who referred them.
    submitted_by {bytes}, -- The member who typed it in.
    partner {bytes}, -- The partner organisation, for the portal.
    owner {bytes}, -- Who works it.
    arbiter {bytes}, -- Who must decide a hold.
    pathway {bytes}, -- The pathway it came in under.
    pathway_version BIGINT NOT NULL, -- That pathway's version.
    consent {bytes}, -- The consent that carries it.
    basis TEXT NOT NULL, -- `opt_in`, or the id of the rule that allows contact; empty while there is none.
    duplicate_of {bytes}, -- The lead this one was joined to.
    relationship TEXT NOT NULL, -- How the referrer knows the person: `worked_together`, `business`, `met`, `by_name`.
    rating TEXT NOT NULL, -- The referrer's own rating of the tie: `strong`, `medium`, `weak`; empty if not asked.
    expects BIGINT NOT NULL, -- The person was asked by the referrer before.
    referrer_level BIGINT NOT NULL, -- Referrer verification level, 0 to 4.
    channel_level BIGINT NOT NULL, -- Channel level, 0 to 4.
    score DOUBLE PRECISION, -- Score, 0 to 100.
    priority TEXT NOT NULL, -- `high`, `normal`, `low`.
    playbook TEXT NOT NULL, -- The playbook chosen.
    until BIGINT, -- When a waiting state ends.
    received_at BIGINT NOT NULL, -- Received.
    state_since BIGINT NOT NULL, -- In this state since.
    cleared_at BIGINT, -- Cleared for contact.
    routed_at BIGINT, -- Routed.
    accepted_at BIGINT, -- Accepted.
    contacted_at BIGINT, -- First contact.
    met_at BIGINT, -- Meeting held.
    closed_at BIGINT, -- Ended.
    amount BIGINT, -- Value in minor units, once known.
    currency TEXT NOT NULL, -- ISO 4217.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- Words that came with a referral. The first of a slot is frozen; later ones are edits.
CREATE TABLE referral_text (
    workspace {bytes} NOT NULL, -- The workspace.
    referral {bytes} NOT NULL, -- The referral.
    slot TEXT NOT NULL, -- `context`, `evidence`, `need`, `budget`, `authority`, `timing`.
    edition BIGINT NOT NULL, -- 0 is the frozen original.
    body TEXT NOT NULL, -- The words.
    author TEXT NOT NULL, -- Who said them, as shown.
    at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, referral, slot, edition)
);

-- One hop of the chain before the referrer: who referred whom.
CREATE TABLE referral_hop (
    workspace {bytes} NOT NULL, -- The workspace.
    referral {bytes} NOT NULL, -- The referral.
    place BIGINT NOT NULL, -- 0 is the hop next to the referrer, higher is earlier.
    person {bytes} NOT NULL, -- Who.
    relation TEXT NOT NULL, -- What it was: `introduced`, `mentioned`, `worked_together`.
    since TEXT NOT NULL, -- The year, as stated.
    PRIMARY KEY (workspace, referral, place)
);

-- A decision with the facts it was made from and its trace, so that it can be replayed.
CREATE TABLE decision (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    referral {bytes} NOT NULL, -- The referral.
    kind TEXT NOT NULL, -- `route`, `score`, `contact`, `verify`.
    pathway {bytes}, -- Pathway.
    pathway_version BIGINT NOT NULL, -- Version.
    facts TEXT NOT NULL, -- The facts, JSON; ids and codes, never personal data.
    trace TEXT NOT NULL, -- The outcome and trace, JSON.
    at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, id)
);

-- Credit for a referral.
CREATE TABLE credit (
    workspace {bytes} NOT NULL, -- The workspace.
    referral {bytes} NOT NULL, -- The referral.
    person {bytes} NOT NULL, -- To whom.
    kind TEXT NOT NULL, -- `sourced`, `influenced`, `assisted`.
    share BIGINT NOT NULL, -- Share in 1/10,000.
    rule TEXT NOT NULL, -- The rule it was counted by.
    PRIMARY KEY (workspace, referral, person)
);

-- A comment of a member.
CREATE TABLE comment (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    referral {bytes} NOT NULL, -- The referral.
    author {bytes} NOT NULL, -- Who wrote it.
    body TEXT NOT NULL, -- The words.
    at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, id)
);

-- A consent, after ISO/IEC TS 27560. What the person typed stands sealed in `evidence`.
CREATE TABLE consent (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    person {bytes} NOT NULL, -- Whose.
    referral {bytes} NOT NULL, -- The referral that asked for it.
    state TEXT NOT NULL, -- Where it stands.
    answer TEXT NOT NULL, -- The answer given, if any.
    channels TEXT NOT NULL, -- The channels it opens.
    purpose TEXT NOT NULL, -- The one purpose, as shown.
    wording_version BIGINT NOT NULL, -- Version of the wording.
    wording_hash {bytes} NOT NULL, -- SHA-256 of the wording as shown.
    language TEXT NOT NULL, -- Language of the wording.
    mailbox {bytes} NOT NULL, -- Keyed hash of the mailbox it is bound to.
    share_milestones BIGINT NOT NULL, -- The person lets the referrer hear whether a meeting took place.
    asked_at BIGINT NOT NULL, -- Asked.
    answered_at BIGINT, -- Answered.
    expires_at BIGINT, -- Ends.
    withdrawn_at BIGINT, -- Taken back.
    evidence {bytes} NOT NULL, -- Wording as shown, address, agent and time of each step, encrypted under the person's key.
    version BIGINT NOT NULL, -- For guarded saves: one answer wins.
    PRIMARY KEY (workspace, id)
);

-- One clock on a referral.
CREATE TABLE sla_clock (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    referral {bytes} NOT NULL, -- The referral.
    kind TEXT NOT NULL, -- `accept`, `contact`, `acknowledge`, `arbiter`, `nurture`.
    state TEXT NOT NULL, -- `running`, `paused`, `met`, `breached`, `dropped`.
    member {bytes}, -- Who must act.
    started_at BIGINT NOT NULL, -- Started.
    due_at BIGINT NOT NULL, -- Due, in absolute time.
    wake_at BIGINT, -- When it wants to be looked at next.
    machine TEXT NOT NULL, -- The state machine.
    met_at BIGINT, -- Fulfilled.
    breached_at BIGINT, -- Ran over.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- Thanks owed to a referrer within 24 hours.
CREATE TABLE acknowledgement (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    referral {bytes} NOT NULL, -- For which referral.
    referrer {bytes} NOT NULL, -- To whom.
    member {bytes}, -- Who writes it.
    state TEXT NOT NULL, -- `due`, `drafted`, `sent_by_person`, `breached`, `escalated`.
    due_at BIGINT NOT NULL, -- By when.
    mail {bytes}, -- The mail, once drafted.
    sent_at BIGINT, -- Sent.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- An entry. `body` is the draft until it is numbered, then the canonical entry.
CREATE TABLE ledger_entry (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id before it has a number.
    seq BIGINT, -- Its number, from 0; none until the sequencer came by.
    at BIGINT NOT NULL, -- When it happened.
    kind TEXT NOT NULL, -- What happened: `referral.received`, …
    about TEXT NOT NULL, -- The record it is about, as text id.
    body TEXT NOT NULL, -- Draft or canonical bytes, UTF-8.
    leaf {bytes} NOT NULL, -- SHA-256 of the leaf; empty until numbered.
    PRIMARY KEY (workspace, id)
);

-- A complete node of the Merkle tree above the leaves.
CREATE TABLE ledger_node (
    workspace {bytes} NOT NULL, -- The workspace.
    level BIGINT NOT NULL, -- Height above the leaves, from 1.
    place BIGINT NOT NULL, -- Place in that level, from 0.
    hash {bytes} NOT NULL, -- SHA-256.
    PRIMARY KEY (workspace, level, place)
);

-- Where the sequencer stands; only it writes here.
CREATE TABLE ledger_head (
    workspace {bytes} NOT NULL, -- The workspace.
    size BIGINT NOT NULL, -- Entries numbered so far.
    prev {bytes} NOT NULL, -- SHA-256 of the last entry's bytes.
    checkpoint_size BIGINT NOT NULL, -- Size at the last checkpoint.
    checkpoint_at BIGINT NOT NULL, -- Time of the last checkpoint.
    version BIGINT NOT NULL, -- For guarded saves: two sequencers can never number the same entry.
    PRIMARY KEY (workspace)
);

-- A signed checkpoint (C2SP signed note).
CREATE TABLE ledger_checkpoint (
    workspace {bytes} NOT NULL, -- The workspace.
    size BIGINT NOT NULL, -- Size of the tree it signs.
    note TEXT NOT NULL, -- The note.
    at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, size)
);

-- What an entry proves but must not show, encrypted under a person's key.
CREATE TABLE ledger_sealed (
    workspace {bytes} NOT NULL, -- The workspace.
    entry {bytes} NOT NULL, -- The entry.
    person {bytes} NOT NULL, -- Under whose key.
    bytes {bytes} NOT NULL, -- Nonce and ciphertext.
    PRIMARY KEY (workspace, entry)
);

-- A job. A timer is a job whose time has not come.
CREATE TABLE job (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    kind TEXT NOT NULL, -- What to do.
    about TEXT NOT NULL, -- The record it is about, as text id.
    key TEXT NOT NULL, -- Natural identity: the same thing is never queued twice.
    payload TEXT NOT NULL, -- Ids and codes, JSON.
    due_at BIGINT NOT NULL, -- Not before.
    state TEXT NOT NULL, -- `ready`, `leased`, `dead`.
    attempts BIGINT NOT NULL, -- Times tried.
    lease_until BIGINT, -- The lease ends.
    lease {bytes} NOT NULL, -- Who holds the lease; a job lost to another worker cannot be finished.
    last_error TEXT NOT NULL, -- What went wrong last; no personal data.
    created_at BIGINT NOT NULL, -- Queued.
    PRIMARY KEY (workspace, id)
);

-- A mail.
CREATE TABLE mail (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    kind TEXT NOT NULL, -- What it is: `sign_in`, `mailbox_code`, `assigned`, `sla_warning`, `thanks`, `receipt`, …
    to_address TEXT NOT NULL, -- To.
    reply_to TEXT NOT NULL, -- Reply to, if not us.
    subject TEXT NOT NULL, -- Subject.
    body TEXT NOT NULL, -- Text.
    unsubscribe TEXT NOT NULL, -- One-click withdrawal address, if it has one.
    person {bytes}, -- The person it goes to, if they are not a member.
    referral {bytes}, -- The referral it is about.
    sent_by {bytes}, -- The named person who sends it; service messages have none.
    state TEXT NOT NULL, -- `draft`, `queued`, `sent`, `failed`, `unknown`, `cancelled`.
    created_at BIGINT NOT NULL, -- Made.
    sent_at BIGINT, -- Handed over.
    error TEXT NOT NULL, -- What went wrong.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- Where events are posted.
CREATE TABLE endpoint (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    url TEXT NOT NULL, -- Address.
    secret {bytes} NOT NULL, -- Which secret is live: its number, and until when the one before it is too.
    events TEXT NOT NULL, -- Event types; empty is all.
    active BIGINT NOT NULL, -- Sends.
    failing_since BIGINT, -- Has failed without a break since.
    created_at BIGINT NOT NULL, -- Made.
    cursor BIGINT NOT NULL, -- The ledger number up to which events were handed out.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- One event for one endpoint.
CREATE TABLE delivery (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id, the same over all attempts.
    endpoint {bytes} NOT NULL, -- Where to.
    seq BIGINT NOT NULL, -- The ledger entry it tells of.
    kind TEXT NOT NULL, -- `referral.routed`, …
    body TEXT NOT NULL, -- The body; ids and codes only.
    state TEXT NOT NULL, -- `waiting`, `delivered`, `dead`.
    attempts BIGINT NOT NULL, -- Times tried.
    last_status BIGINT NOT NULL, -- Last HTTP status; 0 is no answer.
    last_error TEXT NOT NULL, -- What went wrong last.
    created_at BIGINT NOT NULL, -- Made.
    delivered_at BIGINT, -- Answered with 2xx.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- A pathway: the document by which referrals of some origins are handled.
CREATE TABLE pathway (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    slug TEXT NOT NULL, -- The word for it.
    name TEXT NOT NULL, -- Name.
    live_version BIGINT, -- The version in force; none before the first.
    pilot_version BIGINT, -- A version that runs for one door only.
    pilot_door TEXT NOT NULL, -- That door.
    pilot_since BIGINT, -- When the pilot began.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- One version of a pathway; its text never changes once it left draft.
CREATE TABLE pathway_version (
    workspace {bytes} NOT NULL, -- The workspace.
    pathway {bytes} NOT NULL, -- The pathway.
    number BIGINT NOT NULL, -- Its number, from 1.
    text TEXT NOT NULL, -- TOML.
    state TEXT NOT NULL, -- `draft`, `linted`, `simulated`, `pilot`, `live`, `retired`.
    note TEXT NOT NULL, -- What changed, in the author's words.
    author {bytes}, -- Who wrote it.
    approved_by {bytes}, -- Who approved it.
    approved_at BIGINT, -- When.
    simulation TEXT NOT NULL, -- Result of the last simulation, JSON.
    created_at BIGINT NOT NULL, -- Made.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, pathway, number)
);

-- An import.
CREATE TABLE import_run (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    kind TEXT NOT NULL, -- `contacts`, `accounts`, `opportunities`, `referrals`, `members`, `partners`.
    file_name TEXT NOT NULL, -- The file's name.
    state TEXT NOT NULL, -- `uploaded`, `mapped`, `running`, `done`, `stopped`, `failed`.
    mapping TEXT NOT NULL, -- Column of the file to field of ours; an empty field is ignored.
    total BIGINT NOT NULL, -- Lines in the file.
    done BIGINT NOT NULL, -- Lines done.
    created BIGINT NOT NULL, -- New records.
    updated BIGINT NOT NULL, -- Changed records.
    unchanged BIGINT NOT NULL, -- Lines that say nothing new.
    refused BIGINT NOT NULL, -- Lines that were refused.
    encoding TEXT NOT NULL, -- `utf-8` or `windows-1252`: how the file was read.
    digest {bytes} NOT NULL, -- SHA-256 of the file: the same file twice is said so.
    member {bytes}, -- Who started it.
    created_at BIGINT NOT NULL, -- Uploaded.
    finished_at BIGINT, -- Finished.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- The bytes of an imported file, kept apart so that progress is a small write.
CREATE TABLE import_file (
    workspace {bytes} NOT NULL, -- The workspace.
    import {bytes} NOT NULL, -- The import.
    content {bytes} NOT NULL, -- The bytes as they came.
    PRIMARY KEY (workspace, import)
);

-- A line that was refused.
CREATE TABLE import_refused (
    workspace {bytes} NOT NULL, -- The workspace.
    import {bytes} NOT NULL, -- The import.
    line BIGINT NOT NULL, -- Line of the file, from 1.
    column_name TEXT NOT NULL, -- Column.
    code TEXT NOT NULL, -- Stable code.
    message TEXT NOT NULL, -- What helps.
    value TEXT NOT NULL, -- The value, shortened.
    PRIMARY KEY (workspace, import, line)
);

-- Natural identities are unique; every index starts with the workspace, except those by which a
-- worker finds due jobs and a sign-in finds its member.
CREATE UNIQUE INDEX member_email ON member (workspace, email);
CREATE INDEX member_any_email ON member (email);
CREATE UNIQUE INDEX pool_slug ON pool (workspace, slug);
CREATE INDEX absence_member ON absence (workspace, member, ends_at);
CREATE INDEX session_member ON session (workspace, member);
CREATE INDEX session_ends ON session (workspace, expires_at);
CREATE INDEX link_referral ON link (workspace, referral);
CREATE INDEX link_person ON link (workspace, person, purpose);
CREATE INDEX link_ends ON link (workspace, expires_at);
CREATE INDEX idempotency_ends ON idempotency (workspace, expires_at);
CREATE INDEX person_name ON person (workspace, name_key);
CREATE INDEX contact_point_person ON contact_point (workspace, person);
CREATE INDEX contact_point_normal ON contact_point (workspace, kind, normal);
CREATE INDEX identity_key_person ON identity_key (workspace, person);
CREATE INDEX source_record_person ON source_record (workspace, person);
CREATE UNIQUE INDEX source_record_natural ON source_record (workspace, kind, source, external_id);
CREATE INDEX evidence_person ON evidence (workspace, person);
CREATE INDEX account_name ON account (workspace, name_key);
CREATE INDEX account_external ON account (workspace, external_id);
CREATE INDEX account_domain_account ON account_domain (workspace, account);
CREATE UNIQUE INDEX opportunity_external ON opportunity (workspace, external_id);
CREATE INDEX opportunity_account ON opportunity (workspace, account);
CREATE INDEX opportunity_opened ON opportunity (workspace, opened_at);
CREATE INDEX referral_owner ON referral (workspace, owner, state);
CREATE INDEX referral_state ON referral (workspace, state, id);
CREATE INDEX referral_person ON referral (workspace, person);
CREATE INDEX referral_referrer ON referral (workspace, referrer);
CREATE INDEX referral_partner ON referral (workspace, partner, id);
CREATE INDEX referral_received ON referral (workspace, received_at);
CREATE INDEX decision_referral ON decision (workspace, referral);
CREATE INDEX decision_kind ON decision (workspace, kind, id);
CREATE INDEX comment_referral ON comment (workspace, referral);
CREATE INDEX consent_person ON consent (workspace, person);
CREATE INDEX sla_clock_referral ON sla_clock (workspace, referral);
CREATE INDEX sla_clock_counting ON sla_clock (workspace, state, due_at);
CREATE UNIQUE INDEX acknowledgement_referral ON acknowledgement (workspace, referral);
CREATE INDEX acknowledgement_owed ON acknowledgement (workspace, sent_at, due_at);
CREATE UNIQUE INDEX ledger_entry_seq ON ledger_entry (workspace, seq);
CREATE INDEX ledger_entry_unnumbered ON ledger_entry (workspace, id) WHERE seq IS NULL;
CREATE INDEX ledger_entry_about ON ledger_entry (workspace, about, id);
CREATE INDEX ledger_sealed_person ON ledger_sealed (workspace, person);
CREATE UNIQUE INDEX job_key ON job (workspace, key);
CREATE INDEX job_due ON job (state, due_at);
CREATE INDEX job_lease ON job (lease);
CREATE INDEX job_about ON job (workspace, about);
CREATE INDEX mail_person ON mail (workspace, person);
CREATE INDEX mail_referral ON mail (workspace, referral);
CREATE INDEX delivery_endpoint ON delivery (workspace, endpoint, id);
CREATE INDEX comment_workspace ON comment (workspace, id);
