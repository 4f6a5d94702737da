// The commit point of every change of a group: one update of its document that states what it expects.
import { PENDING_MAX, READ_MS, isDuplicate, reading, withFacts, writeFailed, type Filter } from "@parlance/platform/mongo";
import { fail } from "@parlance/platform/errors";
import type { Collections, GroupDoc, GroupFieldsDoc } from "./documents.js";
import { settleOthers } from "./settling.js";
import { untoldDoc } from "./stored.js";
import type { GroupEdit } from "../ports.js";

const ATTEMPTS_MAX = 40;
/** The relay makes room meanwhile. */
const WAIT_FOR_ROOM_MS = 50;

export interface Commit {
  readonly id: string;
  /** Of the group that is changed; undefined: there must be none. */
  readonly from: Pick<GroupDoc, "incarnation" | "revision"> | undefined;
  readonly set: Partial<Pick<GroupDoc, "incarnation" | "revision" | "change">> & { readonly group?: GroupFieldsDoc };
  /** Of a removed group. */
  readonly erasing?: string;
  readonly told: Pick<GroupEdit, "pending" | "facts">;
  /** Throws when it is too late. */
  readonly checkTime?: () => void;
}

/** False when the group is not what it is changed from. */
export async function commit(all: Collections, change: Commit): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    change.checkTime?.();
    if (await tryCommit(all, change)) return true;
    const projection = { "group.terms": 0 };
    const doc = await reading(all.groups.findOne({ _id: change.id }, { maxTimeMS: READ_MS, projection }));
    if (!isExpected(doc, change.from)) return false;
    if (doc?.change !== undefined) await settleOthers(all, doc);
    else if (attempt > 0) await all.clock.sleep(WAIT_FOR_ROOM_MS);
  }
  throw fail("ERR_OPERATION_FAILED", "too many facts wait for the event log");
}

async function tryCommit({ groups, clock }: Collections, change: Commit): Promise<boolean> {
  const { id, from, set, erasing, told } = change;
  const hasRoom = { [`pending.${Math.max(0, PENDING_MAX - told.facts.length)}`]: { $exists: false } };
  const facts = withFacts([], told.facts, clock.now());
  const guard: Filter<GroupDoc> = from === undefined
    ? { _id: id, group: { $exists: false }, ...hasRoom }
    : { _id: id, ...from, group: { $exists: true }, change: { $exists: false }, ...hasRoom };
  try {
    const { matchedCount, upsertedCount } = await groups.updateOne(guard, {
      $set: set,
      $push: { pending: { $each: facts }, untold: { $each: told.pending.map(untoldDoc) } },
      ...(erasing === undefined ? {} : { $unset: { group: "" }, $addToSet: { erasing } }),
    }, { upsert: from === undefined });
    return matchedCount + upsertedCount === 1;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw writeFailed(error);
  }
}

function isExpected(doc: GroupDoc | null, from: Commit["from"]): boolean {
  if (from === undefined) return doc?.group === undefined;
  return doc?.group !== undefined && doc.incarnation === from.incarnation && doc.revision === from.revision;
}
