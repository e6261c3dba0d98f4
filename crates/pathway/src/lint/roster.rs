//! Who and what a pathway may name: a snapshot of the workspace.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Members, pools and vendors of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// Members by id.
    pub members: BTreeMap<String, RosterMember>,
    /// Pools by id, with the ids of their members.
    pub pools: BTreeMap<String, BTreeSet<String>>,
    /// Enrichment vendors that are set up.
    pub vendors: BTreeSet<String>,
}

/// A member as far as a pathway is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterMember {
    /// Full name.
    pub name: String,
    /// False when the member has left.
    pub active: bool,
}

impl Roster {
    /// True when somebody active is in the pool.
    #[must_use]
    pub fn is_staffed(&self, pool: &str) -> bool {
        self.pools.get(pool).is_some_and(|ids| {
            ids.iter().any(|id| self.members.get(id).is_some_and(|member| member.active))
        })
    }
}
