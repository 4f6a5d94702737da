import { pino } from "pino";

/** Takes finished lines, each with its line break. */
export interface LogSink {
  write(line: string): void;
  /** Returns once everything is written. */
  flushSync(): void;
  /** Lines that were given up because the reader is too slow. */
  readonly dropped: number;
}

const BUFFER_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Standard output. Lines wait in memory while a write is under way, at most 4 MiB of them (reliability.md Q21);
 * beyond that lines are dropped and counted. Errors do not rely on the buffer: the log flushes around them.
 */
export function stdoutSink(): LogSink {
  const stream = pino.destination({ fd: 1, sync: false, minLength: 0, maxLength: BUFFER_BYTES_MAX });
  let dropped = 0;
  stream.on("drop", () => {
    dropped += 1;
  });
  // A reader that went away must not take the service with it.
  stream.on("error", () => {
    dropped += 1;
  });
  return {
    write: (line) => {
      stream.write(line);
    },
    flushSync: () => {
      stream.flushSync();
    },
    get dropped() {
      return dropped;
    },
  };
}
