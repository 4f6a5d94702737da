// Passwords of groups as scrypt hashes, made off the main thread, and no more at a time than a process can afford (S25,
// Q17). A hash says with which parameters it was made, so that they can rise: `scrypt$<N>$<r>$<p>$<salt>$<hash>`.

import { scrypt, timingSafeEqual } from "node:crypto";
import { fail } from "@parlance/platform/errors";
import { BoundedQueue } from "@parlance/platform/limits";
import type { Random } from "@parlance/platform/random";

export interface HashCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** About a quarter second of a core. */
export const DEFAULT_COST: HashCost = { n: 2 ** 15, r: 8, p: 3 };

const MEMORY_MAX = 64 * 1024 * 1024;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const RUNNING_MAX = 2;
const WAITING_MAX = 32;

export interface Verified {
  readonly matches: boolean;
  /** It matches, but was made cheaper than hashes are made now. */
  readonly outdated: boolean;
}

export class PasswordHasher {
  readonly waiting = new BoundedQueue<() => void>({ name: "group_password_hashes", itemsMax: WAITING_MAX });
  readonly #random: Pick<Random, "bytes">;
  readonly #cost: HashCost;
  #running = 0;

  constructor(random: Pick<Random, "bytes">, cost: HashCost = DEFAULT_COST) {
    this.#random = random;
    this.#cost = cost;
  }

  async hash(password: string): Promise<string> {
    const salt = Buffer.from(this.#random.bytes(SALT_BYTES));
    const key = await this.#derive(password, salt, this.#cost);
    const { n, r, p } = this.#cost;
    return ["scrypt", n, r, p, salt.toString("base64url"), key.toString("base64url")].join("$");
  }

  async verify(password: string, hash: string): Promise<Verified> {
    const [, n, r, p, salt = "", key = ""] = hash.split("$");
    const cost = { n: Number(n), r: Number(r), p: Number(p) };
    const derived = await this.#derive(password, Buffer.from(salt, "base64url"), cost);
    const expected = Buffer.from(key, "base64url");
    const matches = expected.length === derived.length && timingSafeEqual(expected, derived);
    return { matches, outdated: matches && workOf(cost) < workOf(this.#cost) };
  }

  async #derive(password: string, salt: Buffer, { n, r, p }: HashCost): Promise<Buffer> {
    await this.#enter();
    try {
      return await new Promise((resolve, reject) => {
        scrypt(password.normalize("NFC"), salt, HASH_BYTES, { N: n, r, p, maxmem: MEMORY_MAX }, (error, key) => {
          if (error === null) resolve(key);
          else reject(error);
        });
      });
    } finally {
      this.#running -= 1;
      this.waiting.shift()?.();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < RUNNING_MAX) {
      this.#running += 1;
      return;
    }
    await new Promise<void>((resolve) => {
      const start = () => {
        this.#running += 1;
        resolve();
      };
      if (!this.waiting.push(start)) throw fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: 1_000 });
    });
  }
}

function workOf({ n, r, p }: HashCost): number {
  return n * r * p;
}
