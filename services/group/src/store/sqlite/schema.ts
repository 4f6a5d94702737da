// Rows of a group hang on its number, which is never used again: when a group is removed its number goes, and with it
// everything that hung on it is out of reach at once; `group_erasing` remembers what is left to erase.
// Terms are what is searched by, read by ranges of `term`: in `group_terms` guids (g), words of names (n) and tags (t),
// in `group_people_terms` uids and words of members (m) and banned users (b).

export const SCHEMA = `
CREATE TABLE group_groups (
  grp INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT NOT NULL, guid TEXT NOT NULL, incarnation TEXT NOT NULL,
  name TEXT NOT NULL, folded_name TEXT NOT NULL, type INTEGER NOT NULL, private INTEGER NOT NULL,
  password_hash TEXT NOT NULL, icon TEXT NOT NULL, description TEXT NOT NULL, owner TEXT NOT NULL,
  metadata_json TEXT NOT NULL, tags_json TEXT NOT NULL, history_visibility INTEGER NOT NULL,
  members_count INTEGER NOT NULL, created_at_ms INTEGER NOT NULL, updated_at_ms INTEGER NOT NULL,
  updated_by TEXT NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, UNIQUE (app, guid)
);
CREATE INDEX group_groups_by_name ON group_groups (app, folded_name, guid);
CREATE INDEX group_groups_listed ON group_groups (app, private, folded_name, guid);

CREATE TABLE group_members (
  member INTEGER PRIMARY KEY, grp INTEGER NOT NULL, app TEXT NOT NULL, uid TEXT NOT NULL, scope INTEGER NOT NULL,
  name TEXT NOT NULL, folded_name TEXT NOT NULL, name_at_ms INTEGER NOT NULL, joined_at_ms INTEGER NOT NULL,
  UNIQUE (grp, uid)
);
CREATE INDEX group_members_by_rank ON group_members (grp, scope, folded_name, uid);
CREATE INDEX group_members_by_user ON group_members (app, uid, grp);

CREATE TABLE group_bans (
  ban INTEGER PRIMARY KEY, grp INTEGER NOT NULL, app TEXT NOT NULL, uid TEXT NOT NULL, name TEXT NOT NULL,
  name_at_ms INTEGER NOT NULL, former_scope INTEGER NOT NULL, banned_at_ms INTEGER NOT NULL, banned_by TEXT NOT NULL,
  UNIQUE (grp, uid)
);
CREATE INDEX group_bans_by_time ON group_bans (grp, banned_at_ms DESC, uid);
CREATE INDEX group_bans_by_user ON group_bans (app, uid, grp);

CREATE TABLE group_terms (
  app TEXT NOT NULL, kind TEXT NOT NULL, term TEXT NOT NULL, grp INTEGER NOT NULL, PRIMARY KEY (app, kind, term, grp)
) WITHOUT ROWID;
CREATE TABLE group_people_terms (
  grp INTEGER NOT NULL, kind TEXT NOT NULL, term TEXT NOT NULL, uid TEXT NOT NULL, PRIMARY KEY (grp, kind, term, uid)
) WITHOUT ROWID;

CREATE TABLE group_pending (
  entry INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT NOT NULL, guid TEXT NOT NULL, incarnation TEXT NOT NULL,
  event_id TEXT NOT NULL, kind INTEGER NOT NULL, uid TEXT NOT NULL, by_uid TEXT NOT NULL, new_scope INTEGER NOT NULL,
  value BLOB NOT NULL
);
CREATE INDEX group_pending_of ON group_pending (app, guid, entry);

CREATE TABLE group_erasing (grp INTEGER PRIMARY KEY);
`;
