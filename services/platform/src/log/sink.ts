import { pino } from "pino";

/** Takes finished lines, each with its line break. */
export interface LogSink {
  /** Never throws, never waits. Important lines (errors) are kept where others are given up. */
  write(line: string, important: boolean): void;
  /** Returns once everything is written. */
  flushSync(): void;
  /** Lines that were given up because the reader is too slow, or gone. */
  readonly dropped: number;
}

const BYTES_MAX = 4 * 1024 * 1024;
const IMPORTANT_BYTES_MAX = 2 * BYTES_MAX;

/**
 * Standard output, written in the background: lines that come while a write is under way wait in memory and go
 * out together. When the reader is slow, 4 MiB wait and then lines are dropped and counted (reliability.md Q21);
 * errors go on waiting up to 8 MiB.
 */
export function stdoutSink(): LogSink {
  const stream = pino.destination({ fd: 1, sync: false, minLength: 0 });
  let waitingBytes = 0;
  let dropped = 0;
  stream.on("write", (bytes: number) => {
    waitingBytes = Math.max(0, waitingBytes - bytes);
  });
  const drop = () => {
    dropped += 1;
  };
  // A reader that went away must not take the service with it.
  stream.on("error", drop);
  const guarded = (use: () => void) => {
    try {
      use();
    } catch {
      drop();
    }
  };
  return {
    write: (line, important) => {
      if (waitingBytes > (important ? IMPORTANT_BYTES_MAX : BYTES_MAX)) {
        drop();
        return;
      }
      waitingBytes += Buffer.byteLength(line);
      guarded(() => stream.write(line));
    },
    flushSync: () => {
      guarded(() => stream.flushSync());
      waitingBytes = 0;
    },
    get dropped() {
      return dropped;
    },
  };
}
