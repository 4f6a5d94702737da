import type { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import type { Log } from "@parlance/platform/log";
import type { Random } from "@parlance/platform/random";
import type { Client } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import type { GatewayChannels } from "../clients.js";
import type { TraceParents } from "../trace.js";
import type { Origins } from "../ws/origins.js";
import type { AdminKeys } from "./credentials/admin-keys.js";
import type { RestFigures } from "./figures.js";
import type { Rates } from "./rates.js";

/** What the steps of a request may use; each file picks its own. */
export interface RestParts {
  readonly channels: GatewayChannels;
  readonly identity: Pick<Client<typeof IdentityServiceService>, "verifyApiKey" | "verifyAuthToken">;
  readonly adminKeys: AdminKeys;
  readonly origins: Origins;
  readonly rates: Rates;
  readonly clock: Clock;
  readonly random: Random;
  readonly traces: TraceParents;
  readonly log: Log;
  readonly figures: RestFigures;
}
