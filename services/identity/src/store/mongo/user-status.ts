// A status is as old as presence says, and older news change nothing. A reset first says from when on it counts, then sets
// offline whom it finds; a status first sets online, then looks for a reset. So one of the two sees the other.
import { LIST_MS, READ_MS, reading, writing } from "@parlance/platform/mongo";
import type { SeenStatus } from "../ports.js";
import type { Collections } from "./documents.js";

export async function setStatus({ users, resets }: Collections, id: string, status: SeenStatus): Promise<void> {
  const { online, lastActiveAtMs, atMs } = status;
  const isNews = { _id: id, statusAtMs: { $lte: atMs }, ...(online ? { deactivatedAtMs: 0 } : {}) };
  await writing(users.updateOne(isNews, {
    $set: { offline: online ? 0 : 1, statusAtMs: atMs }, $max: { lastActiveAtMs }, $inc: { rev: 1 },
  }));
  if (!online) return;
  const reset = await reading(resets.findOne({ _id: "presence" }, { maxTimeMS: READ_MS }));
  if (reset === null || atMs >= reset.atMs) return;
  await writing(users.updateOne({ _id: id, offline: 0, statusAtMs: atMs }, { $set: { offline: 1 }, $inc: { rev: 1 } }));
}

export async function resetStatuses({ users, resets }: Collections, atMs: number, limit: number): Promise<number> {
  await writing(resets.updateOne({ _id: "presence" }, { $max: { atMs } }, { upsert: true }));
  const onlineBefore = { offline: 0, statusAtMs: { $lt: atMs } };
  const found = users.find(onlineBefore, { maxTimeMS: LIST_MS, projection: { _id: 1 } }).limit(limit);
  const ids = (await reading(found.toArray())).map(({ _id }) => _id);
  if (ids.length === 0) return 0;
  // First those without a last activity: after the second step they would look as if they had none to learn.
  const offline = { offline: 1, statusAtMs: atMs };
  const these = { _id: { $in: ids }, ...onlineBefore };
  await writing(users.updateMany({ ...these, lastActiveAtMs: 0 }, { $set: { ...offline, lastActiveAtMs: atMs }, $inc: { rev: 1 } }));
  await writing(users.updateMany(these, { $set: offline, $inc: { rev: 1 } }));
  return ids.length;
}
