SELECT warmpath_protect_tables();
