//! Selectors: rows S13 and S14, against examples and for any input.
#![allow(clippy::unwrap_used)]

#[path = "selector/examples.rs"]
mod examples;
#[path = "selector/properties.rs"]
mod properties;
