-- Identity: who may be one, who was decided to be, and the systems that say so. Times are
-- microseconds since 1970 in UTC, ids are 16 bytes, structures are JSON text.

-- A keyed hash under which a person can be looked for: a name, a mailbox without its tag, a line.
-- Many people share one; it proposes and never proves.
CREATE TABLE match_key (
    workspace {bytes} NOT NULL, -- The workspace.
    key {bytes} NOT NULL, -- HMAC-SHA256 under the workspace's key, cut to 16 bytes.
    person {bytes} NOT NULL, -- Whose.
    made_at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, key, person)
);

-- The same for companies.
CREATE TABLE account_key (
    workspace {bytes} NOT NULL, -- The workspace.
    key {bytes} NOT NULL, -- HMAC-SHA256 under the workspace's key, cut to 16 bytes.
    account {bytes} NOT NULL, -- Whose.
    made_at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, key, account)
);

-- Two records that may be one, for a person to decide. Holds ids and figures, never what stands in
-- the records.
CREATE TABLE duplicate (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    kind TEXT NOT NULL, -- `person` or `account`.
    known {bytes} NOT NULL, -- The record that was there.
    fresh {bytes} NOT NULL, -- The record that came.
    state TEXT NOT NULL, -- `open`, `later`, `same`, `different`, `gone`.
    reason TEXT NOT NULL, -- Why it was asked: `between`, `no_proof`, `names_differ`, `shared_mailbox`, `look_alike`, `legal_form`.
    bits DOUBLE PRECISION NOT NULL, -- log2 odds that both are one, when it was found.
    probability DOUBLE PRECISION NOT NULL, -- The same as a probability.
    model TEXT NOT NULL, -- The model that weighed it.
    trace TEXT NOT NULL, -- The waterfall: comparison, level, bits of each step.
    source TEXT NOT NULL, -- Where the fresh record came from: `referrer`, `prospect`, a source system.
    import {bytes}, -- The import it came with.
    found_at BIGINT NOT NULL, -- When.
    until BIGINT, -- Put off until.
    decided_by {bytes}, -- The member who decided.
    decided_at BIGINT, -- When.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- One record stands for another. Nothing is moved by it, so that taking it back restores both.
CREATE TABLE merge (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    kind TEXT NOT NULL, -- `person` or `account`.
    kept {bytes} NOT NULL, -- The record that stands for both.
    gone {bytes} NOT NULL, -- The record that is seen no more by itself.
    duplicate {bytes}, -- The question it answered.
    member {bytes}, -- Who decided.
    at BIGINT NOT NULL, -- When.
    undone_at BIGINT, -- Taken back.
    undone_by {bytes}, -- By whom.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- A system that records come from.
CREATE TABLE source_system (
    workspace {bytes} NOT NULL, -- The workspace.
    slug TEXT NOT NULL, -- Its short name, as records carry it.
    name TEXT NOT NULL, -- Its name for people.
    kind TEXT NOT NULL, -- `crm`, `marketing`, `erp`, `contacts`, `other`.
    place BIGINT NOT NULL, -- Order of belief: the lowest first.
    created_at BIGINT NOT NULL, -- When it was named.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, slug)
);

-- Whom to believe about one field, where that differs from the order of the systems.
CREATE TABLE field_precedence (
    workspace {bytes} NOT NULL, -- The workspace.
    field TEXT NOT NULL, -- The field.
    system TEXT NOT NULL, -- The system believed first.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, field)
);

-- The company that a company belongs to.
CREATE TABLE account_parent (
    workspace {bytes} NOT NULL, -- The workspace.
    account {bytes} NOT NULL, -- The subsidiary.
    parent {bytes} NOT NULL, -- The company it belongs to.
    source TEXT NOT NULL, -- The system that says so, or `member`.
    PRIMARY KEY (workspace, account)
);

-- The system an imported file came from; empty is told from its header.
ALTER TABLE import_run ADD COLUMN source TEXT NOT NULL DEFAULT '';
-- Rows that may be somebody known, for a person to decide.
ALTER TABLE import_run ADD COLUMN to_review BIGINT NOT NULL DEFAULT 0;
-- Rows that were joined to somebody known.
ALTER TABLE import_run ADD COLUMN joined BIGINT NOT NULL DEFAULT 0;

CREATE INDEX match_key_person ON match_key (workspace, person);
CREATE INDEX account_key_account ON account_key (workspace, account);
CREATE UNIQUE INDEX duplicate_pair ON duplicate (workspace, known, fresh);
CREATE INDEX duplicate_state ON duplicate (workspace, state, id);
CREATE INDEX duplicate_fresh ON duplicate (workspace, fresh);
CREATE UNIQUE INDEX merge_gone ON merge (workspace, gone) WHERE undone_at IS NULL;
CREATE INDEX merge_kept ON merge (workspace, kept);
CREATE INDEX account_parent_parent ON account_parent (workspace, parent);
CREATE INDEX source_record_account ON source_record (workspace, account);
