import type { Canary, Dump } from "../dump.js";
import { parseClient, type Entry, type History } from "../history.js";
import type { Violation } from "../violation.js";

/**
 * I14: no mark of app B occurs in anything sent to app A: not in a sample of the wire, not in an answer, not
 * in an error. A client that itself wrote a canary in a request (to probe) may get that one echoed, and only
 * that one.
 */
export function checkTenantCanary(history: History, dump: Dump): Violation[] {
  const needles = (dump.canaries ?? []).flatMap(needleOf);
  const readers = new Map<string, Reader>();
  return history.flatMap((entry) => {
    const reader = readers.get(entry.client) ?? new Reader(entry.client, needles);
    readers.set(entry.client, reader);
    return reader.read(entry);
  });
}

/**
 * Everything is compared as latin1: one character per byte, so that text inside binary frames is found as it
 * is.
 */
interface Needle {
  readonly canary: Canary;
  readonly bytes: string;
}

function needleOf(canary: Canary): Needle[] {
  const text = canary.text === undefined ? [] : [Buffer.from(canary.text, "utf8")];
  const hex = canary.hex === undefined ? [] : [Buffer.from(canary.hex, "hex")];
  return [...text, ...hex]
    .filter(({ length }) => length > 0)
    .map((bytes) => ({ canary, bytes: bytes.toString("latin1") }));
}

class Reader {
  readonly #client: string;
  readonly #foreign: readonly Needle[];
  readonly #own = new Set<string>();
  /** The end of each stream, so that a canary cut in two by a packet border is found. */
  readonly #tails = new Map<string, string>();
  readonly #tailLength: number;

  constructor(client: string, needles: readonly Needle[]) {
    const { app } = parseClient(client);
    this.#client = client;
    this.#foreign = needles.filter(({ canary }) => canary.app !== app);
    this.#tailLength = Math.max(0, ...this.#foreign.map(({ bytes }) => bytes.length - 1));
  }

  read(entry: Entry): Violation[] {
    if (this.#foreign.length === 0) return [];
    const written = bytesOf(JSON.stringify(entry.args));
    for (const { bytes } of this.#foreign) if (written.includes(bytes)) this.#own.add(bytes);
    const received = this.#received(entry);
    return this.#foreign
      .filter(({ bytes }) => !this.#own.has(bytes) && received.includes(bytes))
      .map(({ canary }) => ({
        invariant: "I14",
        class: "other",
        text: `${canary.name} of app ${canary.app} came to ${this.#client} by ${entry.op}`,
        client: this.#client,
      }));
  }

  #received(entry: Entry): string {
    if (entry.op !== "wire" || entry.outcome !== "ok") return bytesOf(JSON.stringify(entry.value ?? {}));
    const { encoding, stream = "" } = entry.args;
    const { sample } = entry.value;
    const fresh = encoding === "base64" ? Buffer.from(sample, "base64").toString("latin1") : bytesOf(sample);
    const received = (this.#tails.get(stream) ?? "") + fresh;
    this.#tails.set(stream, this.#tailLength === 0 ? "" : received.slice(-this.#tailLength));
    return received;
  }
}

function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
