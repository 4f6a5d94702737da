export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a record says besides its message. Passes the allow-list of safe-fields.ts before it is written. */
export type LogFields = Readonly<Record<string, unknown>>;

type Write = (fields: LogFields, message: string) => void;

/**
 * Where the program says what it does, for operators. `message` is a constant phrase; what varies goes into
 * fields. Message texts, names, tokens and keys never go in.
 */
export interface Log {
  readonly trace: Write;
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  readonly fatal: Write;
  /** A log whose records all carry `fields`. */
  child(fields: LogFields): Log;
}
