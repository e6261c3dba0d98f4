-- Each of these finds by one column and is read in the order of `id`. With `id` at its end the index
-- gives both; without it SQLite, which has no statistics here, prefers the primary key for the order
-- and reads the whole workspace.
DROP INDEX contact_point_person;
CREATE INDEX contact_point_person ON contact_point (workspace, person, id);
DROP INDEX contact_point_normal;
CREATE INDEX contact_point_normal ON contact_point (workspace, kind, normal, id);
DROP INDEX decision_referral;
CREATE INDEX decision_referral ON decision (workspace, referral, id);
DROP INDEX sla_clock_referral;
CREATE INDEX sla_clock_referral ON sla_clock (workspace, referral, id);
DROP INDEX referral_person;
CREATE INDEX referral_person ON referral (workspace, person, id);
DROP INDEX referral_referrer;
CREATE INDEX referral_referrer ON referral (workspace, referrer, id);
DROP INDEX comment_referral;
CREATE INDEX comment_referral ON comment (workspace, referral, id);
DROP INDEX consent_person;
CREATE INDEX consent_person ON consent (workspace, person, id);
DROP INDEX mail_referral;
CREATE INDEX mail_referral ON mail (workspace, referral, id);
DROP INDEX account_name;
CREATE INDEX account_name ON account (workspace, name_key, id);
DROP INDEX source_record_account;
CREATE INDEX source_record_account ON source_record (workspace, account, kind, id);
DROP INDEX merge_kept;
CREATE INDEX merge_kept ON merge (workspace, kept, id);
DROP INDEX register_company_name;
CREATE INDEX register_company_name ON register_company (workspace, name_key, id);
DROP INDEX profile_signal_account;
CREATE INDEX profile_signal_account ON profile_signal (workspace, account, id);
DROP INDEX introduction_consent_of;
CREATE INDEX introduction_consent_of ON introduction_consent (workspace, introduction, id);
DROP INDEX introduction_consent_person;
CREATE INDEX introduction_consent_person ON introduction_consent (workspace, person, id);
-- The referrals of an account had none.
CREATE INDEX referral_account ON referral (workspace, account, id) WHERE account IS NOT NULL;
-- What is open, by owner: a leader's count reads no ended referral.
CREATE INDEX referral_open ON referral (workspace, state, owner);
-- Numbered entries only, so that those without a number are found by their own index, in order.
DROP INDEX ledger_entry_seq;
CREATE UNIQUE INDEX ledger_entry_seq ON ledger_entry (workspace, seq) WHERE seq IS NOT NULL;
-- What shows a referrer's level: for one referral, or standing by itself, the newest first.
DROP INDEX evidence_person;
CREATE INDEX evidence_person ON evidence (workspace, person, referral, observed_at);
