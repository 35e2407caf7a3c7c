//! Axum plumbing: failures as pages, sessions, cookies, headers, assets.
