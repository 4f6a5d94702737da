import type { StoredConversation } from "../dump.js";
import { APP } from "../names.js";
import type { ModelLog } from "./model-log.js";

/** A log as the dump shows it. */
export function storedConversation(log: ModelLog): StoredConversation {
  const { conversation, head, rows, founders, historyVisibility } = log;
  return {
    app: APP,
    conversation,
    head,
    rows,
    founders,
    historyVisibility,
    projections: log.projections(),
    views: log.storedViews(),
    finalHistories: [...log.members].map((uid) => {
      const floor = log.floors.get(uid) ?? 0;
      return { uid, floor, rows: rows.filter(({ kind, seq }) => kind === "message" && seq > floor) };
    }),
  };
}
