// Loaded by the server before its own code (`node --expose-gc --import`): lets the load generator force a collection, as B46 asks.
// Nothing of the server knows of it.

import { isMainThread } from "node:worker_threads";
import { COLLECT_SIGNAL } from "./collect.js";

if (isMainThread) process.on(COLLECT_SIGNAL, () => globalThis.gc?.());
