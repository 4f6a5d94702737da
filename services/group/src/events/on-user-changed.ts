import type { HandlerAnswer } from "@parlance/platform/eventlog";
import { appId, uid } from "@parlance/platform/ids";
import type { Event } from "@parlance/proto/event/v1/event";
import type { MemberStore } from "../store/ports.js";

const SLICE = 100;

export interface OnUserChangedDeps {
  readonly members: Pick<MemberStore, "rename">;
}

/** Members are sorted and found by name: copies of it follow the user. Deactivation changes no membership. */
export const onUserChanged = ({ members }: OnUserChangedDeps) =>
  async ({ appId: app, body }: Event): Promise<HandlerAnswer> => {
    const user = body?.$case === "userChanged" ? body.value.user : undefined;
    if (user === undefined || app === "") return "dead";
    const rename = { uid: uid(user.uid), name: user.name, nameAtMs: Math.max(user.createdAtMs, user.updatedAtMs) };
    while (await members.rename(appId(app), rename, SLICE));
    return "done";
  };
