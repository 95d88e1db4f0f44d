-- The whole schema of Cardstock. Every table that holds something of a visitor carries session_id
-- and has it first in its key: a query that forgets it finds nothing, and erasing a session is
-- deleting by one column.
--
-- Rules: ids are made by the app, times are Unix milliseconds made in Go, tables are STRICT, every foreign
-- key has an index that finds its rows, or at least the card's. A change here needs a step in db/upgrade.go: cards
-- live 30 days, releases do not wait for them.

-- Facts about this database file: 'instance' (its random name in Redis), 'secret' (signs session
-- tokens), what the sweeper last saw of Redis ('evidence').
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- One row for each visitor who kept something. The mirror that makes a loss of Redis harmless.
CREATE TABLE session (
  id            TEXT PRIMARY KEY,    -- random; tags every row of the visitor, lies nowhere else
  token_hash    TEXT UNIQUE,         -- base64url SHA-256 of the token; NULL once the session has ended
  ended_hash    TEXT,                -- token_hash of an ended session until its Redis key is deleted
  ttl           INTEGER NOT NULL CHECK (ttl > 0), -- milliseconds the session lives after a visit
  shared        INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)), -- a shared computer: cookie ends with the browser
  created_at    INTEGER NOT NULL,
  touched_at    INTEGER NOT NULL,    -- last visit that was written down
  expires_at    INTEGER NOT NULL,    -- touched_at + ttl; from then on no request reaches the session.
                                     -- Of one that ended before its time: when it ended
  keyed_until   INTEGER NOT NULL DEFAULT 0, -- expiry with which the Redis key was last set for certain; while it is
                                     -- not expires_at, a missing key says nothing and is set again
  missing_since INTEGER,             -- when the sweeper first missed the key of an unexpired session
  CHECK (token_hash IS NULL OR ended_hash IS NULL)
) STRICT;
CREATE INDEX session_expires ON session (expires_at);
CREATE INDEX session_ended ON session (ended_hash) WHERE token_hash IS NULL;
CREATE INDEX session_missing ON session (missing_since) WHERE missing_since IS NOT NULL;

CREATE TABLE card (
  session_id TEXT NOT NULL REFERENCES session (id),
  id         TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('model', 'datasheet')),
  template   TEXT NOT NULL,          -- key of the template it was copied from
  title      TEXT NOT NULL,          -- as typed; '' while the naming question's answer names the card
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  bytes      INTEGER NOT NULL DEFAULT 0, -- of all that belongs to the card, this row included; see db/quota.go
  predecessor TEXT NOT NULL DEFAULT '', -- id of the card this one is the next version of; not a foreign key: it may be gone
  deleted_at INTEGER,                -- when the visitor deleted it, NULL while it is there. No read finds it from then on; for a few
                                     -- seconds it can come back. 0: it is being erased, and cannot
  PRIMARY KEY (session_id, id)
) STRICT;
CREATE INDEX card_deleted ON card (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE section (
  session_id TEXT NOT NULL,
  card_id    TEXT NOT NULL,
  key        TEXT NOT NULL,          -- stable word, unique in the card
  position   INTEGER NOT NULL,       -- order in the card; gaps and ties are allowed, ties go by key
  title      TEXT NOT NULL,
  custom     INTEGER NOT NULL CHECK (custom IN (0, 1)),
  PRIMARY KEY (session_id, card_id, key),
  FOREIGN KEY (session_id, card_id) REFERENCES card (session_id, id) ON DELETE CASCADE
) STRICT;

-- The answer stands last: SQLite follows a long one from page to page to reach a column behind it, and counting answers or
-- moving questions does not read them.
CREATE TABLE field (
  session_id  TEXT NOT NULL,
  card_id     TEXT NOT NULL,
  key         TEXT NOT NULL,         -- stable word, unique in the card
  section_key TEXT NOT NULL,
  position    INTEGER NOT NULL,      -- order in the section, as above
  kind        TEXT NOT NULL,
  essential   INTEGER NOT NULL CHECK (essential IN (0, 1)),
  custom      INTEGER NOT NULL CHECK (custom IN (0, 1)),
  answered    INTEGER NOT NULL CHECK (answered IN (0, 1)), -- card.Answered(answer), for counting
  rev         INTEGER NOT NULL,      -- raised by every save of this answer
  saved_at    INTEGER NOT NULL,      -- of the last save; 0 for an answer that came with the card
  kept        INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1)), -- 1: what it was before its last step is a revision,
                                     -- so a save soon after the last one is part of that step
  added_at    INTEGER NOT NULL DEFAULT 0, -- when the question came into the card; 0: before this was written down
  label       TEXT NOT NULL,
  shape       TEXT NOT NULL,         -- JSON: options of a choice, columns of a table; '' for the rest
  answer      TEXT NOT NULL,         -- canonical form, see package card
  PRIMARY KEY (session_id, card_id, key),
  FOREIGN KEY (session_id, card_id, section_key) REFERENCES section (session_id, card_id, key) ON DELETE CASCADE
) STRICT;
-- No index by section: a card has some dozens of fields, which lie together and are counted as quickly without, and erasing sessions
-- of 40 fields takes a fifth longer with a second one.

