// Understands of a server frame what the figures need: answers by id, rows by seq and muid.

import { Fields } from "./fields.js";
import { MUID_LENGTH } from "./client-frames.js";

/** Field numbers of frame.proto, event.proto, message.proto and rpc.proto. */
const FRAME = { id: 1, welcome: 2, result: 3, error: 4, event: 5, events: 6, goodbye: 7, pong: 8 } as const;
const EVENTS = { event: 1 } as const;
const EVENT = { row: 20, memberRow: 21 } as const;
const ROW = { seq: 1, message: 10 } as const;
const MESSAGE = { seq: 2, muid: 4 } as const;
const SEND_RESPONSE = { message: 1 } as const;

export interface Listener {
  welcome(bytes: Uint8Array): void;
  goodbye(bytes: Uint8Array): void;
  pong(bytes: Uint8Array): void;
  /** The bytes are valid during the call only. */
  result(id: number, bytes: Uint8Array, start: number, end: number): void;
  error(id: number, bytes: Uint8Array): void;
  /** A row with a message of a sender of ours. */
  row(seq: number, sender: number, number: number): void;
  /** Any other event, also a row that no send of ours made. */
  otherEvent(): void;
}

export class ServerFrames {
  readonly #frame = new Fields();
  readonly #events = new Fields();
  readonly #event = new Fields();
  readonly #row = new Fields();
  readonly #message = new Fields();

  read(bytes: Uint8Array, start: number, end: number, listener: Listener): void {
    let id = 0;
    const fields = this.#frame.over(bytes, start, end);
    while (fields.next()) {
      switch (fields.number) {
        case FRAME.id: id = fields.value; break;
        case FRAME.welcome: listener.welcome(copy(fields)); break;
        case FRAME.result: listener.result(id, bytes, fields.start, fields.end); break;
        case FRAME.error: listener.error(id, copy(fields)); break;
        case FRAME.event: this.#readEvent(bytes, fields.start, fields.end, listener); break;
        case FRAME.events: this.#readEvents(bytes, fields.start, fields.end, listener); break;
        case FRAME.goodbye: listener.goodbye(copy(fields)); break;
        case FRAME.pong: listener.pong(copy(fields)); break;
        default: break;
      }
    }
  }

  /** The seq of a SendMessageResponse; 0 when there is none. */
  seqOfSent(bytes: Uint8Array, start: number, end: number): number {
    const fields = this.#message.over(bytes, start, end);
    while (fields.next()) {
      if (fields.number !== SEND_RESPONSE.message) continue;
      const message = this.#row.over(bytes, fields.start, fields.end);
      while (message.next()) if (message.number === MESSAGE.seq) return message.value;
    }
    return 0;
  }

  #readEvents(bytes: Uint8Array, start: number, end: number, listener: Listener): void {
    const fields = this.#events.over(bytes, start, end);
    while (fields.next()) if (fields.number === EVENTS.event) this.#readEvent(bytes, fields.start, fields.end, listener);
  }

  #readEvent(bytes: Uint8Array, start: number, end: number, listener: Listener): void {
    const fields = this.#event.over(bytes, start, end);
    while (fields.next()) {
      if (fields.number === EVENT.row) return this.#readRow(bytes, fields.start, fields.end, listener);
      if (fields.number === EVENT.memberRow) break;
    }
    listener.otherEvent();
  }

  #readRow(bytes: Uint8Array, start: number, end: number, listener: Listener): void {
    let seq = 0;
    const fields = this.#row.over(bytes, start, end);
    while (fields.next()) {
      if (fields.number === ROW.seq) seq = fields.value;
      if (fields.number === ROW.message) return this.#readMessage(seq, bytes, fields, listener);
    }
    listener.otherEvent();
  }

  #readMessage(seq: number, bytes: Uint8Array, { start, end }: Fields, listener: Listener): void {
    const fields = this.#message.over(bytes, start, end);
    while (fields.next()) {
      if (fields.number !== MESSAGE.muid) continue;
      if (fields.end - fields.start !== MUID_LENGTH || bytes[fields.start] !== 0x62) break;
      const dash = fields.start + 7;
      return listener.row(seq, digits(bytes, fields.start + 1, dash), digits(bytes, dash + 1, fields.end));
    }
    listener.otherEvent();
  }
}

function copy({ bytes, start, end }: Fields): Uint8Array {
  return bytes.slice(start, end);
}

function digits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + (bytes[at] ?? 0) - 48;
  return value;
}
