//! Drives one connection.
