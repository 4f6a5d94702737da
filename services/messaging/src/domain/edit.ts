import { type Message } from "@parlance/proto/messaging/v1/message";
import type { EditMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import type { Edit } from "./change.js";

/** What an edit request changes of a message; undefined when its body does not fit the message's kind. */
export function editOf(request: EditMessageRequest, message: Message): Edit | undefined {
  const body = editedBody(request, message);
  if (body === "unfit") return undefined;
  return {
    body,
    metadataJson: request.metadataJson === "" ? undefined : request.metadataJson,
    tags: request.replaceTags ? request.tags : undefined,
  };
}

function editedBody(request: EditMessageRequest, message: Message): Message["body"] | "unfit" {
  const given = request.body;
  const present = message.body;
  switch (given?.$case) {
    case undefined:
      return undefined;
    case "text":
      return present?.$case === "text" ? { $case: "text", value: given.value } : "unfit";
    case "caption":
      return present?.$case === "media" ? { $case: "media", value: { ...present.value, caption: given.value.caption } } : "unfit";
    case "custom":
      if (present?.$case !== "custom") return "unfit";
      // What counts was decided when the message got its seq (chat.md 16.1).
      return { $case: "custom", value: { ...given.value, updateConversation: present.value.updateConversation, sendNotification: present.value.sendNotification } };
    case "interactive":
      return present?.$case === "interactive" ? { $case: "interactive", value: given.value } : "unfit";
  }
}

/** True when the edit leaves everything as it is. */
export function changesNothing(edit: Edit, message: Message): boolean {
  if (edit.metadataJson !== undefined && edit.metadataJson !== message.metadataJson) return false;
  if (edit.tags !== undefined && edit.tags.join("\n") !== message.tags.join("\n")) return false;
  return edit.body === undefined || JSON.stringify(edit.body) === JSON.stringify(message.body);
}
