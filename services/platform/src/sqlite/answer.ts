import { toFailure, type Failure } from "./failure.js";
import { pack } from "./pack.js";
import type { Done, Reply } from "./protocol.js";

/**
 * Sends a reply through `post`. Bytes are packed per result, not per batch: a caller that keeps one answer must not
 * keep all of them alive. A result that cannot be cloned becomes a failure of its command alone: its batch is
 * committed already, and the other callers must get their answers.
 */
export function answer(reply: Reply, post: (reply: Reply, transfer: ArrayBuffer[]) => void): void {
  if ("refused" in reply) return post(reply, []);
  const transfer: ArrayBuffer[] = [];
  const results = reply.results.map((result) => {
    const packed = pack(result);
    transfer.push(...packed.transfer);
    return packed.value;
  });
  try {
    post({ ...reply, results }, transfer);
  } catch {
    post(cloneable(reply), []);
  }
}

function cloneable(reply: Done): Done {
  const failures: (readonly [number, Failure])[] = [...(reply.failures ?? [])];
  const results = reply.results.map((result, index) => {
    try {
      return structuredClone(result);
    } catch (error) {
      failures.push([index, toFailure(error)]);
      return undefined;
    }
  });
  return { results, failures };
}
