import { createHash, timingSafeEqual } from "node:crypto";
import { fail } from "@parlance/platform/errors";

const KEY_CHARACTERS_MIN = 32;

/** The keys of a key file: one a line, empty lines passed over. Throws for one that is too short to be a secret. */
export function parseAdminKeys(text: string): readonly string[] {
  const keys = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  if (keys.some((key) => key.length < KEY_CHARACTERS_MIN)) throw new Error(`an admin key is shorter than ${KEY_CHARACTERS_MIN} characters`);
  return keys;
}

const digest = (key: string) => createHash("sha256").update(key).digest();

/** The deployment's admin keys, kept as hashes. Several are valid while one takes the place of another. */
export class AdminKeys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.#digests = parseAdminKeys(keys.join("\n")).map(digest);
  }

  /** Name of a key, for counting its calls. Throws AUTH_ERR_APIKEY_NOT_FOUND; takes as long for any wrong key. */
  verify(presented: string): string {
    const asked = digest(presented);
    const found = this.#digests.filter((known) => timingSafeEqual(known, asked));
    if (found.length === 0) throw fail("AUTH_ERR_APIKEY_NOT_FOUND");
    return asked.toString("hex").slice(0, KEY_CHARACTERS_MIN);
  }
}
