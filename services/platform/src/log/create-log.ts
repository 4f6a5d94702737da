import { pino, type Logger } from "pino";
import type { Log, LogFields, LogLevel } from "./log.js";
import { safeFields } from "./safe-fields.js";
import { stdoutSink, type LogSink } from "./sink.js";

export interface LogOptions {
  readonly level: LogLevel;
  /** The process: `gateway`, `messaging`, `standalone`, … */
  readonly name: string;
  /** Default: standard output. */
  readonly sink?: LogSink;
}

/** The log a process makes once; everything else gets it or a child of it. */
export interface RootLog extends Log {
  /** Writes what waits; before the process ends. */
  flush(): void;
  readonly dropped: number;
}

function writerOf(logger: Logger, level: LogLevel, around: (write: () => void) => void) {
  return (fields: LogFields, message: string) => {
    // The check comes first: most trace and debug records are never made.
    if (!logger.isLevelEnabled(level)) return;
    around(() => logger[level](safeFields(fields), message));
  };
}

function wrap(logger: Logger, sink: LogSink): Log {
  const buffered = (write: () => void) => write();
  // Errors wait for room instead of being dropped, and are out before a crash can take them.
  const flushed = (write: () => void) => {
    sink.flushSync();
    write();
    sink.flushSync();
  };
  return {
    trace: writerOf(logger, "trace", buffered),
    debug: writerOf(logger, "debug", buffered),
    info: writerOf(logger, "info", buffered),
    warn: writerOf(logger, "warn", buffered),
    error: writerOf(logger, "error", flushed),
    fatal: writerOf(logger, "fatal", flushed),
    child: (fields) => wrap(logger.child(safeFields(fields)), sink),
  };
}

/** JSON lines, one record each. */
export function createLog({ level, name, sink = stdoutSink() }: LogOptions): RootLog {
  const logger = pino(
    {
      level,
      base: { service: name },
      messageKey: "message",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  );
  return {
    ...wrap(logger, sink),
    flush: () => sink.flushSync(),
    get dropped() {
      return sink.dropped;
    },
  };
}
