//! The batch engine over everybody, on a thread of its own.

use warmpath_identity::explain::explain;
use warmpath_identity::resolve::{Options, Resolution, resolve};

use super::Halt;
use super::gather::Everybody;
use crate::error::Failure;
use crate::resolve::judge;
use crate::resolve::trace::Trace;

/// Pairs that are looked at in one sweep, the likeliest.
const PAIRS_MAX: usize = 20_000;

/// What came out.
pub(super) struct Compared {
    /// Pairs that may be one and are not yet, the likeliest first.
    pub pairs: Vec<Pair>,
    /// Pairs compared.
    pub pairs_compared: u64,
    /// Joins that the safeguards refused.
    pub refused: usize,
    /// The model as it was learned.
    pub model: String,
}

/// Two people who may be one.
pub(super) struct Pair {
    /// A row of the table.
    pub left: u32,
    /// Another.
    pub right: u32,
    /// The safeguards of the engine let them be one.
    pub held: bool,
    /// Why.
    pub trace: Trace,
}

/// Compares them; the table comes back with the result.
pub(super) async fn on_its_own_thread(everybody: Everybody) -> Result<(Everybody, Compared), Halt> {
    let work = move || {
        let compared = compare(&everybody);
        (everybody, compared)
    };
    let joined = tokio::task::spawn_blocking(work).await;
    let (everybody, compared) =
        joined.map_err(|e| Halt::Broken(Failure::Defect(format!("comparing: {e}"))))?;
    Ok((everybody, compared.map_err(|e| Halt::Failed(e.to_string()))?))
}

fn compare(everybody: &Everybody) -> Result<Compared, warmpath_identity::Error> {
    let kinds = judge::COLUMNS.iter().map(|(_, kind)| *kind).collect();
    let options = Options {
        // One thread: people work beside it.
        threads: 1,
        labels: everybody.labels.clone(),
        must_link: everybody.merged.clone(),
        ..Options::default()
    };
    let found = resolve(&everybody.table, &kinds, &options, &mut |_| {})?;
    Ok(Compared {
        pairs: pairs(everybody, &found),
        pairs_compared: found.summary.pairs_compared,
        refused: found.refused.len(),
        model: found.model.to_json(),
    })
}

fn pairs(everybody: &Everybody, found: &Resolution) -> Vec<Pair> {
    let held = found.tree.iter().filter(|link| link.bits.is_finite()).map(|link| (*link, true));
    let refused = found.refused.iter().map(|refused| (refused.link, false));
    let people = everybody.people.len() as u32;
    let mut links: Vec<_> = held
        .chain(refused.filter(|(link, _)| link.bits >= 0.0))
        .filter(|(link, _)| link.left.max(link.right) < people)
        .collect();
    links.sort_by(|(a, _), (b, _)| {
        b.bits.total_cmp(&a.bits).then((a.left, a.right).cmp(&(b.left, b.right)))
    });
    links.truncate(PAIRS_MAX);
    let version = format!("people of {people}");
    let pair = |(link, held): (warmpath_identity::cluster::Link, bool)| {
        let (plan, model, weights) = (&found.plan, &found.model, &found.weights);
        let why = explain(&found.features, plan, model, weights, link.left, link.right);
        let trace = judge::trace_of(&why, &version);
        Pair { left: link.left, right: link.right, held, trace }
    };
    links.into_iter().map(pair).collect()
}
