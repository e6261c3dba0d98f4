-- The programme around introductions: who decides, asks to all, offers, groups, recruiting.

-- Whether somebody decides about something: verified by a person, with evidence, for a time.
CREATE TABLE authority (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    person {bytes} NOT NULL, -- Who decides, or not.
    topic TEXT NOT NULL, -- About what.
    holds TEXT NOT NULL, -- `holds`, `not`, `unknown`.
    evidence TEXT NOT NULL, -- What shows it.
    peer {bytes}, -- The peer who said so; none for our own reading.
    member {bytes} NOT NULL, -- Who verified it.
    at BIGINT NOT NULL, -- When.
    until BIGINT NOT NULL, -- Counts until then.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- A seat of the people who decide together at a company.
CREATE TABLE committee_seat (
    workspace {bytes} NOT NULL, -- The workspace.
    account {bytes} NOT NULL, -- The company.
    role TEXT NOT NULL, -- The part they have: `economic buyer`.
    person {bytes}, -- Who has it, if known.
    note TEXT NOT NULL, -- What is known of the part; names nobody.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, account, role)
);

-- An ask to all connectors who might know somebody. Its words name nobody.
CREATE TABLE bulletin (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    requester {bytes} NOT NULL, -- Who asks.
    target {bytes}, -- Whom they have in mind; shown to nobody who is asked.
    role TEXT NOT NULL, -- Role: "CFO".
    industry TEXT NOT NULL, -- Industry.
    size TEXT NOT NULL, -- Size of the company.
    topic TEXT NOT NULL, -- What it is about.
    benefit TEXT NOT NULL, -- What is in it for the person met.
    profile TEXT NOT NULL, -- The profile it came from; empty for none.
    until BIGINT NOT NULL, -- Open until then.
    state TEXT NOT NULL, -- `open`, `closed`.
    created_at BIGINT NOT NULL, -- Asked.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- What a connector answered to a bulletin. No words: a third person is not described.
CREATE TABLE bulletin_answer (
    workspace {bytes} NOT NULL, -- The workspace.
    bulletin {bytes} NOT NULL, -- The bulletin.
    connector {bytes} NOT NULL, -- Who answers.
    answer TEXT NOT NULL, -- `may_know`, `pass`.
    how_well TEXT NOT NULL, -- `well`, `a_little`; empty for a pass.
    introduction {bytes}, -- The introduction it became.
    at BIGINT NOT NULL, -- When.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, bulletin, connector)
);

