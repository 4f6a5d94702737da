// Primary result codes after which nothing of the running transaction can be trusted: the disk is full or failing,
// memory is short, another process holds the file. Constraint and syntax errors undo only their own statement.
const STORAGE_CODES: ReadonlySet<number> = new Set([
  5, // BUSY
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  9, // INTERRUPT
  10, // IOERR
  11, // CORRUPT
  13, // FULL
  14, // CANTOPEN
  15, // PROTOCOL
  26, // NOTADB
]);

/** Whether SQLite failed below the statement (F14, L3): the batch is rolled back and refused, the database goes on. */
export function isStorageError(error: unknown): boolean {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === "number" && STORAGE_CODES.has(code & 0xff);
}

/**
 * Whether a failed COMMIT may yet come true: its frames can be in the WAL although the fsync failed, and count if the
 * process dies before they are overwritten. A full disk fails before the frame that commits.
 */
export function isUnconfirmedCommit(error: unknown): boolean {
  const IOERR = 10;
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === "number" && (code & 0xff) === IOERR;
}
