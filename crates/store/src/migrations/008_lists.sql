-- A list takes the newest of each part, in the order of `id`, and ends when it has enough.
DROP INDEX referral_owner;
CREATE INDEX referral_owner ON referral (workspace, owner, id, state);
DROP INDEX referral_submitted;
CREATE INDEX referral_submitted ON referral (workspace, submitted_by, id, state);
DROP INDEX referral_arbiter;
CREATE INDEX referral_arbiter ON referral (workspace, arbiter, id, state)
    WHERE arbiter IS NOT NULL;
-- The thank-yous that the owner writes, found among what they own by those that are still owed.
DROP INDEX referral_colleague;
CREATE INDEX referral_thanked_by_owner ON referral (workspace, owner, id)
    WHERE (origin = 'colleague' OR door = 'portal') AND owner IS NOT NULL;
CREATE INDEX acknowledgement_unsent ON acknowledgement (workspace, referral)
    WHERE sent_at IS NULL;
