import { fail, type AppError } from "@parlance/platform/errors";
import type { AppId } from "@parlance/platform/ids";
import { KeyedBuckets } from "@parlance/platform/limits";
import type { Clock } from "@parlance/platform/time";
import type { MethodContract } from "@parlance/proto/contract-types";

const APPS_MAX = 10_000;
const SECONDS = 60;

/** Calls an app may make, by the bucket its contract names (chat.md 34). */
export class AppRates {
  readonly #buckets: Readonly<Record<"core" | "other", KeyedBuckets>>;
  readonly #perMinute: Readonly<Record<"core" | "other", number>>;

  constructor(perMinute: Readonly<Record<"core" | "other", number>>, clock: Pick<Clock, "monotonic">) {
    const bucket = (calls: number) => new KeyedBuckets({ keysMax: APPS_MAX, ratePerSecond: calls / SECONDS, burst: calls }, clock);
    this.#perMinute = perMinute;
    this.#buckets = { core: bucket(perMinute.core), other: bucket(perMinute.other) };
  }

  /** The refusal, if the app has used up its calls. */
  take(app: AppId, { bucket }: Pick<MethodContract, "bucket">): AppError | undefined {
    if (bucket === "none") return undefined;
    const buckets = this.#buckets[bucket];
    return buckets.take(app) ? undefined : fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: buckets.retryAfterMs(app) });
  }

  /** Calls a minute, as REST shows them. */
  limit(bucket: "core" | "other"): number {
    return this.#perMinute[bucket];
  }

  remaining(app: AppId, bucket: "core" | "other"): number {
    return this.#buckets[bucket].remaining(app);
  }

  retryAfterMs(app: AppId, bucket: "core" | "other"): number {
    return this.#buckets[bucket].retryAfterMs(app);
  }
}
