import type { StoredRow } from "../dump.js";
import { parseClient, type SeenRow } from "../history.js";
import type { Recorder } from "../recorder.js";
import type { ModelLog } from "./model-log.js";

/**
 * A client as it ought to behave: shows each row once and in order, pulls on a gap, resumes after a
 * disconnect.
 */
export class ModelClient {
  readonly uid: string;
  connected = true;
  /** Last seq shown, by log; a log that is absent is not followed. */
  readonly cursors = new Map<ModelLog, number>();
  readonly #recorder: Recorder;

  constructor(readonly name: string, recorder: Recorder) {
    this.uid = parseClient(name).uid;
    this.#recorder = recorder;
    recorder.happened(name, "connect", {}, {});
  }

  follow(log: ModelLog, fromSeq: number): void {
    this.cursors.set(log, fromSeq);
  }

  /** A live row. `lost`: the network swallowed it. */
  deliver(log: ModelLog, row: StoredRow, lost: boolean): void {
    if (!this.connected || !this.cursors.has(log) || lost) return;
    const seen = log.seen(this.uid, row);
    this.#recorder.happened(this.name, "deliver", { conversation: log.conversation }, seen);
    this.take(log, seen);
  }

  /** A row that came live or as the answer to an own send. */
  take(log: ModelLog, row: SeenRow): void {
    const cursor = this.cursors.get(log);
    if (cursor === undefined || row.seq <= cursor) return;
    if (row.seq > cursor + 1) this.pull(log);
    else this.#show(log, [row]);
  }

  pull(log: ModelLog): void {
    this.#show(log, this.read(log, this.cursors.get(log) ?? 0));
  }

  read(log: ModelLog, afterSeq: number): readonly SeenRow[] {
    const { conversation, head } = log;
    const knownSeq = this.cursors.get(log) ?? 0;
    const reading = this.#recorder.begin(this.name, "read", { conversation, afterSeq, knownSeq });
    const rows = log.range(this.uid, afterSeq);
    reading.ok({ rows, head, completeThrough: head });
    return rows;
  }

  disconnect(): void {
    this.connected = false;
    this.#recorder.happened(this.name, "disconnect", {}, {});
  }

  resume(): void {
    this.connected = true;
    this.#recorder.happened(this.name, "connect", {}, {});
    const cursors = Object.fromEntries([...this.cursors].map(([log, seq]) => [log.conversation, seq]));
    const resuming = this.#recorder.begin(this.name, "resume", { cursors });
    const missed = [...this.cursors].map(([log, seq]) => {
      const gone = !log.members.has(this.uid);
      const rows = gone ? [] : log.range(this.uid, seq);
      return { log, rows, part: { conversation: log.conversation, rows, head: gone ? seq : log.head, gone } };
    });
    resuming.ok({ conversations: missed.map(({ part }) => part) });
    for (const { log, rows, part } of missed) {
      if (part.gone) this.drop(log);
      else this.#show(log, rows);
    }
  }

  /** The client is no member any more. */
  drop(log: ModelLog): void {
    this.cursors.delete(log);
    this.#recorder.happened(this.name, "reset", { conversation: log.conversation }, {});
  }

  #show(log: ModelLog, rows: readonly SeenRow[]): void {
    for (const row of rows) {
      if (row.hidden !== true) this.#recorder.happened(this.name, "shown", { conversation: log.conversation }, row);
      this.cursors.set(log, row.seq);
    }
  }
}
