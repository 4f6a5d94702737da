// The cursor of messages (rest.md 2.11, shape M): a page always runs oldest to newest; append goes to newer messages.

import { Direction, type ListMessagesRequest } from "@parlance/proto/messaging/v1/rpc";
import { COUNT, DIGITS, SECONDS, entity, oneOf } from "../entities/values.js";
import type { JsonObject } from "../input/json-body.js";
import { integer, messageId, seconds, word, type Fields } from "../schema/index.js";

export type Affix = "append" | "prepend";

const LIMIT_MAX = 1_000;
const LIMIT = 10;

export const HISTORY = {
  id: messageId(),
  affix: word<Affix>({ append: "append", prepend: "prepend" }, "append"),
  sentAt: seconds(),
  limit: integer({ min: 1, max: LIMIT_MAX, limit: true, default: LIMIT }),
} satisfies Fields;

interface HistoryQuery {
  readonly id: number | undefined;
  readonly affix: Affix | undefined;
  readonly sentAt: number | undefined;
  readonly limit: number | undefined;
}

export function limitOf({ limit = LIMIT }: Pick<HistoryQuery, "limit">): number {
  return limit;
}

type Start = Pick<ListMessagesRequest, "direction" | "messageId" | "atMs" | "fromStart">;

/** An id decides; a second alone means strictly after, or strictly before, that whole second. */
export function startOf({ id, affix = "append", sentAt }: HistoryQuery): Start {
  const isNewer = affix === "append";
  const direction = isNewer ? Direction.NEXT : Direction.PREVIOUS;
  if (id !== undefined) return { direction, messageId: id, atMs: 0, fromStart: false };
  if (sentAt === undefined) return { direction, messageId: 0, atMs: 0, fromStart: isNewer };
  // Nothing is before the first second, and 0 ms means no start to the RPC; 1 ms has nothing before it either.
  const atMs = isNewer ? sentAt * 1_000 + 999 : Math.max(1, sentAt * 1_000);
  return { direction, messageId: 0, atMs, fromStart: false };
}

interface Sent {
  readonly id: number;
  readonly sentAtMs: number;
}

/** `next` continues where the page was heading, `previous` the other way; both are absent on an empty page. */
export function historyMeta(messages: readonly Sent[], limit: number, affix: Affix = "append"): JsonObject {
  const current = { limit, count: messages.length };
  const [oldest, newest] = [messages[0], messages.at(-1)];
  if (oldest === undefined || newest === undefined) return { current };
  const newer = positionOf(newest, "append");
  const older = positionOf(oldest, "prepend");
  return affix === "append" ? { current, next: newer, previous: older } : { current, next: older, previous: newer };
}

function positionOf({ id, sentAtMs }: Sent, affix: Affix): JsonObject {
  return { affix, sentAt: Math.floor(sentAtMs / 1_000), id: String(id) };
}

const POSITION = entity({ affix: oneOf("append", "prepend"), sentAt: SECONDS, id: DIGITS }, ["affix", "sentAt", "id"]);
export const HISTORY_META_FIELDS = {
  current: entity({ limit: COUNT, count: COUNT }, ["limit", "count"]), next: POSITION, previous: POSITION,
};
export const HISTORY_META = entity(HISTORY_META_FIELDS, ["current"]);
