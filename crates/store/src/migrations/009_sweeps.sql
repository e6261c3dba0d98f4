-- Everybody compared with everybody by the batch engine.
CREATE TABLE sweep (
    workspace {bytes} NOT NULL, -- The workspace.
    id {bytes} NOT NULL, -- Its id.
    state TEXT NOT NULL, -- `waiting`, `running`, `done`, `stopped`, `failed`.
    step TEXT NOT NULL, -- What it is at: `reading`, `comparing`, `writing`.
    done BIGINT NOT NULL, -- Of this step, so much is done.
    total BIGINT NOT NULL, -- Of so much.
    people BIGINT NOT NULL, -- People compared.
    pairs BIGINT NOT NULL, -- Pairs compared.
    joined BIGINT NOT NULL, -- Records joined to another by machine.
    asked BIGINT NOT NULL, -- Questions raised for a person.
    refused BIGINT NOT NULL, -- Joins that the safeguards of the engine refused.
    labels BIGINT NOT NULL, -- Answers of members that corrected the weights.
    model TEXT NOT NULL, -- The model as it was learned, JSON.
    error TEXT NOT NULL, -- Why it failed; no personal data.
    import {bytes}, -- The import after which it came.
    member {bytes}, -- The member who asked for it.
    created_at BIGINT NOT NULL, -- Asked for.
    finished_at BIGINT, -- Ended.
    version BIGINT NOT NULL, -- For guarded saves.
    PRIMARY KEY (workspace, id)
);
CREATE UNIQUE INDEX sweep_running ON sweep (workspace) WHERE state = 'running';
CREATE INDEX sweep_import ON sweep (workspace, import);

ALTER TABLE duplicate ADD COLUMN sweep {bytes}; -- The sweep that found or answered it.
CREATE INDEX duplicate_sweep ON duplicate (workspace, sweep) WHERE sweep IS NOT NULL;
