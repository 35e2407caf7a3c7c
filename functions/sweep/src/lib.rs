//! Schedule to what never came: lost upload events are repaired.
