import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from "@photostructure/sqlite";
import type { SqliteConnection, SqlValue, Statement } from "./module.js";
import { isStorageError } from "./storage-error.js";

// These two undo less or more than their own statement, which the bookkeeping below relies on.
const FORBIDDEN = /\bOR\s+(FAIL|ROLLBACK)\b/i;
const READS_ONLY = /^\s*(SELECT|EXPLAIN)\b/i;

/**
 * A connection that knows what its transaction needs to know: how many statements may have changed something (`changes`),
 * and the first storage error, after which nothing more may run until the rollback, even if a command swallowed it:
 * SQLite may have rolled back on its own, and later statements would commit one by one.
 */
export class Connection implements SqliteConnection {
  changes = 0;
  broken: Error | undefined;
  readonly #database: DatabaseSyncInstance;
  readonly #statements = new Map<string, Statement>();

  constructor(path: string, options: { readOnly?: boolean } = {}) {
    this.#database = new DatabaseSync(path, {
      readOnly: options.readOnly ?? false, timeout: 5_000, enableForeignKeyConstraints: true,
      enableDoubleQuotedStringLiterals: false,
    });
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  sql(text: string): Statement {
    let statement = this.#statements.get(text);
    if (statement === undefined) this.#statements.set(text, (statement = this.prepare(text)));
    return statement;
  }

  prepare(text: string): Statement {
    if (FORBIDDEN.test(text)) throw new Error("OR FAIL and OR ROLLBACK are not allowed: they break the group commit");
    return new ConnectionStatement(this, this.#database.prepare(text), READS_ONLY.test(text));
  }

  exec(text: string): void {
    // Several statements may have run before the one that fails, so these count before.
    this.changes++;
    this.guard(() => this.#database.exec(text));
  }

  guard<R>(step: () => R): R {
    if (this.broken !== undefined) throw this.broken;
    try {
      return step();
    } catch (error) {
      this.noteFailure(error);
      throw error;
    }
  }

  noteFailure(error: unknown): void {
    if (isStorageError(error)) this.broken ??= error as Error;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

class ConnectionStatement implements Statement {
  readonly #connection: Connection;
  readonly #statement: StatementSyncInstance;
  readonly #readsOnly: boolean;

  constructor(connection: Connection, statement: StatementSyncInstance, readsOnly: boolean) {
    this.#connection = connection;
    this.#statement = statement;
    this.#readsOnly = readsOnly;
  }

  run(...params: readonly SqlValue[]): { changes: number; lastInsertRowid: number } {
    if (this.#connection.broken !== undefined) throw this.#connection.broken;
    try {
      const result = this.#statement.run(...params);
      // A statement that fails has undone itself (ON CONFLICT ABORT), so only the ones that succeed count.
      this.#connection.changes++;
      return result as { changes: number; lastInsertRowid: number };
    } catch (error) {
      this.#connection.noteFailure(error);
      throw error;
    }
  }

  get<Row>(...params: readonly SqlValue[]): Row | undefined {
    if (!this.#readsOnly) this.#connection.changes++;
    return this.#connection.guard(() => this.#statement.get(...params) as Row | undefined);
  }

  all<Row>(...params: readonly SqlValue[]): Row[] {
    if (!this.#readsOnly) this.#connection.changes++;
    return this.#connection.guard(() => this.#statement.all(...params) as Row[]);
  }
}
