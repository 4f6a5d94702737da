import { appId, uid } from "@parlance/platform/ids";
import type { HandlerAnswer } from "@parlance/platform/eventlog";
import type { Event } from "@parlance/proto/event/v1/event";
import type { UserStore } from "../store/ports.js";

/** Presence says who is online; user lists show it. A repeat or an older status changes nothing. */
export const onUserStatusChanged = ({ users }: { readonly users: Pick<UserStore, "setStatus"> }) =>
  async ({ appId: app, atMs, body }: Event): Promise<HandlerAnswer> => {
    if (body?.$case !== "userStatusChanged" || app === "") return "dead";
    const { uid: who, online, lastActiveAtMs } = body.value;
    await users.setStatus(appId(app), uid(who), { online, lastActiveAtMs, atMs });
    return "done";
  };
