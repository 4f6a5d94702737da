import { pino, type DestinationStream, type Logger } from "pino";
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
  /** Records given up because nobody takes them. */
  readonly dropped: number;
}

const ERROR_LEVEL = pino.levels.values["error"] ?? 50;

/** With this symbol set, the library says the level of a line before it hands it over. */
class Destination implements DestinationStream {
  readonly [pino.symbols.needsMetadataGsym] = true;
  lastLevel = 0;
  readonly #sink: LogSink;

  constructor(sink: LogSink) {
    this.#sink = sink;
  }

  write(line: string): void {
    this.#sink.write(line, this.lastLevel >= ERROR_LEVEL);
  }
}

function wrap(logger: Logger): Log {
  const writer = (level: LogLevel) => (fields: LogFields, message: string) => {
    // The check comes first: most trace and debug records are never made.
    if (logger.isLevelEnabled(level)) logger[level](safeFields(fields), message);
  };
  return {
    trace: writer("trace"),
    debug: writer("debug"),
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
    fatal: writer("fatal"),
    child: (fields) => wrap(logger.child(safeFields(fields))),
  };
}

/** JSON lines, one record each. */
export function createLog({ level, name, sink = stdoutSink() }: LogOptions): RootLog {
  const logger = pino(
    {
      level,
      base: { service: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are made safe before they come here; the library's own serialiser would undo that.
      serializers: { err: (value: unknown) => value },
      formatters: { level: (label) => ({ level: label }) },
    },
    new Destination(sink),
  );
  return {
    ...wrap(logger),
    flush: () => sink.flushSync(),
    get dropped() {
      return sink.dropped;
    },
  };
}
