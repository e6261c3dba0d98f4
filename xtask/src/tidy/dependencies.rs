//! Who may depend on whom, and that every dependency has its line in `docs/DEPENDENCIES.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Fault, File};
use crate::run;

/// Our crates by floor; each may use those of lower floors, and of its own floor where listed in
/// [`SAME_FLOOR`].
const FLOORS: [(&str, u8); 17] = [
    ("warmpath-core", 0),
    ("warmpath-ledger", 1),
    ("warmpath-pathway", 1),
    ("warmpath-identity", 1),
    ("warmpath-network", 1),
    ("warmpath-profile", 1),
    ("warmpath-insight", 1),
    ("warmpath-store", 2),
    ("warmpath-store-sqlite", 2),
    ("warmpath-store-postgres", 2),
    ("warmpath-jobs", 2),
    ("warmpath-integrations", 2),
    ("warmpath-app", 3),
    ("warmpath-web", 4),
    ("warmpath-cli", 5),
    // Not shipped: they may look at everything.
    ("warmpath-testkit", 9),
    ("xtask", 9),
];
/// Uses within a floor.
const SAME_FLOOR: [(&str, &str); 3] = [
    ("warmpath-store-sqlite", "warmpath-store"),
    ("warmpath-store-postgres", "warmpath-store"),
    ("warmpath-jobs", "warmpath-store"),
];
/// Crates that floors 0 and 1 must not even reach through others.
const PURE_REFUSES: [&str; 10] = [
    "tokio",
    "axum",
    "rusqlite",
    "tokio-postgres",
    "deadpool-postgres",
    "reqwest",
    "hyper",
    "lettre",
    "hickory-resolver",
    "rustls",
];
/// Crates that only one of ours, or two, may use directly.
const ONLY: [(&str, &[&str]); 7] = [
    ("rusqlite", &["warmpath-store-sqlite"]),
    ("tokio-postgres", &["warmpath-store-postgres"]),
    ("deadpool-postgres", &["warmpath-store-postgres"]),
    ("reqwest", &["warmpath-integrations"]),
    ("lettre", &["warmpath-integrations"]),
    ("hickory-resolver", &["warmpath-integrations"]),
    (
        "warmpath-store",
        &[
            "warmpath-store-sqlite",
            "warmpath-store-postgres",
            "warmpath-jobs",
            "warmpath-app",
            "warmpath-cli",
            "warmpath-testkit",
        ],
    ),
];
const REMEDY: &str = "see the floors in docs/ARCHITECTURE.md; pass what is needed in from above";
const PAGE: &str = "docs/DEPENDENCIES.md";

/// Names of packages by id, and who uses whom in what is shipped (no tests, no build scripts).
#[derive(Default)]
struct Graph {
    names: BTreeMap<String, String>,
    uses: BTreeMap<String, BTreeSet<String>>,
}

/// Checks the dependency tree that cargo resolves.
pub(crate) fn check(root: &Path, files: &[File]) -> Result<Vec<Fault>> {
    let mut command = run::cargo(root, &["metadata", "--format-version", "1", "--locked"]);
    let output = command.output().context("cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let graph = graph(&metadata);
    let mut faults = floors(&graph);
    let page = files.iter().find(|file| file.path == PAGE);
    faults.extend(undocumented(&metadata, page.map_or("", |file| file.text.as_str())));
    Ok(faults)
}

fn graph(metadata: &Value) -> Graph {
    let mut graph = Graph::default();
    for package in list(&metadata["packages"]) {
        graph.names.insert(text(&package["id"]), text(&package["name"]));
    }
    for node in list(&metadata["resolve"]["nodes"]) {
        // Cargo marks a use in the program itself with a null kind.
        let shipped = |used: &&Value| list(&used["dep_kinds"]).any(|kind| kind["kind"].is_null());
        let used = list(&node["deps"]).filter(shipped).map(|used| text(&used["pkg"]));
        graph.uses.insert(text(&node["id"]), used.collect());
    }
    graph
}

fn floors(graph: &Graph) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (id, name) in &graph.names {
        let Some(floor) = floor(name) else {
            continue;
        };
        let direct = graph.uses.get(id).into_iter().flatten();
        for used in direct.filter_map(|used| graph.names.get(used)) {
            faults.extend(direct_use(name, floor, used).map(|what| fault(name, what)));
        }
        if floor <= 1 {
            for used in reached(graph, id) {
                if PURE_REFUSES.contains(&used.as_str()) {
                    faults.push(fault(name, format!("reaches {used}: floors 0 and 1 are pure")));
                }
            }
        }
    }
    faults
}

