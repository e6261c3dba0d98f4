-- Row security for the tables of introductions.
SELECT warmpath_protect_tables();
