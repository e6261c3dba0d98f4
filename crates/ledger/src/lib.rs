//! Merkle log, checkpoints, proofs and the offline verifier.