-- An introduction that a connector offers unasked. Its words name nobody.
CREATE TABLE offer (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    connector {bytes} NOT NULL, -- Who offers.
    role TEXT NOT NULL, -- Role: "CFO".
    industry TEXT NOT NULL, -- Industry.
    size TEXT NOT NULL, -- Size of the company.
    topic TEXT NOT NULL, -- What it could be about.
    how_well TEXT NOT NULL, -- `well`, `a_little`.
    state TEXT NOT NULL, -- `open`, `taken`, `declined`, `withdrawn`.
    reason TEXT NOT NULL, -- Coded reason of a decline.
    member {bytes}, -- Who took or declined it.
    introduction {bytes}, -- The introduction it became.
    created_at BIGINT NOT NULL, -- Offered.
    decided_at BIGINT, -- Taken, declined or withdrawn.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- A group of people who introduce each other, one seat for each trade.
CREATE TABLE network_group (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    name TEXT NOT NULL, -- Its name.
    purpose TEXT NOT NULL, -- What it is for.
    mode TEXT NOT NULL, -- `informal`, `formal`, `platform`.
    criteria TEXT NOT NULL, -- Who may join.
    keeper {bytes} NOT NULL, -- Who is reminded of calls and events.
    call_days BIGINT NOT NULL, -- Days between two calls; 0 for none.
    event_days BIGINT NOT NULL, -- Days between two events; 0 for none.
    state TEXT NOT NULL, -- `open`, `closed`.
    created_at BIGINT NOT NULL, -- Founded.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- A seat in a group, or the wish for one.
CREATE TABLE group_seat (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    group_id {bytes} NOT NULL, -- The group.
    person {bytes} NOT NULL, -- Who.
    trade TEXT NOT NULL, -- Their trade.
    trade_key {bytes} NOT NULL, -- The trade, folded.
    company TEXT NOT NULL, -- Their company.
    company_key {bytes} NOT NULL, -- The company, folded; the person where it is unknown.
    competes TEXT NOT NULL, -- Trades and companies they compete with.
    place BIGINT NOT NULL, -- 1 to 18 while seated, else 0.
    state TEXT NOT NULL, -- `waiting`, `seated`, `left`.
    reason TEXT NOT NULL, -- Coded reason of leaving.
    member {bytes} NOT NULL, -- Who admitted them, or put them on the list.
    at BIGINT NOT NULL, -- Since when it is so.
    seated_at BIGINT, -- Admitted.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- A call or an event of a group: planned, then held or skipped.
CREATE TABLE group_gathering (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    group_id {bytes} NOT NULL, -- The group.
    kind TEXT NOT NULL, -- `call`, `event`.
    due_at BIGINT NOT NULL, -- For when it is planned.
    reminded_at BIGINT, -- The keeper was reminded.
    state TEXT NOT NULL, -- `planned`, `held`, `skipped`.
    note TEXT NOT NULL, -- What came of it; names nobody.
    member {bytes}, -- Who noted it.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- Somebody who could become a connector, and what we lead with.
CREATE TABLE recruit (
    workspace {bytes} NOT NULL, -- The workspace.
    person {bytes} NOT NULL, -- Who.
    trade TEXT NOT NULL, -- Their trade.
    serves TEXT NOT NULL, -- Which deciders they serve as well.
    competing BIGINT NOT NULL, -- They compete with us.
    offer TEXT NOT NULL, -- What we offer first.
    offered_at BIGINT, -- Offered.
    step TEXT NOT NULL, -- `candidate`, `approached`, `talking`, `agreed`, `active`, `declined`.
    reason TEXT NOT NULL, -- Coded reason of a decline.
    brief {bytes}, -- The gap they would close.
    owner {bytes} NOT NULL, -- Who looks after them.
    since BIGINT NOT NULL, -- In this step since.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, person)
);

-- What a connector agreed to. A later edition replaces the one before.
CREATE TABLE connector_agreement (
    workspace {bytes} NOT NULL, -- The workspace.
    person {bytes} NOT NULL, -- Who.
    edition BIGINT NOT NULL, -- From 1.
    what TEXT NOT NULL, -- What they do.
    how_often TEXT NOT NULL, -- How often at most.
    in_return TEXT NOT NULL, -- What they have of it.
    member {bytes} NOT NULL, -- Who wrote it down.
    at BIGINT NOT NULL, -- When it was agreed.
    PRIMARY KEY (workspace, person, edition)
);

-- Something useful that was shared with a connector, or not worth it.
CREATE TABLE shared_signal (
    workspace {bytes} NOT NULL, -- The workspace.
    connector {bytes} NOT NULL, -- With whom.
    signal {bytes} NOT NULL, -- What.
    state TEXT NOT NULL, -- `shared`, `dismissed`.
    member {bytes} NOT NULL, -- Who.
    at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, connector, signal)
);

CREATE INDEX authority_person ON authority (workspace, person, id);
CREATE INDEX bulletin_state ON bulletin (workspace, state, id);
CREATE INDEX bulletin_answer_connector ON bulletin_answer (workspace, connector);
CREATE INDEX offer_state ON offer (workspace, state, id);
CREATE INDEX offer_connector ON offer (workspace, connector, id);
CREATE UNIQUE INDEX group_seat_trade ON group_seat (workspace, group_id, trade_key) WHERE state = 'seated';
CREATE UNIQUE INDEX group_seat_company ON group_seat (workspace, group_id, company_key) WHERE state = 'seated';
CREATE UNIQUE INDEX group_seat_place ON group_seat (workspace, group_id, place) WHERE state = 'seated';
CREATE UNIQUE INDEX group_seat_person ON group_seat (workspace, group_id, person) WHERE state <> 'left';
CREATE INDEX group_seat_of ON group_seat (workspace, person);
CREATE UNIQUE INDEX group_gathering_planned ON group_gathering (workspace, group_id, kind) WHERE state = 'planned';
CREATE INDEX recruit_step ON recruit (workspace, step);
