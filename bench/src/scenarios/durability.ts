/** What an ack promises, for the durability column (B42). */
export function durabilityOf(settings: Readonly<Record<string, string>>): string {
  const synchronous = settings["PARLANCE_STANDALONE_SYNCHRONOUS"] ?? "FULL";
  return synchronous === "FULL" ? "SQLite, fsync before ack" : "SQLite, commit before ack, no fsync";
}

/** Of the cluster on one machine: the emulator commits to its file before it answers, one node is the majority. */
export const CLUSTER_DURABILITY = "MongoDB-protocol server, one node, w:majority j:true before ack";
