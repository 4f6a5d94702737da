import { guid as asGuid, type AppId } from "@parlance/platform/ids";
import type { GroupChanged } from "@parlance/proto/event/v1/event";
import type { MessagingContext } from "../context.js";
import { groupRef } from "../domain/conversation.js";

type Deps = Pick<MessagingContext, "logs" | "writer" | "members" | "directory">;

/** Forgets what was known of a group; a deleted one loses its log. Idempotent. */
export async function onGroupChanged(deps: Deps, app: AppId, event: GroupChanged): Promise<void> {
  const guid = asGuid(event.group?.guid ?? "");
  deps.directory.forgetGroup(app, guid);
  if (!event.deleted) return;
  const conversation = { app, ref: groupRef(guid) };
  await deps.logs.erase(conversation, event.incarnation);
  deps.writer.forget(conversation);
  deps.members.forgetAll();
}
