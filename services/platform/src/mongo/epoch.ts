import type { Db } from "mongodb";
import type { Random } from "../random/index.js";
import { isDuplicate } from "./errors.js";

const EPOCH_BYTES = 8;

/** The lifetime of this database (W19); made by the first who asks, the same for all others. */
export async function epochOf(db: Db, random: Pick<Random, "bytes">): Promise<string> {
  const epochs = db.collection<{ _id: "epoch"; epoch: string }>("parlance");
  const stored = await epochs.findOne({ _id: "epoch" });
  if (stored !== null) return stored.epoch;
  const epoch = Buffer.from(random.bytes(EPOCH_BYTES)).toString("hex");
  try {
    await epochs.insertOne({ _id: "epoch", epoch });
    return epoch;
  } catch (error) {
    const first = isDuplicate(error) ? await epochs.findOne({ _id: "epoch" }) : null;
    if (first === null) throw error;
    return first.epoch;
  }
}
