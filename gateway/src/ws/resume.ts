// A resume token says: this user's session was welcomed here. It is signed, not stored: v1.<key id>.<payload>.<mac>, with the
// payload as base64url JSON and HMAC-SHA256 over everything before the last dot. It opens nothing by itself: hello needs the
// auth token all the same.

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "@parlance/platform/time";

const VERSION = "v1";
const LIFE_MS = 24 * 60 * 60 * 1_000;
const LENGTH_MAX = 2_048;

export interface ResumeClaims {
  readonly app: string;
  readonly uid: string;
  readonly tokenId: string;
  /** Of the installation whose seqs the client knows. */
  readonly epoch: string;
}

export class ResumeTokens {
  readonly #key: Uint8Array;
  readonly #keyId: string;
  readonly #clock: Pick<Clock, "now">;

  constructor(key: Uint8Array, clock: Pick<Clock, "now">) {
    this.#key = key;
    this.#keyId = createHash("sha256").update(key).digest("hex").slice(0, 8);
    this.#clock = clock;
  }

  issue({ app, uid, tokenId, epoch }: ResumeClaims): string {
    const expiresAtMs = this.#clock.now() + LIFE_MS;
    const payload = Buffer.from(JSON.stringify({ app, uid, tokenId, epoch, expiresAtMs })).toString("base64url");
    const signed = `${VERSION}.${this.#keyId}.${payload}`;
    return `${signed}.${this.#mac(signed).toString("base64url")}`;
  }

  /** Undefined for a token that is foreign, changed or too old. */
  verify(token: string): ResumeClaims | undefined {
    const [version, keyId, payload, mac, ...rest] = token.length > LENGTH_MAX ? [] : token.split(".");
    if (version !== VERSION || keyId !== this.#keyId || payload === undefined || mac === undefined || rest.length > 0) return undefined;
    const given = Buffer.from(mac, "base64url");
    const expected = this.#mac(`${version}.${keyId}.${payload}`);
    if (given.byteLength !== expected.byteLength || !timingSafeEqual(given, expected)) return undefined;
    // The signature says that it is ours, so its shape is known.
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as ResumeClaims & { readonly expiresAtMs: number };
    return claims.expiresAtMs > this.#clock.now() ? claims : undefined;
  }

  #mac(text: string): Buffer {
    return createHmac("sha256", this.#key).update(text).digest();
  }
}
