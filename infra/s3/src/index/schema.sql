-- Text is compared byte by byte, which is the UTF-8 order that S3 lists keys in.
CREATE TABLE buckets (
  name TEXT PRIMARY KEY,
  created INTEGER NOT NULL,          -- milliseconds since 1970, as every time here
  versioning TEXT NOT NULL,          -- '' (never on), 'Enabled' or 'Suspended'
  cors TEXT NOT NULL                 -- JSON list of rules
) WITHOUT ROWID;

CREATE TABLE versions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- newer is greater
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version TEXT NOT NULL,             -- 'null' where versioning is off
  latest INTEGER NOT NULL,
  marker INTEGER NOT NULL,           -- a delete marker
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,                -- without quotes
  modified INTEGER NOT NULL,
  class TEXT NOT NULL,               -- storage class
  checksum TEXT,                     -- JSON
  attributes TEXT NOT NULL,          -- JSON: headers and user metadata
  tags TEXT NOT NULL,                -- JSON list of pairs
  parts TEXT                         -- JSON list, of a multipart upload
);
CREATE UNIQUE INDEX version_of ON versions (bucket, key, version);
CREATE INDEX newest_first ON versions (bucket, key, id DESC);
CREATE UNIQUE INDEX latest_of ON versions (bucket, key) WHERE latest;

CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  initiated INTEGER NOT NULL,
  class TEXT NOT NULL,
  algorithm TEXT,                    -- JSON; absent if the client named none
  kind TEXT,                         -- JSON
  attributes TEXT NOT NULL,
  tags TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX uploads_of ON uploads (bucket, key, id);

CREATE TABLE parts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  upload TEXT NOT NULL,
  number INTEGER NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  checksum TEXT NOT NULL,            -- base64, of the upload's algorithm
  modified INTEGER NOT NULL
);
CREATE UNIQUE INDEX part_of ON parts (upload, number);

-- The bytes of a version ('v' and its id) or a part ('p' and its id). Several owners may name one file.
CREATE TABLE segments (
  owner TEXT NOT NULL,
  seq INTEGER NOT NULL,
  blob TEXT NOT NULL,
  start INTEGER NOT NULL,
  len INTEGER NOT NULL,
  PRIMARY KEY (owner, seq)
) WITHOUT ROWID;
CREATE INDEX segments_of ON segments (blob);

CREATE TABLE notices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event TEXT NOT NULL,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  version TEXT,
  principal TEXT NOT NULL,
  time INTEGER NOT NULL
);
