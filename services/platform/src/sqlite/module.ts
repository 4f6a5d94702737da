/** What SQLite stores and gives back. Integers beyond 2^53 - 1 are an error, never rounded. */
export type SqlValue = number | bigint | string | Uint8Array | null;

/** One compiled statement; parameters are positional. */
export interface Statement {
  run(...params: readonly SqlValue[]): { readonly changes: number; readonly lastInsertRowid: number };
  get<Row = Record<string, SqlValue>>(...params: readonly SqlValue[]): Row | undefined;
  all<Row = Record<string, SqlValue>>(...params: readonly SqlValue[]): Row[];
}

/**
 * What a command works with. A command is already inside a transaction and never begins or ends one; whatever it
 * calls with the same connection (plain functions of other modules too) is part of the same transaction.
 */
export interface SqliteConnection {
  /** The statement for this text, compiled once and kept: texts must be constants. */
  sql(text: string): Statement;
  /** A statement that is not kept, for texts made at run time. */
  prepare(text: string): Statement;
  exec(text: string): void;
}

/**
 * A command is a pure function of the connection and its arguments: no time, no chance, no memory of its own, because
 * it may run twice before its transaction commits. Arguments and result cross threads by structured clone.
 */
export type SqliteCommand = (db: SqliteConnection, args: never) => unknown;

export interface SqliteModule {
  /** Prefix of its commands and, by convention, of its tables. */
  readonly name: string;
  /** Scripts applied once each, in order, in one transaction at open. Never change one that has shipped: append. */
  readonly migrations: readonly string[];
  /** Run by the single writer. */
  readonly write: Readonly<Record<string, SqliteCommand>>;
  /** Run by a reader; must not write. */
  readonly read: Readonly<Record<string, SqliteCommand>>;
}

/** Declares a module; keeps the types of its commands for createCommands. */
export function defineSqliteModule<const M extends SqliteModule>(module: M): M {
  return module;
}
