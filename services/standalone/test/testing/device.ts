import { RawClient, type Json, type RawClientOptions, type SocketEnd, type Welcome } from "@parlance/platform/testing";
import { systemClock, TIMED_OUT, within } from "@parlance/platform/time";

export type Address = Readonly<Record<"receiverType" | "receiverId", string>>;

export const toUser = (uid: string): Address => ({ receiverType: "RECEIVER_TYPE_USER", receiverId: uid });
export const toGroup = (guid: string): Address => ({ receiverType: "RECEIVER_TYPE_GROUP", receiverId: guid });

/** Long enough for the slowest machine; reached only when a test fails. */
export const DEADLINE_MS = 10_000;

/** Waits for what must come; fails with `what` when it does not. */
export async function before<T>(work: Promise<T>, what: string): Promise<T> {
  const outcome = await within(systemClock(), DEADLINE_MS, work);
  if (outcome === TIMED_OUT) throw new Error(`${what} did not happen within ${DEADLINE_MS} ms`);
  return outcome;
}

interface Waiting {
  readonly kind: string;
  readonly fits: (body: Json) => boolean;
  readonly resolve: (body: Json) => void;
}

export interface DeviceOptions extends Partial<Omit<RawClientOptions, "onEvent" | "onText">> {
  readonly hello: Json & { readonly token: string; readonly deviceId: string };
}

/** One connected device of a user, over the JSON protocol: what it calls, and all it ever heard. */
export class Device {
  /** Everything the server sent, as it came. */
  readonly texts: string[] = [];
  /** Every event in order. */
  readonly events: Json[] = [];
  readonly #waiting = new Set<Waiting>();
  #client: RawClient | undefined;
  #welcome: Welcome | undefined;
  #isOpen = true;

  private constructor(readonly name: string) {}

  static async connect(name: string, { hello, ...options }: DeviceOptions & { readonly port: number }): Promise<Device> {
    const device = new Device(name);
    device.#client = await RawClient.open({
      clock: systemClock(), ...options,
      onEvent: (event) => device.#onEvent(event),
      onText: (text) => device.texts.push(text),
    });
    void device.#client.socket.ended.then(() => (device.#isOpen = false));
    device.#welcome = await device.#client.hello(hello);
    return device;
  }

  get client(): RawClient {
    return this.#client!;
  }

  get welcome(): Welcome {
    return this.#welcome!;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How the connection ended, once it has. */
  get ended(): Promise<SocketEnd> {
    return before(this.client.socket.ended, `the end of ${this.name}'s connection`);
  }

  /** The answer of a call that must succeed. */
  async ok(method: string, request: Json): Promise<Json> {
    const answer = await this.client.call(method, request);
    if (answer.outcome !== "ok") throw new Error(`${this.name}: ${method} ${JSON.stringify(answer)}`);
    return answer.result;
  }

  /** The catalogue name of a call that must be refused. */
  async refused(method: string, request: Json): Promise<string> {
    const answer = await this.client.call(method, request);
    if (answer.outcome !== "fail") throw new Error(`${this.name}: ${method} was not refused: ${JSON.stringify(answer)}`);
    return answer.error.code;
  }

  /** The stored message. */
  async send(to: Address, text: string, more: Json = {}): Promise<Json & { readonly id: number; readonly seq: number }> {
    const { message } = await this.ok("messaging.SendMessage", { ...to, muid: text, text: { text }, ...more });
    return message as Json & { readonly id: number; readonly seq: number };
  }

  /** Returns when everything that was under way to this device has arrived. */
  async caughtUp(): Promise<void> {
    await this.ok("presence.GetOnlineUserCount", {});
  }

  /** Bodies of the events of one kind (`row`, `memberRow`, `receipt`, …) heard so far. */
  heard(kind: string): Json[] {
    return this.events.flatMap((event) => (event[kind] === undefined ? [] : [event[kind] as Json]));
  }

  /** The first event of that kind, heard already or to come. */
  next(kind: string, fits: (body: Json) => boolean = () => true): Promise<Json> {
    const known = this.heard(kind).find(fits);
    if (known !== undefined) return Promise.resolve(known);
    const coming = new Promise<Json>((resolve) => void this.#waiting.add({ kind, fits, resolve }));
    return before(coming, `${kind} at ${this.name}`);
  }

  /** Texts of the messages heard, in the order they came. */
  get messageTexts(): string[] {
    return this.heard("row").flatMap(({ message }) => {
      const text = (message as Json | undefined)?.["text"] as Json | undefined;
      return text === undefined ? [] : [String(text["text"])];
    });
  }

  /** Sends a frame that is answered by none of its own, and returns when the server has taken it. */
  async tell(frame: Json): Promise<void> {
    this.client.send(frame);
    await this.caughtUp();
  }

  /** Forgets what was heard so far. */
  forget(): void {
    this.events.length = 0;
    this.texts.length = 0;
  }

  #onEvent(event: Json): void {
    this.events.push(event);
    for (const waiting of this.#waiting) {
      const body = event[waiting.kind] as Json | undefined;
      if (body === undefined || !waiting.fits(body)) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(body);
    }
  }
}
