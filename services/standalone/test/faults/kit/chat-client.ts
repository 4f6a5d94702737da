import { within, TIMED_OUT, type Clock } from "@parlance/platform/time";
import {
  clientName, RawClient, type CallAnswer, type Dump, type Json, type Recorder, type ResumedConversation, type SeenRow, type SocketEnd,
} from "@parlance/platform/testing";
import { LogCopy } from "./log-copy.js";
import { addressOf, conversationName, placeOfMessage, receiverTypeOf, type Place } from "./places.js";
import { list, object, seenRow, text as textOf } from "./rows.js";

/** What a client needs of a connection. */
export interface ChatLink {
  /** Never rejects. */
  call(method: string, request: Json): Promise<CallAnswer>;
  readonly ended: Promise<SocketEnd>;
  /** Ends it without a word. */
  cut(): Promise<unknown>;
}

export interface ChatClientOptions {
  readonly app: string;
  readonly uid: string;
  readonly device: string;
  readonly token: string;
  readonly port: number;
  readonly clock: Clock;
  readonly recorder: Recorder;
  /** The conversations it has open from the beginning. */
  readonly places: readonly Place[];
  /** Rows asked for at once. */
  readonly pageRows?: number;
  readonly callTimeoutMs?: number;
  /** Rows it asked for did not come although it is connected: it is to resume again. */
  readonly onMiss?: () => void;
  /** Everything that comes over the socket is kept for I14. */
  readonly sampleWire?: boolean;
  /** Connects in another way than by the socket of a gateway. */
  readonly open?: (onEvent: (event: Json) => void) => Promise<ChatLink>;
}

export interface OutgoingText {
  readonly place: Place;
  readonly muid: string;
  readonly text: string;
}

export const PAGE_ROWS = 1_000;
const CALL_TIMEOUT_MS = 30_000;

/**
 * A device that speaks JSON over the raw socket, keeps a copy of every conversation it is in, and writes everything it
 * does and sees into the history. It resumes as clients are told to: cursors, then pages (chat.md 14.2).
 */
export class ChatClient {
  readonly name: string;
  readonly #options: ChatClientOptions;
  readonly #copies = new Map<string, { readonly place: Place; readonly copy: LogCopy }>();
  #raw: RawClient | undefined;
  #link: ChatLink | undefined;
  #connections = 0;
  #syncToken = "";
  #epoch = "";
  #ended: Promise<SocketEnd> = Promise.resolve({ code: 1000, reason: "" });
  readonly #waiting: (() => void)[] = [];

  constructor(options: ChatClientOptions) {
    this.#options = options;
    this.name = clientName(options);
    for (const place of options.places) this.#copyOf(place);
  }

  get uid(): string {
    return this.#options.uid;
  }

  get isConnected(): boolean {
    return this.#link !== undefined;
  }

  /** How the present connection ends. */
  get ended(): Promise<SocketEnd> {
    return this.#ended;
  }

