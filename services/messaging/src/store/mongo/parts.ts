import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import { Conversations } from "./conversations.js";
import { DirtyLogs } from "./dirty-logs.js";
import type { Collections } from "./documents.js";
import { Effects } from "./effects.js";
import { Erasing } from "./erasing.js";
import { Rows } from "./rows.js";
import { Views } from "./views.js";

/** What the stores are made of. */
export type MongoParts = ReturnType<typeof createParts>;

const WRITER_BYTES = 8;

export function createParts(all: Collections, clock: Clock, random: Random) {
  const rows = new Rows(all);
  const views = new Views(all, clock);
  const erasing = new Erasing(all, rows, clock);
  const conversations = new Conversations({ all, views, erasing, random, clock });
  const effects = new Effects(all, rows, views);
  const writer = Buffer.from(random.bytes(WRITER_BYTES)).toString("hex");
  const dirty = new DirtyLogs(all, rows, clock, writer);
  return { all, clock, random, rows, views, erasing, conversations, effects, dirty };
}
