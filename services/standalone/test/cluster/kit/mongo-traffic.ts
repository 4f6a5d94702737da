import type { Direction } from "@parlance/platform/testing";

const HEAD_BYTES = 16;
/** Flags and the kind of the first section stand between the head and the document. */
const TO_DOCUMENT = 5;
const LENGTH_AND_TYPE = 5;
const OP_MSG = 2_013;
const QUERIES = new Set(["find", "aggregate", "getMore", "count", "distinct"]);

/** Counts the commands that pass on connections of MongoDB's protocol. */
export class MongoTraffic {
  readonly #commands = new Map<string, number>();
  readonly #rest = new WeakMap<object, Buffer>();

  /** Commands that read. */
  get queries(): number {
    return [...this.#commands].reduce((sum, [name, count]) => sum + (QUERIES.has(name) ? count : 0), 0);
  }

  readonly observe = (direction: Direction, chunk: Buffer, connection: object): void => {
    if (direction !== "toTarget") return;
    let bytes = Buffer.concat([this.#rest.get(connection) ?? Buffer.alloc(0), chunk]);
    while (bytes.length >= HEAD_BYTES && bytes.length >= bytes.readInt32LE(0)) {
      this.#count(bytes);
      bytes = bytes.subarray(bytes.readInt32LE(0));
    }
    this.#rest.set(connection, bytes);
  };

  #count(message: Buffer): void {
    if (message.readInt32LE(12) !== OP_MSG) return;
    const name = HEAD_BYTES + TO_DOCUMENT + LENGTH_AND_TYPE;
    const command = message.toString("latin1", name, message.indexOf(0, name));
    this.#commands.set(command, (this.#commands.get(command) ?? 0) + 1);
  }
}
