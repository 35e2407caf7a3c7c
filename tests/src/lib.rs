//! Actors, routes, events, story, browser and template tests.
