// Layout is speed here (design.md 8): rowid tables, an integer for a conversation, the encoded message in one blob.
// `n` is the order of commits: the single writer makes it, so "everything after n" is the outbox (reliability.md W17)
// and a sync point, at no cost per row; erasing keeps it from being given twice. Conversations are numbered without reuse:
// a handle never names a later one. Of an erased group its incarnation is remembered, so that what arrives late of it has
// no effect on a later group of the same guid.
export const SCHEMA = `
  CREATE TABLE messaging_conversations (
    handle INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT NOT NULL, ref TEXT NOT NULL, label TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    UNIQUE (app, ref), UNIQUE (app, label)
  );
  CREATE TABLE messaging_erased (
    app TEXT NOT NULL, ref TEXT NOT NULL, incarnation TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (app, ref, incarnation)
  ) WITHOUT ROWID;
  CREATE TABLE messaging_rows (
    n INTEGER PRIMARY KEY, conv INTEGER NOT NULL, seq INTEGER NOT NULL, id INTEGER NOT NULL, sender TEXT NOT NULL,
    muid TEXT, fingerprint TEXT NOT NULL, kind INTEGER NOT NULL, category INTEGER NOT NULL, type TEXT NOT NULL,
    countable INTEGER NOT NULL, countable_no INTEGER NOT NULL, sent_at INTEGER NOT NULL, deleted INTEGER NOT NULL,
    target INTEGER, change TEXT, member TEXT, body BLOB NOT NULL
  );
  CREATE UNIQUE INDEX messaging_rows_fence ON messaging_rows (conv, seq);
  CREATE UNIQUE INDEX messaging_rows_muid ON messaging_rows (conv, sender, muid) WHERE muid IS NOT NULL;
  CREATE UNIQUE INDEX messaging_rows_id ON messaging_rows (id);
  CREATE INDEX messaging_rows_target ON messaging_rows (target) WHERE target IS NOT NULL;
  CREATE TABLE messaging_published (one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER NOT NULL);
  CREATE TABLE messaging_views (
    app TEXT NOT NULL, uid TEXT NOT NULL, conv INTEGER NOT NULL, present INTEGER NOT NULL, scope INTEGER NOT NULL,
    version INTEGER NOT NULL, delivered INTEGER NOT NULL, read INTEGER NOT NULL, unread_after INTEGER NOT NULL,
    floor INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, change_no INTEGER NOT NULL,
    PRIMARY KEY (app, uid, conv)
  ) WITHOUT ROWID;
  CREATE INDEX messaging_views_conv ON messaging_views (conv, uid);
  CREATE TABLE messaging_view_changes (one INTEGER PRIMARY KEY CHECK (one = 1), no INTEGER NOT NULL);
  INSERT INTO messaging_published VALUES (1, 0);
  INSERT INTO messaging_view_changes VALUES (1, 0);
`;
