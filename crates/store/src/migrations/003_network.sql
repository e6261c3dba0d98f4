-- The relationship network: who knows whom, from message headers, calendars, contact lists and what
-- people say. Ids and times only; names and addresses stand in person and contact_point.

-- A person on the map.
CREATE TABLE network_person (
    workspace {bytes} NOT NULL, -- The workspace.
    person {bytes} NOT NULL, -- Who.
    standing TEXT NOT NULL, -- `open`, `limited` (held, not used), `left` (nothing held).
    mapped_at BIGINT NOT NULL, -- First seen in somebody's data.
    changed_at BIGINT NOT NULL, -- Since when they stand so.
    PRIMARY KEY (workspace, person)
);

-- A member's own place on the map, and what they let be held.
CREATE TABLE network_seat (
    workspace {bytes} NOT NULL, -- The workspace.
    member {bytes} NOT NULL, -- The member.
    person {bytes} NOT NULL, -- The member as a person.
    privacy TEXT NOT NULL, -- `share_all`, `subjects_never`, `hide`.
    changed_at BIGINT NOT NULL, -- Since when.
    PRIMARY KEY (workspace, member)
);

-- Who must never be held: a mailbox or a mail domain, as a keyed mark.
CREATE TABLE network_block (
    workspace {bytes} NOT NULL, -- The workspace.
    owner {bytes} NOT NULL, -- Whose data it binds: a member, or the workspace for everybody's.
    mark {bytes} NOT NULL, -- HMAC-SHA256 of the address or domain under the workspace's key.
    kind TEXT NOT NULL, -- `address`, `domain`, `left`.
    hint TEXT NOT NULL, -- To recognise it by: the domain, never an address.
    created_at BIGINT NOT NULL, -- When.
    PRIMARY KEY (workspace, owner, mark)
);

-- One contact between two people, in one direction.
CREATE TABLE tie_event (
    workspace {bytes} NOT NULL, -- The workspace.
    message BIGINT NOT NULL, -- Groups the rows of one message or meeting; the same in every mailbox.
    from_person {bytes} NOT NULL, -- Who acted.
    to_person {bytes} NOT NULL, -- Towards whom.
    at BIGINT NOT NULL, -- When it happened.
    kind TEXT NOT NULL, -- `message`, `meeting`, `introduction`, `activity`, `stated`.
    provenance TEXT NOT NULL, -- `inferred`, `observed`, `imported`, `confirmed`.
    recipients BIGINT NOT NULL, -- How many people it went to.
    member {bytes} NOT NULL, -- In whose data it was found.
    import {bytes}, -- The import it came with; none when it was stated on a page.
    PRIMARY KEY (workspace, message, from_person, to_person)
);

-- What the owner of a tie says of it; it overrules the score until it expires.
CREATE TABLE tie_confirmation (
    workspace {bytes} NOT NULL, -- The workspace.
    owner {bytes} NOT NULL, -- Whose tie: the person who would ask.
    person {bytes} NOT NULL, -- To whom.
    rating TEXT NOT NULL, -- `well`, `somewhat`, `barely`, `no`.
    member {bytes} NOT NULL, -- The member who said so.
    at BIGINT NOT NULL, -- When.
    expires_at BIGINT NOT NULL, -- Until when it counts.
    PRIMARY KEY (workspace, owner, person)
);

-- What happened with a person who was asked for introductions.
CREATE TABLE connector_record (
    workspace {bytes} NOT NULL, -- The workspace.
    person {bytes} NOT NULL, -- Who.
    asked BIGINT NOT NULL, -- Asks that were answered, silence included.
    accepted BIGINT NOT NULL, -- Of those, accepted.
    open_asks BIGINT NOT NULL, -- Asks still open.
    budget BIGINT NOT NULL, -- How many open asks they carry; 0 takes them out of every path.
    given BIGINT NOT NULL, -- Introductions and favours they had from us.
    received BIGINT NOT NULL, -- Introductions they made for us.
    refuses BIGINT NOT NULL, -- They asked not to be asked.
    asked_at BIGINT, -- The last ask.
    PRIMARY KEY (workspace, person)
);

-- An ask over a tie of a certain tier, and when it came to something: what a tier's promise is
-- measured by.
CREATE TABLE tie_activation (
    workspace {bytes} NOT NULL, -- The workspace.
    about TEXT NOT NULL, -- The record the ask belongs to.
    person {bytes} NOT NULL, -- Who was asked.
    tier TEXT NOT NULL, -- The tier at that moment.
    asked_at BIGINT NOT NULL, -- When.
    activated_at BIGINT, -- When they opened the door; none while they have not.
    PRIMARY KEY (workspace, about)
);

-- A gap in the network that somebody set out to close.
CREATE TABLE recruiting_brief (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    industry TEXT NOT NULL, -- Industry of the segment; empty for any.
    seniority TEXT NOT NULL, -- Seniority of the segment; empty for any.
    region TEXT NOT NULL, -- Region of the segment; empty for any.
    state TEXT NOT NULL, -- `open`, `closed`, `dropped`.
    reached_before BIGINT NOT NULL, -- People of the segment reached when it was opened.
    people_before BIGINT NOT NULL, -- People of the segment when it was opened.
    member {bytes} NOT NULL, -- Who set out.
    opened_at BIGINT NOT NULL, -- When.
    closed_at BIGINT, -- When it was closed or dropped.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);

-- The state of a workspace's network, for whoever holds it in memory.
CREATE TABLE network_head (
    workspace {bytes} NOT NULL, -- The workspace.
    events BIGINT NOT NULL, -- Raised with every batch of events.
    choices BIGINT NOT NULL, -- Raised when somebody leaves, limits, rates, blocks or is asked.
    PRIMARY KEY (workspace)
);

CREATE INDEX network_seat_person ON network_seat (workspace, person);
CREATE INDEX tie_event_from ON tie_event (workspace, from_person, to_person);
CREATE INDEX tie_event_to ON tie_event (workspace, to_person);
CREATE INDEX tie_event_member ON tie_event (workspace, member);
CREATE INDEX tie_event_at ON tie_event (workspace, at);
CREATE INDEX tie_confirmation_person ON tie_confirmation (workspace, person);
