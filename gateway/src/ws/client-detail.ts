import { toErrorDetail } from "@parlance/platform/errors";
import type { ErrorDetail } from "@parlance/proto/errors/v1/errors";

/** A service that is away says nothing, so it names no time either; its callers have spread their tries before (Q22). */
const RETRY_AFTER_MS = 1_000;

/** What a client is told of a failure: whatever may be tried again, it is told when (P19). */
export function clientDetail(error: unknown): ErrorDetail {
  const detail = toErrorDetail(error);
  return detail.retryable && detail.retryAfterMs === 0 ? { ...detail, retryAfterMs: RETRY_AFTER_MS } : detail;
}
