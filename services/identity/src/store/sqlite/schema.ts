// `identity_terms` holds what users are searched by: uids (u), names from the start of each word (n), tags (t). It is
// read by ranges of `term`, so that a search never looks at all users. Names and terms are compared in folded form.
// `offline` is stored the wrong way round so that "online first" is an ascending order.

export const SCHEMA = `
CREATE TABLE identity_apps (
  app TEXT PRIMARY KEY, name TEXT NOT NULL, folded_name TEXT NOT NULL, region TEXT NOT NULL, production INTEGER NOT NULL,
  suspended INTEGER NOT NULL, created_at_ms INTEGER NOT NULL, updated_at_ms INTEGER NOT NULL, settings_hash TEXT NOT NULL
);
CREATE INDEX identity_apps_by_creation ON identity_apps (created_at_ms, app);

CREATE TABLE identity_keys (
  hash TEXT PRIMARY KEY, app TEXT NOT NULL, key_id TEXT NOT NULL, name TEXT NOT NULL, full_access INTEGER NOT NULL,
  prefix TEXT NOT NULL, created_at_ms INTEGER NOT NULL, UNIQUE (app, key_id)
);

CREATE TABLE identity_users (
  user INTEGER PRIMARY KEY, app TEXT NOT NULL, uid TEXT NOT NULL, name TEXT NOT NULL, folded_name TEXT NOT NULL,
  avatar TEXT NOT NULL, link TEXT NOT NULL, role TEXT NOT NULL, metadata_json TEXT NOT NULL,
  public_metadata_json TEXT NOT NULL, tags_json TEXT NOT NULL, status_message TEXT NOT NULL, offline INTEGER NOT NULL,
  status_at_ms INTEGER NOT NULL, last_active_at_ms INTEGER NOT NULL, created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL, deactivated_at_ms INTEGER NOT NULL, version INTEGER NOT NULL, UNIQUE (app, uid)
);
CREATE INDEX identity_users_by_status ON identity_users (app, offline, folded_name, uid);
CREATE INDEX identity_users_by_name ON identity_users (app, folded_name, uid);
CREATE INDEX identity_users_by_creation ON identity_users (app, created_at_ms, uid);

CREATE TABLE identity_terms (
  app TEXT NOT NULL, kind TEXT NOT NULL, term TEXT NOT NULL, user INTEGER NOT NULL, PRIMARY KEY (app, kind, term, user)
) WITHOUT ROWID;

CREATE TABLE identity_tokens (
  token INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, app TEXT NOT NULL, uid TEXT NOT NULL, token_id TEXT NOT NULL,
  device_id TEXT NOT NULL, platform TEXT NOT NULL, app_info_json TEXT NOT NULL, user_agent TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL, last_used_at_ms INTEGER NOT NULL, expires_at_ms INTEGER NOT NULL,
  ended INTEGER NOT NULL DEFAULT 0, UNIQUE (app, token_id)
);
CREATE INDEX identity_tokens_by_user ON identity_tokens (app, uid, created_at_ms);
CREATE INDEX identity_tokens_to_end ON identity_tokens (expires_at_ms) WHERE expires_at_ms > 0 AND ended = 0;
`;

export const PRESENCE_RESETS = `
CREATE TABLE identity_presence_resets (one INTEGER PRIMARY KEY CHECK (one = 1), at_ms INTEGER NOT NULL);
`;