  /** The socket itself, for tests that misuse it. */
  get raw(): RawClient {
    if (this.#raw === undefined) throw new Error(`${this.name} has no socket`);
    return this.#raw;
  }

  /** Connects, then fetches what was missed. */
  async connect(port = this.#options.port, token = this.#options.token): Promise<void> {
    const { recorder, open } = this.#options;
    const onEvent = (event: Json): void => this.#onEvent(event);
    const link = await (open === undefined ? this.#openSocket(port, token) : open(onEvent));
    this.#link = link;
    this.#connections += 1;
    recorder.happened(this.name, "connect", { session: `${this.name}#${this.#connections}` }, {});
    this.#ended = link.ended.then((end) => {
      if (this.#link === link) this.#link = undefined;
      recorder.happened(this.name, "disconnect", { code: end.code }, {});
      return end;
    });
    await this.resume();
    for (const go of this.#waiting.splice(0)) go();
  }

  async #openSocket(port: number, token: string): Promise<ChatLink> {
    const { clock, device, recorder, sampleWire = false, callTimeoutMs = CALL_TIMEOUT_MS } = this.#options;
    const raw = await RawClient.open({
      port, clock, callTimeoutMs, onEvent: (event) => this.#onEvent(event),
      ...(sampleWire ? { onText: (sample: string) => recorder.happened(this.name, "wire", { encoding: "text" }, { sample }) } : {}),
    });
    await raw.hello({ token, deviceId: device }).catch(async (error: unknown) => {
      await raw.socket.destroy();
      throw error;
    });
    this.#raw = raw;
    return {
      call: (method, request) => raw.call(method, request), ended: raw.socket.ended, cut: () => raw.socket.destroy(),
    };
  }

  async whenConnected(): Promise<void> {
    while (this.#link === undefined) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Drops the connection without a word. */
  async drop(): Promise<void> {
    const ended = this.#ended;
    await this.#link?.cut();
    await ended;
  }

  async call(method: string, request: Json): Promise<CallAnswer> {
    return this.#link === undefined ? { outcome: "unknown", why: "not connected" } : this.#link.call(method, request);
  }

  /** One attempt to send. */
  async send({ place, muid, text }: OutgoingText, attempt = 1): Promise<CallAnswer> {
    const conversation = this.nameOf(place);
    const operation = this.#options.recorder.begin(this.name, "send", {
      conversation, muid, content: text, attempt, connection: `${this.name}#${this.#connections}`,
    });
    const answer = await this.call("messaging.SendMessage", {
      ...addressOf(place), muid, text: { text }, ...(attempt > 1 ? { resend: true } : {}),
    });
    if (answer.outcome === "unknown") operation.unknown();
    else if (answer.outcome === "fail") operation.fail({ code: answer.error.code });
    else {
      const message = object(answer.result["message"]) ?? {};
      const seq = Number(message["seq"]);
      operation.ok({
        id: Number(message["id"]), seq, sentAtMs: Number(message["sentAtMs"]), duplicate: answer.result["duplicate"] === true,
      });
      this.#copyOf(place).take(seenRow({ seq, message }));
    }
    return answer;
  }

  /** Marks everything read. */
  async markRead(place: Place): Promise<void> {
    const operation = this.#options.recorder.begin(this.name, "mark", { conversation: this.nameOf(place) });
    const answer = await this.call("messaging.MarkRead", addressOf(place));
    if (answer.outcome === "unknown") return operation.unknown();
    if (answer.outcome === "fail") return operation.fail({ code: answer.error.code });
    const view = object(answer.result["conversation"]) ?? {};
    operation.ok({ deliveredSeq: Number(view["deliveredSeq"] ?? 0), readSeq: Number(view["readSeq"] ?? 0) });
  }

  /** Reads a page of rows; answers whether there may be more of the range. */
  async read(place: Place, afterSeq: number, throughSeq = 0): Promise<boolean> {
    const conversation = this.nameOf(place);
    const operation = this.#options.recorder.begin(this.name, "read", { conversation, afterSeq });
    const pageSize = this.#options.pageRows ?? PAGE_ROWS;
    const answer = await this.call("messaging.ListRows", { ...addressOf(place), afterSeq, throughSeq, pageSize });
    if (answer.outcome !== "ok") {
      if (answer.outcome === "unknown") operation.unknown();
      else operation.fail({ code: answer.error.code });
      this.#missed();
      return false;
    }
    const rows = list(answer.result["rows"]).map(seenRow);
    const complete = Number(answer.result["completeThrough"] ?? 0);
    const isFull = rows.length === pageSize;
    const through = isFull ? rows.at(-1)!.seq : throughSeq === 0 ? complete : Math.min(complete, throughSeq);
    operation.ok({
      rows, head: Number(answer.result["head"] ?? 0), completeThrough: through, epoch: textOf(answer.result["epoch"]),
    });
    for (const row of rows) this.#copyOf(place).take(row);
    return isFull;
  }

  /** Fetches what was missed in all conversations (chat.md 14.2); false when that was not answered. */
  async resume(): Promise<boolean> {
    let remaining: readonly Cursor[] = [...this.#copies.values()].map(({ place, copy }) => ({ ...addressOf(place), seq: copy.through }));
    do {
      const operation = this.#options.recorder.begin(this.name, "resume", { cursors: this.#cursorsOf(remaining) });
      const answer = await this.call("messaging.Sync", { conversations: remaining, syncToken: this.#syncToken, epoch: this.#epoch });
      if (answer.outcome !== "ok") {
        operation.unknown();
        this.#missed();
        return false;
      }
      const told = list(answer.result["conversations"]);
      const left = list(answer.result["remaining"]) as unknown as readonly Cursor[];
      this.#syncToken = textOf(answer.result["syncToken"]);
      this.#epoch = textOf(answer.result["epoch"]);
      operation.ok({
        conversations: told.map((each) => this.#resumed(each)),
        reset: answer.result["fullSync"] === true,
        remaining: Object.keys(this.#cursorsOf(left)),
        epoch: this.#epoch,
      });
      for (const each of told) await this.#takeResumed(each);
      remaining = left;
    } while (remaining.length > 0);
    return true;
  }

  /** The last number it has shown of a conversation. */
  through(place: Place): number {
    return this.#copyOf(place).through;
  }

  /** Conversations whose end it has not shown. */
  behind({ conversations }: Dump): readonly string[] {
    return [...this.#copies].flatMap(([name, { copy }]) => {
      const head = conversations.find(({ conversation }) => conversation === name)?.head ?? 0;
      return copy.through === head ? [] : [`${this.name} is at ${copy.through} of ${head} in ${name}`];
    });
  }

  /** What was sent to it before this call has arrived, and no gap is being closed. */
  async settled(): Promise<void> {
    // An answer follows everything that was handed to the socket before it.
    await this.call("identity.GetUser", {});
    for (const { copy } of this.#copies.values()) await copy.settled();
  }

  nameOf(place: Place): string {
    return conversationName(this.#options.app, this.uid, place);
  }

  #missed(): void {
    if (this.#link !== undefined) this.#options.onMiss?.();
  }

  #onEvent(event: Json): void {
    const row = object(event["row"]) ?? object(event["memberRow"]);
    const place = placeOfMessage(this.uid, object(row?.["message"]));
    if (row !== undefined && place !== undefined) {
      const seen = seenRow(row);
      this.#options.recorder.happened(this.name, "deliver", { conversation: this.nameOf(place) }, seen);
      this.#copyOf(place).take(seen);
    }
  }

  #copyOf(place: Place): LogCopy {
    const name = this.nameOf(place);
    const known = this.#copies.get(name);
    if (known !== undefined) return known.copy;
    const copy = new LogCopy({
      show: (row: SeenRow) => this.#options.recorder.happened(this.name, "shown", { conversation: name }, row),
      pull: async (after, through) => {
        let from = after;
        while (await this.read(place, from, through)) from = copy.through;
      },
    });
    this.#copies.set(name, { place, copy });
    return copy;
  }

  #cursorsOf(cursors: readonly Cursor[]): Record<string, number> {
    return Object.fromEntries(cursors.map((cursor) => [this.nameOf(placeOf(cursor)), Number(cursor.seq ?? 0)]));
  }

  #resumed(told: Json): ResumedConversation {
    return {
      conversation: this.nameOf(placeOf(told as unknown as Cursor)),
      rows: list(told["rows"]).map(seenRow),
      head: Number(told["head"] ?? 0),
      ...(told["truncated"] === true ? { truncated: true } : {}),
      ...(told["gone"] === true ? { gone: true } : {}),
    };
  }

  async #takeResumed(told: Json): Promise<void> {
    const place = placeOf(told as unknown as Cursor);
    const copy = this.#copyOf(place);
    if (told["gone"] === true) return;
    if (told["truncated"] === true) {
      // Rows never change, so what it has stays good and the pages after it are enough.
      while (await this.read(place, copy.through));
    } else {
      for (const row of list(told["rows"])) copy.take(seenRow(row));
    }
  }
}

interface Cursor {
  readonly receiverType: string;
  readonly receiverId: string;
  readonly seq?: number;
}

function placeOf({ receiverType, receiverId }: Cursor): Place {
  return { type: receiverType === receiverTypeOf("user") ? "user" : "group", id: receiverId };
}

/** Waits for something that must come, however slow the machine is. */
export async function soon<T>(clock: Clock, what: string, work: Promise<T>): Promise<T> {
  const result = await within(clock, LIVENESS_MS, work);
  if (result === TIMED_OUT) throw new Error(`${what} did not happen within ${LIVENESS_MS} ms`);
  return result;
}

const LIVENESS_MS = 30_000;
