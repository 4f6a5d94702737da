import { LOG_LEVELS, type Log, type LogFields, type LogLevel } from "./log.js";
import { safeFields } from "./safe-fields.js";

export interface LogRecord {
  readonly level: LogLevel;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A log for tests: remembers what would have been written. */
export interface RecordingLog extends Log {
  /** Newest last; at most the last 10,000. */
  readonly records: readonly LogRecord[];
  /** Records of level error and fatal whose message was not named by `expectError`; a test ends with none. */
  readonly unexpected: readonly LogRecord[];
  /** Says that errors with this message belong to the test. */
  expectError(message: string): void;
}

const RECORDS_MAX = 10_000;

function logInto(add: (record: LogRecord) => void, inherited: LogFields): Log {
  const writer = (level: LogLevel) => (fields: LogFields, message: string) => {
    add({ level, fields: safeFields({ ...inherited, ...fields }), message });
  };
  return {
    ...(Object.fromEntries(LOG_LEVELS.map((level) => [level, writer(level)])) as Omit<Log, "child">),
    child: (fields) => logInto(add, { ...inherited, ...fields }),
  };
}

export function recordingLog(): RecordingLog {
  const records: LogRecord[] = [];
  const expected = new Set<string>();
  const add = (record: LogRecord) => {
    records.push(record);
    if (records.length > RECORDS_MAX) records.shift();
  };
  return {
    ...logInto(add, {}),
    records,
    get unexpected() {
      return records.filter(
        ({ level, message }) => (level === "error" || level === "fatal") && !expected.has(message),
      );
    },
    expectError: (message) => {
      expected.add(message);
    },
  };
}

/** A log that says nothing. */
export function silentLog(): Log {
  const nothing = () => undefined;
  const log: Log = {
    trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing,
    child: () => log,
  };
  return log;
}
