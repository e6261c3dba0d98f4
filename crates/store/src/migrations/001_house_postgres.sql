-- Row security, the second lock: whatever a statement says, the application's role meets only rows
-- of the workspace named in `warmpath.workspace` (32 hexadecimal digits, set for one transaction).
-- Without it there is no row at all. A later migration that adds a table ends with
-- `SELECT warmpath_protect_tables();`.
CREATE FUNCTION warmpath_protect_tables() RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    open_table TEXT;
BEGIN
    FOR open_table IN
        SELECT c.relname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace'
        WHERE c.relnamespace = current_schema()::regnamespace
        AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', open_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', open_table);
        EXECUTE format(
            'CREATE POLICY own_workspace ON %I USING (workspace = '
            'decode(NULLIF(current_setting(''warmpath.workspace'', TRUE), ''''), ''hex''))',
            open_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO warmpath_app', open_table);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION warmpath_protect_tables() FROM PUBLIC;
SELECT warmpath_protect_tables();

DO $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO warmpath_app', current_schema());
END $$;

-- What is rightly looked through across workspaces, and nothing else: due jobs, workspaces whose
-- entries wait for a number, all workspaces, and the members with a mailbox at sign-in.
CREATE POLICY worker_finds ON job FOR SELECT
    USING (current_setting('warmpath.scope', TRUE) = 'worker');
CREATE POLICY worker_claims ON job FOR UPDATE
    USING (current_setting('warmpath.scope', TRUE) = 'worker');
CREATE POLICY worker_finds ON ledger_entry FOR SELECT
    USING (current_setting('warmpath.scope', TRUE) = 'worker' AND seq IS NULL);
CREATE POLICY worker_finds ON workspace FOR SELECT
    USING (current_setting('warmpath.scope', TRUE) = 'worker');
CREATE POLICY sign_in_finds ON member FOR SELECT
    USING (current_setting('warmpath.scope', TRUE) = 'worker');

-- The ledger only grows. An entry may be given its number, its bytes and its leaf once; nothing of
-- it is ever changed after, nor is anything deleted, whatever the application asks for.
REVOKE DELETE ON ledger_entry, ledger_node, ledger_checkpoint FROM warmpath_app;
REVOKE UPDATE ON ledger_entry, ledger_node FROM warmpath_app;
GRANT UPDATE (seq, body, leaf) ON ledger_entry TO warmpath_app;
CREATE POLICY numbered_once ON ledger_entry AS RESTRICTIVE FOR UPDATE
    USING (seq IS NULL) WITH CHECK (TRUE);
-- The privilege stays because an insert that would write over an old row needs it; no row passes.
CREATE POLICY signed_once ON ledger_checkpoint AS RESTRICTIVE FOR UPDATE
    USING (FALSE) WITH CHECK (TRUE);
