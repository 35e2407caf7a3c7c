//! S3 upload event to renditions, or to a rejection with a reason.
