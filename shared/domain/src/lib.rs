//! Rules without I/O: access, gallery, photo, PIN, names, ids.
