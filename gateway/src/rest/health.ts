import type { HttpAnswer } from "../ws/transport.js";

/** Says whether something this process needs is there; a rejection is a no. */
export type Check = () => boolean | Promise<boolean>;

/** R-SYS-01: the event loop answers. */
export function live(): HttpAnswer {
  return { status: 200, body: JSON.stringify({ status: "ok" }) };
}

/** R-SYS-02: whether traffic may come here. */
export async function ready(checks: Readonly<Record<string, Check>>): Promise<HttpAnswer> {
  const results = await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await passes(check)] as const));
  const isReady = results.every(([, passed]) => passed);
  const shown = Object.fromEntries(results.map(([name, passed]) => [name, passed ? "ok" : "fail"]));
  return { status: isReady ? 200 : 503, body: JSON.stringify({ status: isReady ? "ok" : "fail", checks: shown }) };
}

async function passes(check: Check): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}