-- What an answer was before a save. Saves that follow each other while typing fold into one row.
CREATE TABLE revision (
  session_id TEXT NOT NULL,
  card_id    TEXT NOT NULL,
  id         TEXT NOT NULL,
  field_key  TEXT NOT NULL,          -- not a foreign key: a deleted custom field keeps its history
  label      TEXT NOT NULL,          -- the question as it was worded then
  before     TEXT NOT NULL,
  rev        INTEGER NOT NULL,       -- of the answer before
  started_at INTEGER NOT NULL,       -- when a save first replaced it
  saved_at   INTEGER NOT NULL,       -- when it had been saved itself; 0: it came with the card
  PRIMARY KEY (session_id, card_id, id),
  FOREIGN KEY (session_id, card_id) REFERENCES card (session_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX revision_field ON revision (session_id, card_id, field_key, started_at);

-- Files that belong to a card: the upload it was made from.
CREATE TABLE file (
  session_id TEXT NOT NULL,
  card_id    TEXT NOT NULL,
  id         TEXT NOT NULL,
  role       TEXT NOT NULL CHECK (role IN ('original', 'pending')), -- pending: shown, not yet taken in
  name       TEXT NOT NULL,
  format     TEXT NOT NULL,          -- what it was recognised as
  size       INTEGER NOT NULL,       -- bytes
  created_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, card_id, id),
  FOREIGN KEY (session_id, card_id) REFERENCES card (session_id, id) ON DELETE CASCADE
) STRICT;

-- Which datasheets a model card uses. Both are cards of the same visitor; the link goes with either.
CREATE TABLE card_datasheet (
  session_id   TEXT NOT NULL,
  card_id      TEXT NOT NULL,
  datasheet_id TEXT NOT NULL,
  PRIMARY KEY (session_id, card_id, datasheet_id),
  FOREIGN KEY (session_id, card_id) REFERENCES card (session_id, id) ON DELETE CASCADE,
  FOREIGN KEY (session_id, datasheet_id) REFERENCES card (session_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX card_datasheet_used ON card_datasheet (session_id, datasheet_id);

-- The bytes of a file, in rows of at most 256 KB.
CREATE TABLE chunk (
  session_id TEXT NOT NULL,
  card_id    TEXT NOT NULL,
  file_id    TEXT NOT NULL,
  n          INTEGER NOT NULL,
  bytes      BLOB NOT NULL CHECK (length(bytes) <= 262144),
  PRIMARY KEY (session_id, card_id, file_id, n),
  FOREIGN KEY (session_id, card_id, file_id) REFERENCES file (session_id, card_id, id) ON DELETE CASCADE
) STRICT;

-- A picture or a table in a section of a card, as every reader may have it: what told of its maker was cut out before.
-- It goes with its section.
CREATE TABLE attachment (
  session_id  TEXT NOT NULL,
  card_id     TEXT NOT NULL,
  id          TEXT NOT NULL,
  section_key TEXT NOT NULL,
  position    INTEGER NOT NULL,      -- order in the card, as above
  name        TEXT NOT NULL,         -- of the file it came as
  caption     TEXT NOT NULL,
  alt         TEXT NOT NULL,         -- what a picture shows, in words
  media_type  TEXT NOT NULL,         -- what its bytes are, see package attach
  size        INTEGER NOT NULL,      -- bytes
  width       INTEGER NOT NULL,      -- points; 0 where there is no such thing
  height      INTEGER NOT NULL,
  removed     TEXT NOT NULL,         -- what was cut out, in words
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (session_id, card_id, id),
  FOREIGN KEY (session_id, card_id, section_key) REFERENCES section (session_id, card_id, key) ON DELETE CASCADE
) STRICT;
CREATE INDEX attachment_section ON attachment (session_id, card_id, section_key);

-- The bytes of an attachment, in rows of at most 256 KB.
CREATE TABLE attachment_chunk (
  session_id    TEXT NOT NULL,
  card_id       TEXT NOT NULL,
  attachment_id TEXT NOT NULL,
  n             INTEGER NOT NULL,
  bytes         BLOB NOT NULL CHECK (length(bytes) <= 262144),
  PRIMARY KEY (session_id, card_id, attachment_id, n),
  FOREIGN KEY (session_id, card_id, attachment_id) REFERENCES attachment (session_id, card_id, id) ON DELETE CASCADE
) STRICT;

-- A code with which a session moves to another browser: at most one for each session. The code itself is shown once
-- and kept nowhere.
CREATE TABLE handover (
  session_id TEXT PRIMARY KEY REFERENCES session (id),
  code_hash  TEXT NOT NULL UNIQUE,   -- base64url SHA-256 of the code's 16 bytes
  expires_at INTEGER NOT NULL,       -- from then on it leads nowhere, and the sweeper deletes the row
  used       INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1)) -- 1: only the browser that used it may ask again
) STRICT;
CREATE INDEX handover_expires ON handover (expires_at);

-- Who sweeps: one process at a time holds the lease.
CREATE TABLE lease (
  name   TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until  INTEGER NOT NULL
) STRICT;

-- A visitor with a card, an earlier answer and a file, as version 4 kept them.
INSERT INTO session (id, token_hash, ttl, created_at, touched_at, expires_at)
VALUES ('visitor', 'hash', 2592000000, 1700000000000, 1700000000000, 4000000000000);
INSERT INTO card (session_id, id, kind, template, title, created_at, changed_at, bytes)
VALUES ('visitor', 'card', 'model', 'model', 'From version 4', 1, 2, 614);
INSERT INTO section VALUES ('visitor', 'card', 'one', 0, 'One', 0);
INSERT INTO field VALUES ('visitor', 'card', 'one.a', 'one', 0, 'text', 1, 0, 1, 2, 3, 1, 0, 'A', '', 'kept');
INSERT INTO revision VALUES ('visitor', 'card', 'rev', 'one.a', 'A', 'before', 1, 2, 0);
INSERT INTO revision VALUES ('visitor', 'card', 'later', 'one.a', 'A', 'between', 2, 10, 3);
INSERT INTO file VALUES ('visitor', 'card', 'file', 'original', 'a.json', 'cardstock', 5, 1);
INSERT INTO chunk VALUES ('visitor', 'card', 'file', 0, CAST('bytes' AS BLOB));
INSERT INTO meta VALUES ('secret', 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=');
PRAGMA user_version = 4;
