-- Indexes for the pages that are read most, each for one question. Partial where only a few rows
-- answer it, so that an intake does not pay for them.

-- What a member handed over.
CREATE INDEX referral_submitted ON referral (workspace, submitted_by, state);
-- What waits for an arbiter.
CREATE INDEX referral_arbiter ON referral (workspace, arbiter, state) WHERE arbiter IS NOT NULL;
-- The clocks of a member that may be late.
CREATE INDEX sla_clock_member ON sla_clock (workspace, member, due_at)
    WHERE met_at IS NULL AND state IN ('running', 'paused', 'breached');
-- The thank-yous of a member that are still owed; those of colleagues' referrals are the owner's.
CREATE INDEX acknowledgement_member ON acknowledgement (workspace, member, due_at)
    WHERE sent_at IS NULL;
CREATE INDEX referral_colleague ON referral (workspace, owner)
    WHERE origin = 'colleague' AND owner IS NOT NULL;
-- The clocks of a period, for the figures.
CREATE INDEX sla_clock_started ON sla_clock (workspace, started_at);
-- Who was once qualified, for the figures.
CREATE INDEX ledger_entry_qualified ON ledger_entry (workspace, at)
    WHERE kind = 'referral.qualified';
