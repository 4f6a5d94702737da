import { Child, type ChildOptions } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";

/** Nothing of these suites is about rates. */
export const UNLIMITED = {
  PARLANCE_GATEWAY_FRAMES_PER_SECOND: "1000000",
  PARLANCE_GATEWAY_FRAMES_BURST: "1000000",
  PARLANCE_GATEWAY_OTHER_CALLS_PER_MINUTE: "1000000000",
  PARLANCE_GATEWAY_CORE_CALLS_PER_MINUTE: "1000000000",
  PARLANCE_GATEWAY_UPGRADES_PER_SECOND: "100000",
  PARLANCE_GATEWAY_UPGRADES_BURST: "1000000",
} as const;

const MAIN = new URL("../../../src/main.js", import.meta.url);

/** The real server, as `npm start` runs it, over a folder and on a port that stay the same. */
export function startServer(folder: string, port: number, { env = {}, ...other }: Partial<Pick<ChildOptions, "script" | "ready" | "env">> = {}): Promise<Child> {
  return Child.start({
    script: MAIN,
    nodeArgs: ["--enable-source-maps"],
    cwd: folder,
    env: {
      PARLANCE_STANDALONE_DATA: folder,
      PARLANCE_GATEWAY_LISTEN: `127.0.0.1:${port}`,
      PARLANCE_STANDALONE_GRPC_LISTEN: "127.0.0.1:0",
      ...UNLIMITED, ...env,
    },
    ready: { line: /Parlance is running/ },
    clock: systemClock(),
    ...other,
  });
}
