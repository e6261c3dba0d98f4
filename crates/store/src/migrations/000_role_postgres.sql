-- The application's role: it owns nothing, cannot log in by itself, and row security holds for it.
-- Roles belong to the whole server, so another database may have made it already.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'warmpath_app') THEN
        CREATE ROLE warmpath_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- Whoever runs this must be able to become that role. Since version 16 membership alone does not
-- say so.
DO $$
DECLARE
    needed TEXT := CASE WHEN current_setting('server_version_num')::INT >= 160000
        THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    IF NOT pg_has_role(CURRENT_USER, 'warmpath_app', needed) THEN
        GRANT warmpath_app TO CURRENT_USER;
    END IF;
END $$;
