//! Entity resolution of people and companies, batch and online.
