//! What main does first: configuration, SDK, logs, clock.
