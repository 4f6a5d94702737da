// Conversations of alice as a messaging service keeps them, for tests of the engine: logs, sync, rows and sends.

import { Event } from "@parlance/proto/event/v1/event";
import { Category, Message, ReceiverType, type Row } from "@parlance/proto/messaging/v1/message";
import {
  ListRowsRequest, ListRowsResponse, SendMessageRequest, SendMessageResponse, SyncRequest, SyncResponse, type ConversationSync,
} from "@parlance/proto/messaging/v1/rpc";
import { keyOf, type Address } from "../engine/address.js";
import type { Answer } from "./fake-gateway.js";

export const ME = "alice";
export const bob: Address = { receiverType: ReceiverType.USER, receiverId: "bob" };
export const team: Address = { receiverType: ReceiverType.GROUP, receiverId: "team" };

interface Stored {
  readonly row: Row;
  /** Place among all rows. */
  readonly n: number;
}

export class FakeMessaging {
  readonly #logs = new Map<string, { readonly address: Address; readonly rows: Stored[] }>();
  readonly requests: { readonly method: string; readonly request: unknown }[] = [];
  readonly gone = new Set<string>();
  epoch = "e1";
  rowsMax = 200;
  cursorsMax = 100;
  #count = 0;

  /** Appends a row and answers the event of it, for the test to deliver or not. */
  append(address: Address, from: string, message: Parameters<typeof Message.fromPartial>[0] = {}): Event {
    const isGroup = address.receiverType === ReceiverType.GROUP;
    const receiverId = isGroup || from === ME ? address.receiverId : ME;
    return this.#add(address, (seq) => ({
      $case: "message",
      value: Message.fromPartial({
        id: 1_000 + this.#count, seq, receiverType: address.receiverType, receiverId, sender: { id: from, name: from.toUpperCase() },
        category: Category.MESSAGE, type: "text", body: { $case: "text", value: { text: `${from} ${seq}` } }, countable: true,
        conversationId: keyOf(address), sentAtMs: this.#count * 1_000, receiver: { id: receiverId }, ...message,
      }),
    }));
  }

  /** Appends a row that alice may not see. */
  hidden(address: Address): Event {
    return this.#add(address, () => ({ $case: "void", value: { hidden: true } }));
  }

  head(address: Address): number {
    return this.#log(address).rows.length;
  }

  of<T>(method: string): T[] {
    return this.requests.filter((one) => one.method === method).map(({ request }) => request as T);
  }

  answer(method: string, bytes: Uint8Array): Answer {
    switch (method) {
      case "messaging.Sync": return this.#sync(SyncRequest.decode(bytes));
      case "messaging.ListRows": return this.#listRows(ListRowsRequest.decode(bytes));
      case "messaging.SendMessage": return this.#send(SendMessageRequest.decode(bytes));
      default: return { error: "ERR_NOT_IMPLEMENTED" };
    }
  }

  #add(address: Address, bodyOf: (seq: number) => NonNullable<Row["body"]>): Event {
    const { rows } = this.#log(address);
    this.#count += 1;
    const seq = rows.length + 1;
    const row: Row = { seq, conversationId: keyOf(address), receiverType: address.receiverType, body: bodyOf(seq) };
    rows.push({ row, n: this.#count });
    const channel = address.receiverType === ReceiverType.GROUP ? `g:${address.receiverId}` : `u:${ME}`;
    return Event.fromPartial({ id: `${keyOf(address)}/${seq}`, channel, body: { $case: "row", value: row } });
  }

  #log(address: Address) {
    const key = keyOf(address);
    const log = this.#logs.get(key) ?? { address: { receiverType: address.receiverType, receiverId: address.receiverId }, rows: [] };
    this.#logs.set(key, log);
    return log;
  }

  #sync(request: SyncRequest): Uint8Array {
    this.requests.push({ method: "messaging.Sync", request });
    const otherLife = request.epoch !== "" && request.epoch !== this.epoch;
    const remaining = request.conversations.slice(this.cursorsMax);
    const asked = request.conversations.slice(0, this.cursorsMax);
    const known = new Set(asked.map(keyOf));
    const entries = asked.flatMap((cursor) => this.#entry(cursor, (row) => row.row.seq > cursor.seq));
    if (remaining.length === 0 && request.syncToken !== "") {
      for (const { address } of this.#logs.values()) {
        if (!known.has(keyOf(address))) entries.push(...this.#entry(address, ({ n }) => n > Number(request.syncToken)));
      }
    }
    const syncToken = remaining.length > 0 ? request.syncToken : String(this.#count);
    return SyncResponse.encode(SyncResponse.fromPartial({
      conversations: otherLife ? [] : entries, remaining, syncToken, fullSync: otherLife, epoch: this.epoch,
    })).finish();
  }

  #entry(address: Address, wanted: (stored: Stored) => boolean): ConversationSync[] {
    const { rows } = this.#log(address);
    const isGone = this.gone.has(keyOf(address));
    const missed = rows.filter(wanted).map(({ row }) => row);
    if (missed.length === 0 && !isGone) return [];
    const truncated = missed.length > this.rowsMax;
    const { receiverType, receiverId } = address;
    return [{
      receiverType, receiverId, rows: truncated || isGone ? [] : missed, head: rows.length, truncated, gone: isGone,
      conversation: undefined, receipts: [],
    }];
  }

  #listRows(request: ListRowsRequest): Answer {
    this.requests.push({ method: "messaging.ListRows", request });
    if (this.gone.has(keyOf(request))) return { error: "ERR_GROUP_NOT_JOINED" };
    const { rows } = this.#log(request);
    if (request.epoch !== this.epoch) return ListRowsResponse.encode(ListRowsResponse.fromPartial({ reset: true, epoch: this.epoch })).finish();
    const through = request.throughSeq === 0 ? rows.length : request.throughSeq;
    const page = rows.map(({ row }) => row).filter(({ seq }) => seq > request.afterSeq && seq <= through).slice(0, request.pageSize);
    return ListRowsResponse.encode(ListRowsResponse.fromPartial({
      rows: page, head: rows.length, completeThrough: rows.length, epoch: this.epoch,
    })).finish();
  }

  #send(request: SendMessageRequest): Uint8Array {
    this.requests.push({ method: "messaging.SendMessage", request });
    const rows = this.#log(request).rows;
    const first = rows.map(({ row }) => row.body).find((body) => body?.$case === "message" && body.value.muid === request.muid);
    if (first?.$case === "message") return SendMessageResponse.encode({ message: first.value, duplicate: true }).finish();
    const { body } = this.append(request, ME, { muid: request.muid, type: request.type, body: request.body as Message["body"] });
    const row = body?.$case === "row" ? body.value.body : undefined;
    return SendMessageResponse.encode({ message: row?.$case === "message" ? row.value : undefined, duplicate: false }).finish();
  }
}
