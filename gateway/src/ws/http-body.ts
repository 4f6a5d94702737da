import { fail } from "@parlance/platform/errors";

const NOTHING = new Uint8Array(0);

/** Collects a request's body up to a limit. What arrives is kept at once: a request may be asked for its body late. */
export class HttpBody {
  readonly #bytesMax: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #state: "open" | "whole" | "large" | "gone" = "open";
  #settle: (() => void) | undefined;
  #promise: Promise<Uint8Array> | undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** More came than is taken. */
  get tooLarge(): boolean {
    return this.#state === "large";
  }

  get whole(): boolean {
    return this.#state === "whole";
  }

  /** The chunk must belong to the body. */
  add(chunk: Uint8Array): void {
    if (this.#state !== "open" || chunk.byteLength === 0) return;
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#bytesMax) return this.#end("large");
    this.#chunks.push(chunk);
  }

  end(): void {
    this.#end("whole");
  }

  abort(): void {
    this.#end("gone");
  }

  read(): Promise<Uint8Array> {
    this.#promise ??= new Promise((resolve, reject) => {
      this.#settle = () => {
        if (this.#state === "whole") resolve(this.#joined());
        else if (this.#state === "large") reject(fail("ERR_PAYLOAD_TOO_LARGE", undefined, { params: { limit: this.#bytesMax } }));
        else reject(fail("ERR_OPERATION_FAILED", "The client left."));
      };
      if (this.#state !== "open") this.#settle();
    });
    return this.#promise;
  }

  #end(state: "whole" | "large" | "gone"): void {
    if (this.#state !== "open") return;
    this.#state = state;
    if (state !== "whole") this.#chunks = [];
    this.#settle?.();
  }

  #joined(): Uint8Array {
    const [first = NOTHING, ...others] = this.#chunks;
    const body = others.length === 0 ? first : Buffer.concat(this.#chunks);
    this.#chunks = [];
    return body;
  }
}
