//! Ideal introduction profiles: brief to criteria to matches.
