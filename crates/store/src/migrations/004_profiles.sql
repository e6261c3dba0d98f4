-- Ideal introduction profiles: what is looked for, what a connector can say of it, what came of it;
-- and the companies and signals that matching looks through.

-- A profile: whom somebody wants to meet.
CREATE TABLE profile (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    name TEXT NOT NULL, -- Name.
    state TEXT NOT NULL, -- `draft`, `specific`, `trial`, `proven`, `automatable`, `retired`.
    live_version BIGINT, -- The version approved for asking; none before the first trial.
    needed_by_hand BIGINT NOT NULL, -- Introductions by hand that must have worked before automation.
    owner {bytes}, -- The member who asks with it.
    created_at BIGINT NOT NULL, -- When it was made.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- One version of a profile; once approved it is never changed.
CREATE TABLE profile_version (
    workspace {bytes} NOT NULL, -- The workspace.
    profile {bytes} NOT NULL, -- The profile.
    number BIGINT NOT NULL, -- Its number, from 1.
    brief TEXT NOT NULL, -- The brief in plain words.
    criteria TEXT NOT NULL, -- The criteria, JSON.
    verdict TEXT NOT NULL, -- `specific`, `vague`, `contradictory`.
    why TEXT NOT NULL, -- What is missing or clashes, JSON list of codes.
    score DOUBLE PRECISION NOT NULL, -- Points of the rubric, 0 to 100.
    script TEXT NOT NULL, -- Two sentences a connector can say.
    value_line TEXT NOT NULL, -- One line a connector can repeat.
    benefit TEXT NOT NULL, -- What the person asked gets out of it.
    accepted TEXT NOT NULL, -- Proposed criteria that a person took up, JSON.
    state TEXT NOT NULL, -- `draft`, `refused`, `approved`, `replaced`.
    author {bytes}, -- Who wrote it.
    approved_by {bytes}, -- Who approved it.
    approved_at BIGINT, -- When.
    created_at BIGINT NOT NULL, -- Last written.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, profile, number)
);

-- What came of the introductions of one version. Counted up, never down.
CREATE TABLE profile_outcome (
    workspace {bytes} NOT NULL, -- The workspace.
    profile {bytes} NOT NULL, -- The profile.
    number BIGINT NOT NULL, -- The version.
    asked BIGINT NOT NULL, -- Introductions asked for.
    accepted BIGINT NOT NULL, -- Accepted by the connector.
    met BIGINT NOT NULL, -- With a meeting that took place.
    worked BIGINT NOT NULL, -- That led on to a qualified conversation.
    by_hand_asked BIGINT NOT NULL, -- Of those asked for: made by hand.
    by_hand_worked BIGINT NOT NULL, -- Of those that worked: made by hand.
    PRIMARY KEY (workspace, profile, number)
);

-- A company read from an open register or from the workspace's own files.
CREATE TABLE register_company (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    source TEXT NOT NULL, -- Name of the register.
    record TEXT NOT NULL, -- Id of the record there.
    licence TEXT NOT NULL, -- Licence under which it may be used.
    as_of TEXT, -- Day of the record's last change there, ISO 8601.
    name TEXT NOT NULL, -- Name.
    name_key {bytes} NOT NULL, -- Folded name, for matching and sorting.
    industry TEXT, -- Industry in words.
    naics TEXT, -- NAICS 2022 code, 2 to 6 digits.
    employees BIGINT, -- People employed.
    revenue_usd BIGINT, -- Yearly revenue in US dollars.
    country TEXT, -- ISO 3166-1 alpha-2.
    subdivision TEXT, -- ISO 3166-2.
    city TEXT, -- City.
    ownership TEXT, -- `public`, `private`, `family_owned`, …
    stage TEXT, -- Funding stage.
    company_type TEXT, -- `agency`, `consultancy`, …
    account {bytes}, -- The account it is, where known.
    created_at BIGINT NOT NULL, -- First read.
    PRIMARY KEY (workspace, id)
);

-- Something that happened at a company, bound to a trigger.
CREATE TABLE profile_signal (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    company {bytes}, -- The company of a register.
    account {bytes}, -- Or the account.
    kind TEXT NOT NULL, -- The trigger: `funding`, `leadership_change`, `regulatory`, …
    day TEXT NOT NULL, -- The day it happened, ISO 8601.
    text TEXT NOT NULL, -- What is known, in words.
    source TEXT NOT NULL, -- Who says so.
    member {bytes}, -- Who brought it in.
    created_at BIGINT NOT NULL, -- When it came in.
    PRIMARY KEY (workspace, id)
);

-- A file of a register that was read: where it came from and what became of its records.
CREATE TABLE register_file (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    format TEXT NOT NULL, -- `lei`, `companies_house`, `edgar`, `ocds`, `people`, `signals`.
    file_name TEXT NOT NULL, -- The file's name.
    digest {bytes} NOT NULL, -- SHA-256 of the file.
    source TEXT NOT NULL, -- Name of the register.
    licence TEXT NOT NULL, -- Its licence.
    created BIGINT NOT NULL, -- New records.
    updated BIGINT NOT NULL, -- Changed records.
    skipped BIGINT NOT NULL, -- Records that were not read.
    reasons TEXT NOT NULL, -- The first of them with their place, JSON.
    member {bytes}, -- Who brought it in.
    at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, id)
);

CREATE INDEX profile_state ON profile (workspace, state);
CREATE UNIQUE INDEX register_company_natural ON register_company (workspace, source, record);
CREATE INDEX register_company_name ON register_company (workspace, name_key);
CREATE INDEX register_company_account ON register_company (workspace, account);
CREATE INDEX profile_signal_company ON profile_signal (workspace, company);
CREATE INDEX profile_signal_account ON profile_signal (workspace, account);
CREATE INDEX register_file_at ON register_file (workspace, at);
