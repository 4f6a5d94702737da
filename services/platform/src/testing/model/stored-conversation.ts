import type { ClientConversation, StoredConversation } from "../dump.js";
import { APP } from "../names.js";
import type { ModelClient } from "./model-client.js";
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

/** What a client that has everything holds of a log. */
export function clientConversation({ name, uid }: ModelClient, log: ModelLog): ClientConversation {
  const marks = Object.fromEntries(log.storedViews().map((view) => [view.uid, view]));
  const floor = log.floors.get(uid) ?? 0;
  const visible = new Set(
    [...log.messages.values()].filter(({ row }) => row.seq > floor).map(({ id }) => id),
  );
  const messages = log.projections().filter(({ id }) => visible.has(id));
  const { conversation, head } = log;
  return { client: name, conversation, head, messages, marks, unread: log.unread(uid) };
}
