import { uid as asUid, type AppId } from "@parlance/platform/ids";
import type { UserChanged } from "@parlance/proto/event/v1/event";
import type { MessagingContext } from "../context.js";

/** The next message carries the user's new name; one who was deactivated cannot be written to. */
export function onUserChanged(deps: Pick<MessagingContext, "directory">, app: AppId, event: UserChanged): void {
  deps.directory.forgetUser(app, asUid(event.user?.uid ?? ""));
}
