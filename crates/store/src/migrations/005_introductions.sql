-- Outbound introductions. Times are microseconds since 1970 in UTC, ids are 16 bytes (UUIDv7), truth
-- values are 0 and 1, structures are JSON text. Readable words about people stand in
-- `introduction_text` only, beside the rooms of the house.

-- A person who makes introductions for us, with their own rules.
CREATE TABLE connector (
    workspace {bytes} NOT NULL, -- The workspace.
    person {bytes} NOT NULL, -- Who.
    member {bytes}, -- Their account, if they have one.
    stage TEXT NOT NULL, -- `candidate`, `gave_first`, `agreed`, `active`, `resting`, `dormant`, `reactivating`, `left`.
    floor BIGINT NOT NULL, -- The balance after an ask must not be below, in tenths.
    open_max BIGINT NOT NULL, -- Asks open at the same time.
    rest_days BIGINT NOT NULL, -- Days between two asks.
    no_go TEXT NOT NULL, -- Companies never asked for, JSON.
    weekdays TEXT NOT NULL, -- Days on which an ask may come, 1 is Monday, JSON; empty for any.
    channel TEXT NOT NULL, -- How they want to be asked: `email`, `phone`, `in_person`, `chat`.
    deal_min BIGINT, -- Only deals of at least this size.
    agreed_at BIGINT, -- Agreed to what, how often and what in return.
    rules_at BIGINT, -- They set the rules themselves.
    created_at BIGINT NOT NULL, -- Thought of.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, person)
);

-- One step of a connector's goodwill.
CREATE TABLE goodwill (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    connector {bytes} NOT NULL, -- Whose goodwill.
    kind TEXT NOT NULL, -- `opening`, `ask`, `thanks`, `told`, `give_introduction`, `give_help`, `intelligence`, `touch`.
    introduction {bytes}, -- For which introduction.
    member {bytes}, -- Who did it.
    at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, id)
);

-- An introduction: three tracks and what followed.
CREATE TABLE introduction (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    requester {bytes} NOT NULL, -- Who asked for it.
    target {bytes} NOT NULL, -- Whom they want to meet.
    connector {bytes} NOT NULL, -- Who is to introduce them.
    request TEXT NOT NULL, -- The request's track.
    connector_state TEXT NOT NULL, -- The connector's track.
    target_state TEXT NOT NULL, -- The target's track.
    outcome TEXT NOT NULL, -- What followed the delivery.
    reason TEXT NOT NULL, -- Coded reason of the last side state.
    named BIGINT NOT NULL, -- The connector was told the name.
    connector_until BIGINT, -- The connector's yes is alive until then.
    target_until BIGINT, -- The target's yes is alive until then.
    due_at BIGINT, -- The present step runs out then.
    tell_by BIGINT, -- The connector is owed news by then.
    complained_at BIGINT, -- The target said that it was unwanted.
    reveal TEXT NOT NULL, -- What the target may see of the requester: `nothing`, `company`, `name`.
    deal BIGINT, -- Size of the deal, if known.
    profile TEXT NOT NULL, -- The profile and version it came from; empty for none.
    shortlist TEXT NOT NULL, -- The next connectors, best first, JSON of ids.
    rerouted_from {bytes}, -- The introduction it goes on from.
    rerouted_to {bytes}, -- The introduction it goes on as.
    connector_consent {bytes}, -- The connector's consent record.
    target_consent {bytes}, -- The target's consent record.
    state_since BIGINT NOT NULL, -- The last move.
    delivered_at BIGINT, -- Delivered.
    created_at BIGINT NOT NULL, -- Begun.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- Words of an introduction. A later edition of a slot replaces the one before.
CREATE TABLE introduction_text (
    workspace {bytes} NOT NULL, -- The workspace.
    introduction {bytes} NOT NULL, -- Of which introduction.
    slot TEXT NOT NULL, -- `role`, `industry`, `size`, `topic`, `benefit`, `problem`, `proof`, `ask`, `target`, `message`, `subject`.
    edition BIGINT NOT NULL, -- 0 is the first.
    body TEXT NOT NULL, -- The words.
    author TEXT NOT NULL, -- Who wrote them.
    approved BIGINT, -- Its sender approved exactly these words then.
    hash {bytes} NOT NULL, -- SHA-256 of the approved words; empty while not approved.
    PRIMARY KEY (workspace, introduction, slot, edition)
);

-- A consent of one side, after ISO/IEC TS 27560. What the person did stands sealed in `evidence`.
CREATE TABLE introduction_consent (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    introduction {bytes} NOT NULL, -- For which introduction.
    person {bytes} NOT NULL, -- Whose.
    side TEXT NOT NULL, -- `connector`, `target`.
    state TEXT NOT NULL, -- Where it stands.
    answer TEXT NOT NULL, -- The answer given, if any.
    purpose TEXT NOT NULL, -- The one purpose, as shown; names nobody.
    wording_version BIGINT NOT NULL, -- Version of the wording.
    wording_hash {bytes} NOT NULL, -- SHA-256 of the wording as shown.
    language TEXT NOT NULL, -- Language of the wording.
    asked_at BIGINT NOT NULL, -- Asked.
    answered_at BIGINT, -- Answered.
    expires_at BIGINT, -- Ends.
    withdrawn_at BIGINT, -- Taken back.
    evidence {bytes} NOT NULL, -- Wording, agent and time of each step, encrypted under the person's key.
    version BIGINT NOT NULL, -- For guarded saves: one answer wins.
    PRIMARY KEY (workspace, id)
);

-- Which mails belong to an introduction, so that they are found and forgotten with it.
CREATE TABLE introduction_mail (
    workspace {bytes} NOT NULL, -- The workspace.
    mail {bytes} NOT NULL, -- The mail.
    introduction {bytes} NOT NULL, -- The introduction.
    PRIMARY KEY (workspace, mail)
);

-- One target, one introduction at a time: others do not touch them.
CREATE TABLE target_lock (
    workspace {bytes} NOT NULL, -- The workspace.
    person {bytes} NOT NULL, -- The target.
    introduction {bytes} NOT NULL, -- By which introduction.
    member {bytes} NOT NULL, -- Whose.
    since BIGINT NOT NULL, -- Since when.
    PRIMARY KEY (workspace, person)
);

CREATE INDEX connector_member ON connector (workspace, member);
CREATE INDEX goodwill_connector ON goodwill (workspace, connector, at);
CREATE INDEX introduction_request ON introduction (workspace, request, id);
CREATE INDEX introduction_requester ON introduction (workspace, requester, id);
CREATE INDEX introduction_connector ON introduction (workspace, connector, id);
CREATE INDEX introduction_target ON introduction (workspace, target, id);
CREATE INDEX introduction_consent_of ON introduction_consent (workspace, introduction);
CREATE INDEX introduction_consent_person ON introduction_consent (workspace, person);
CREATE INDEX introduction_mail_of ON introduction_mail (workspace, introduction);
CREATE INDEX link_consent ON link (workspace, consent);
