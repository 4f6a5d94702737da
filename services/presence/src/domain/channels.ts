// Who hears what presence says: the key of a record is the app and the channel.

import type { AppId, Uid } from "@parlance/platform/ids";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";

/** Where a signal goes: to the other user's inbox or to the group. */
export interface Address {
  readonly receiverType: ReceiverType;
  readonly receiverId: string;
}

export const ALL_WATCHERS = "p:all";
/** Facts about a user for other services; no socket follows it. */
export const factsOf = (uid: Uid) => `s:user:${uid}`;

/** Facts about presence itself, of all apps. */
export const OWN_FACTS = "s:presence";

export const watchersOf = (uid: Uid) => `p:u:${uid}`;

export function channelOf({ receiverType, receiverId }: Address): string {
  switch (receiverType) {
    case ReceiverType.USER: return `u:${receiverId}`;
    case ReceiverType.GROUP: return `g:${receiverId}`;
    case ReceiverType.UNSPECIFIED: throw new RangeError("a signal without a receiver type");
  }
}

export const keyOf = (app: AppId, channel: string) => `${app}/${channel}`;
