import type { AppError } from "../../errors/index.js";
import type { Random } from "../../random/index.js";
import type { Clock } from "../../time/index.js";
import type { RpcChannel } from "../channel.js";
import { contractTable, deadlineOf, type ContractTable } from "../contract.js";
import { withinRest, type OutgoingContext } from "../context.js";
import { createMayRepeat, mayPass } from "../repeats.js";

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly contract?: ContractTable;
}

const ATTEMPTS_MAX = 3;
const FIRST_WAIT_MS = 50;
/** Retries for each call made (Q22). */
const BUDGET_SHARE = 0.1;
const BUDGET_MAX = 10;

/**
 * Repeats calls that failed because the target was away: calls the contract lets be repeated only, three attempts at
 * most, all within the first deadline, and never more than a tenth of all calls, so that a target in trouble is not
 * buried (CG8, Q22).
 */
export function withRetry(channel: RpcChannel, { clock, random, contract = contractTable }: RetryOptions): RpcChannel {
  const mayRepeat = createMayRepeat(contract);
  let budget = BUDGET_MAX;
  let closed = false;

  async function repeat(
    method: string, request: Uint8Array, context: OutgoingContext, deadlineAt: number, first: AppError,
  ): Promise<Uint8Array> {
    let error = first;
    for (let attempt = 2; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const waitMs = Math.max(error.retryAfterMs ?? 0, random.fullJitter(FIRST_WAIT_MS * 2 ** (attempt - 2)));
      if (closed || budget < 1 || clock.now() + waitMs >= deadlineAt) break;
      budget -= 1;
      await clock.sleep(waitMs);
      try {
        return await channel.call(method, request, withinRest(context, deadlineAt, clock.now()));
      } catch (thrown) {
        if (!mayPass(thrown)) throw thrown;
        error = thrown;
      }
    }
    throw error;
  }

  return {
    call(method, request, context) {
      const rules = contract.methods[method];
      if (rules === undefined || !mayRepeat(method, request)) return channel.call(method, request, context);
      budget = Math.min(BUDGET_MAX, budget + BUDGET_SHARE);
      const deadlineAt = deadlineOf(rules, context, clock.now());
      return channel.call(method, request, context).catch((error: unknown) => {
        if (!mayPass(error)) throw error;
        return repeat(method, request, context, deadlineAt, error);
      });
    },
    close: () => {
      closed = true;
      return channel.close();
    },
  };
}