/// What is wrong with one crate using another directly, if anything.
fn direct_use(name: &str, own: u8, used: &str) -> Option<String> {
    let lower = floor(used).is_none_or(|other| other < own);
    if !lower && !SAME_FLOOR.contains(&(name, used)) {
        return Some(format!("uses {used}, which is not on a lower floor"));
    }
    let (_, allowed) = ONLY.iter().find(|(only, _)| *only == used)?;
    let refused = own < 9 && !allowed.contains(&name);
    refused.then(|| format!("uses {used}, which is for {} alone", allowed.join(", ")))
}

/// Names of all packages that one reaches.
fn reached(graph: &Graph, start: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        for used in graph.uses.get(id).into_iter().flatten() {
            if seen.insert(used.as_str()) {
                open.push(used);
            }
        }
    }
    seen.into_iter().filter_map(|id| graph.names.get(id).cloned()).collect()
}

/// Direct dependencies of our crates that the page does not name between backticks.
fn undocumented(metadata: &Value, page: &str) -> Vec<Fault> {
    let mut wanted = BTreeSet::new();
    let members: BTreeSet<String> = list(&metadata["workspace_members"]).map(text).collect();
    for package in list(&metadata["packages"]) {
        if members.contains(&text(&package["id"])) {
            wanted.extend(list(&package["dependencies"]).map(|used| text(&used["name"])));
        }
    }
    wanted.retain(|name| floor(name).is_none() && !page.contains(&format!("`{name}`")));
    let fault = |name: String| Fault {
        file: PAGE.to_owned(),
        line: 0,
        what: format!("{name} has no line"),
        remedy: "say why this one, what else was looked at, and what it costs",
    };
    wanted.into_iter().map(fault).collect()
}

fn fault(name: &str, what: String) -> Fault {
    let folder = name.trim_start_matches("warmpath-");
    Fault { file: format!("crates/{folder}/Cargo.toml"), line: 0, what, remedy: REMEDY }
}

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(known, _)| *known == name).map(|(_, floor)| *floor)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph_of(uses: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::default();
        for (user, used) in uses {
            for name in [user, used] {
                graph.names.insert((*name).to_owned(), (*name).to_owned());
            }
            graph.uses.entry((*user).to_owned()).or_default().insert((*used).to_owned());
        }
        graph
    }

    #[test]
    fn a_pure_crate_that_reaches_the_network_through_another_is_found() {
        let graph = graph_of(&[("warmpath-core", "harmless"), ("harmless", "tokio")]);
        let faults = floors(&graph);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].what.contains("reaches tokio"));
        assert!(floors(&graph_of(&[("warmpath-app", "tokio")])).is_empty());
    }

    #[test]
    fn nobody_uses_a_floor_above_and_pages_never_the_store() {
        assert_eq!(floors(&graph_of(&[("warmpath-ledger", "warmpath-app")])).len(), 1);
        assert_eq!(floors(&graph_of(&[("warmpath-web", "warmpath-store")])).len(), 1);
        assert_eq!(floors(&graph_of(&[("warmpath-identity", "warmpath-network")])).len(), 1);
        assert!(floors(&graph_of(&[("warmpath-jobs", "warmpath-store")])).is_empty());
        assert_eq!(floors(&graph_of(&[("warmpath-app", "rusqlite")])).len(), 1);
    }
}
