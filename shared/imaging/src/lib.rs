//! Bytes to pixels to renditions; knows nothing of AWS.
