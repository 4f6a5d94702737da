import { toFailure, type Failure } from "./failure.js";
import { pack } from "./pack.js";
import type { Reply } from "./protocol.js";

/**
 * Sends a reply through `post`. A result that cannot be cloned becomes a failure of its command alone: its batch is
 * committed already, and the other callers must get their answers.
 */
export function answer(reply: Reply, post: (reply: Reply, transfer: ArrayBuffer[]) => void): void {
  const packed = pack(reply);
  try {
    post(packed.value as Reply, packed.transfer);
  } catch {
    post(cloneable(reply), []);
  }
}

function cloneable(reply: Reply): Reply {
  if ("refused" in reply) return reply;
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
