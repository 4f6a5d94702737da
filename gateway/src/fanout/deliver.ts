import type { LogRecord } from "@parlance/platform/eventlog";
import type { JsonCodec } from "@parlance/platform/rpc";
import type { Figures } from "../figures.js";
import { CloseCode } from "../ws/close-codes.js";
import type { Closer } from "../ws/closer.js";
import type { Outbox } from "../ws/outbox.js";
import type { Session } from "../ws/session.js";
import type { Poison } from "./poison.js";
import { eventText, jsonEventFrame, protoEventFrame } from "./event-frames.js";

/** What a session may have waiting for its welcome. */
const HELD_FRAMES_MAX = 1_000;
const HELD_BYTES_MAX = 1024 * 1024;

export interface DeliverParts {
  readonly codec: JsonCodec;
  readonly poison: Pick<Poison, "found">;
  readonly figures: Pick<Figures, "deliveries">;
  readonly outbox: Outbox;
  readonly closer: Closer;
}

/** Sessions that must not get all of a batch, each with the records it must not get. */
export type Exclusions = ReadonlyMap<Session, ReadonlySet<LogRecord>>;

/** Gives a batch of records to sessions, encoded once per form of the wire. */
export class Deliver {
  readonly #parts: DeliverParts;

  constructor(parts: DeliverParts) {
    this.#parts = parts;
  }

  toAll(sessions: Iterable<Session>, batch: readonly LogRecord[], exclusions: Exclusions): void {
    let proto: Uint8Array | undefined;
    let json: Uint8Array | undefined;
    let count = 0;
    for (const session of sessions) {
      count += 1;
      const excluded = exclusions.size === 0 ? undefined : exclusions.get(session);
      if (excluded !== undefined) this.toOne(session, batch.filter((record) => !excluded.has(record)));
      else if (session.isJson) this.#give(session, (json ??= this.#json(batch)));
      else this.#give(session, (proto ??= protoEventFrame(batch.map(({ value }) => value))));
    }
    this.#parts.figures.deliveries(count);
  }

  toOne(session: Session, records: readonly LogRecord[]): void {
    if (records.length === 0) return;
    this.#give(session, session.isJson ? this.#json(records) : protoEventFrame(records.map(({ value }) => value)));
  }

  #give(session: Session, frame: Uint8Array): void {
    if (frame.byteLength === 0) return;
    if (session.held === undefined) {
      if (session.state === "ready") this.#parts.outbox.add(session, frame);
      return;
    }
    session.heldBytes += frame.byteLength;
    if (session.held.length >= HELD_FRAMES_MAX || session.heldBytes > HELD_BYTES_MAX) {
      this.#parts.closer.close(session, CloseCode.TOO_SLOW, "too much came before welcome");
    } else {
      session.held.push(frame);
    }
  }

  /** Empty when no record of the batch is an event. */
  #json(batch: readonly LogRecord[]): Uint8Array {
    const texts = batch.flatMap((record) => this.#text(record));
    return texts.length === 0 ? NOTHING : jsonEventFrame(texts);
  }

  #text(record: LogRecord): string | readonly [] {
    try {
      return eventText(this.#parts.codec, record.value);
    } catch (error) {
      this.#parts.poison.found(record, error);
      return [];
    }
  }
}

const NOTHING = new Uint8Array(0);
