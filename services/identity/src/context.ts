import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import type { IdentityConfig } from "./config.js";
import type { Credentials } from "./sessions/credentials.js";
import type { LastUsed } from "./sessions/last-used.js";
import type { IdentityStores } from "./store/ports.js";

/** What handlers may use. */
export interface IdentityContext extends IdentityStores {
  readonly credentials: Credentials;
  readonly lastUsed: Pick<LastUsed, "note">;
  readonly config: IdentityConfig;
  readonly clock: Pick<Clock, "now">;
  readonly random: Pick<Random, "bytes">;
}
