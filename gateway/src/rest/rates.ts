// Buckets of rest.md 2.14. Those of apps are shared with the sockets; the others are REST's own.

import { fail, type AppError } from "@parlance/platform/errors";
import type { AppId } from "@parlance/platform/ids";
import { KeyedBuckets } from "@parlance/platform/limits";
import type { Clock } from "@parlance/platform/time";
import type { MethodContract } from "@parlance/proto/contract-types";
import type { AppRates } from "../ws/app-rates.js";

export interface PerMinute {
  readonly userToken: number;
  readonly adminKey: number;
  /** 401 answers to one client address. */
  readonly failedCredentials: number;
}

export const PER_MINUTE: PerMinute = { userToken: 1_200, adminKey: 600, failedCredentials: 10 };

/** By what a caller's calls are counted. */
export interface Counted {
  /** Empty where no app is known. */
  readonly app: AppId;
  /** Beside the app's own buckets. */
  readonly countedBy: { readonly kind: "userToken" | "adminKey"; readonly key: string } | undefined;
}

/** What a counted call may still do. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
}

/** A bucket is empty. */
export interface Refusal {
  readonly error: AppError;
  readonly allowance: Allowance;
}

const KEYS_MAX = 50_000;
const SECONDS = 60;

interface Bucket {
  readonly limit: number;
  readonly take: () => boolean;
  readonly remaining: () => number;
  readonly retryAfterMs: () => number;
}

export class Rates {
  readonly #perMinute: PerMinute;
  readonly #appRates: AppRates;
  readonly #own: Readonly<Record<keyof PerMinute, KeyedBuckets>>;

  constructor(appRates: AppRates, perMinute: PerMinute, clock: Pick<Clock, "monotonic">) {
    this.#appRates = appRates;
    this.#perMinute = perMinute;
    const buckets = (calls: number) => new KeyedBuckets({ keysMax: KEYS_MAX, ratePerSecond: calls / SECONDS, burst: calls }, clock);
    this.#own = {
      userToken: buckets(perMinute.userToken), adminKey: buckets(perMinute.adminKey),
      failedCredentials: buckets(perMinute.failedCredentials),
    };
  }

  /** Counts a call in all its buckets; the answer tells of the one with least left. */
  take({ app, countedBy }: Counted, contract: Pick<MethodContract, "bucket">): Allowance | Refusal | undefined {
    const buckets: Bucket[] = countedBy === undefined ? [] : [this.#bucket(countedBy.kind, countedBy.key)];
    const { bucket } = contract;
    if (app !== "" && bucket !== "none") {
      const rates = this.#appRates;
      buckets.push({
        limit: rates.limit(bucket), take: () => rates.take(app, contract) === undefined, remaining: () => rates.remaining(app, bucket),
        retryAfterMs: () => rates.retryAfterMs(app, bucket),
      });
    }
    for (const each of buckets) if (!each.take()) return refusalBy(each);
    return buckets.map(allowanceOf).toSorted((one, other) => one.remaining - other.remaining)[0];
  }

  /** Counts a 401 answer; the refusal that takes its place when an address has had too many. */
  countFailure(address: string): Refusal | undefined {
    const bucket = this.#bucket("failedCredentials", address);
    return bucket.take() ? undefined : refusalBy(bucket);
  }

  #bucket(kind: keyof PerMinute, key: string): Bucket {
    const buckets = this.#own[kind];
    return {
      limit: this.#perMinute[kind], take: () => buckets.take(key), remaining: () => buckets.remaining(key),
      retryAfterMs: () => buckets.retryAfterMs(key),
    };
  }
}

function allowanceOf(bucket: Bucket): Allowance {
  return { limit: bucket.limit, remaining: bucket.remaining() };
}

function refusalBy(bucket: Bucket): Refusal {
  return {
    error: fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: bucket.retryAfterMs() }),
    allowance: { limit: bucket.limit, remaining: 0 },
  };
}

export function isRefusal(taken: Allowance | Refusal | undefined): taken is Refusal {
  return taken !== undefined && "error" in taken;
}
