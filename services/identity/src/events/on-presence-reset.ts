import type { HandlerAnswer } from "@parlance/platform/eventlog";
import type { Event } from "@parlance/proto/event/v1/event";
import type { UserStore } from "../store/ports.js";

// One write after the other, so that other writes get their turn.
const SLICE = 1_000;

/** Presence has started and knows of nobody: whoever it told to be online before is offline until it says so again. */
export const onPresenceReset = ({ users }: { readonly users: Pick<UserStore, "resetStatuses"> }) =>
  async ({ atMs, body }: Event): Promise<HandlerAnswer> => {
    if (body?.$case !== "presenceReset") return "dead";
    while (await users.resetStatuses(atMs, SLICE) === SLICE);
    return "done";
  };
