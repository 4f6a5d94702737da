// Loaded into a process of the cluster before its own code (`node --import`): connections to the ports that a file names go to
// other ports, those of proxies. So any link can be broken without the process knowing of tests.
import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { processEnvironment } from "@parlance/platform/config";
import { REDIRECTS } from "./redirects.js";

const file = processEnvironment()[REDIRECTS] ?? "";

type Connect = (this: Socket, ...args: unknown[]) => Socket;

// oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
const connect = Socket.prototype.connect as unknown as Connect;

function redirected(port: unknown): number | undefined {
  try {
    const ports = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, number>>;
    return ports[String(port)];
  } catch {
    return undefined;
  }
}

/** Node's own callers hand over what they have normalised as one list; the object in it may belong to somebody. */
function redirect(this: Socket, ...args: unknown[]): Socket {
  const holder: unknown[] = Array.isArray(args[0]) ? args[0] : args;
  const first = holder[0];
  if (typeof first === "object" && first !== null && "port" in first) {
    const port = redirected(first.port);
    if (port !== undefined) holder[0] = { ...first, port };
  }
  return connect.apply(this, args);
}

Socket.prototype.connect = redirect;
