import { failure, toException } from "../errors.js";
import type { HttpCalls } from "../http.js";
import type { Link } from "./link.js";
import type { Rpc } from "./rpcs.js";

const TIMEOUT_MS = 10_000;

export interface CallsOptions {
  readonly http: HttpCalls;
  readonly token: string;
  /** The link that is ready, if any. */
  readonly link: () => Link | undefined;
}

/** One call path: over the socket when there is one, else over HTTP; same methods, same bytes. */
export class Calls {
  readonly #options: CallsOptions;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** Left-out fields are as if empty. A safe call that loses its connection is repeated over HTTP. */
  async invoke<Req, Res>(rpc: Rpc<Req, Res>, request: Partial<Req>): Promise<Res> {
    const bytes = encode(rpc, request);
    const link = this.#options.link();
    if (link === undefined) return this.#overHttp(rpc, bytes);
    try {
      return rpc.response.decode(await link.call(rpc.method, bytes, TIMEOUT_MS));
    } catch (error) {
      if (!rpc.safe || toException(error).code !== "NO_WEBSOCKET_CONNECTION") throw error;
      return this.#overHttp(rpc, bytes);
    }
  }

  /** For calls that belong to a connection. */
  async overSocket<Req, Res>(rpc: Rpc<Req, Res>, request: Partial<Req>): Promise<Res> {
    const link = this.#options.link();
    if (link === undefined) throw failure("NO_WEBSOCKET_CONNECTION");
    return rpc.response.decode(await link.call(rpc.method, encode(rpc, request), TIMEOUT_MS));
  }

  async #overHttp<Req, Res>(rpc: Rpc<Req, Res>, bytes: Uint8Array): Promise<Res> {
    return rpc.response.decode(await this.#options.http.call(rpc.method, bytes, this.#options.token));
  }
}

function encode<Req, Res>({ request: codec }: Rpc<Req, Res>, request: Partial<Req>): Uint8Array {
  return codec.encode(codec.fromPartial(request as never)).finish();
}
