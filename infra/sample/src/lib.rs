//! Procedural photographs: what the sample gallery and the tests are made of.
