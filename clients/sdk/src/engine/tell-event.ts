// Which callback an event without a row is (chat.md 30).

import type { Event, GroupCreated } from "@parlance/proto/event/v1/event";
import type { AllListeners } from "../listeners.js";
import { toConversation, toReceipt } from "../model/conversation.js";
import { toGroup } from "../model/group.js";
import { toTransient, toTyping } from "../model/signal.js";
import { partyToUser, toUser, type User } from "../model/user.js";

type Body = NonNullable<Event["body"]>;

export function tellEvent(listeners: AllListeners, body: Body): void {
  switch (body.$case) {
    case "receipt": return tellReceipt(listeners, toReceipt(body.value));
    case "typing": return listeners.message.tell(body.value.ended ? "onTypingEnded" : "onTypingStarted", toTyping(body.value));
    case "transient": return listeners.message.tell("onTransientMessageReceived", toTransient(body.value));
    case "conversationUpdated": {
      const { conversation, changed } = body.value;
      if (conversation !== undefined) listeners.conversation.tell("onConversationUpdated", toConversation(conversation), changed);
      return undefined;
    }
    case "groupUpdated": {
      const { group, updatedBy } = body.value;
      if (group !== undefined) listeners.group.tell("onGroupUpdated", toGroup(group), partyToUser(updatedBy));
      return undefined;
    }
    case "groupDeleted": {
      const { group, deletedBy } = body.value;
      if (group !== undefined) listeners.group.tell("onGroupDeleted", toGroup(group), partyToUser(deletedBy));
      return undefined;
    }
    case "ownershipTransferred": {
      const { group, oldOwner, newOwner } = body.value;
      if (group !== undefined) {
        listeners.group.tell("onGroupOwnershipTransferred", toGroup(group), partyToUser(oldOwner), partyToUser(newOwner));
      }
      return undefined;
    }
    case "userUpdated": {
      if (body.value.user !== undefined) listeners.user.tell("onUserUpdated", toUser(body.value.user));
      return undefined;
    }
    // Told elsewhere: rows by their logs, presence by the interest, creations below; the rest is for services.
    case "row": case "memberRow": case "groupCreated": case "presenceChanged": case "sessionEnded": case "membershipChanged": case "userChanged":
    case "userStatusChanged": case "groupChanged": case "presenceReset": return undefined;
  }
}

/** A creation leaves no row in the group's log, so there is no action; it adds the user of this client, `me`. */
export function tellCreation({ group: listeners }: AllListeners, me: User, { group, createdBy }: GroupCreated): void {
  if (group !== undefined) listeners.tell("onMemberAddedToGroup", undefined, me, partyToUser(createdBy), toGroup(group));
}

function tellReceipt({ message }: AllListeners, receipt: ReturnType<typeof toReceipt>): void {
  switch (receipt.receiptType) {
    case "delivery": return message.tell("onMessagesDelivered", receipt);
    case "read": return message.tell("onMessagesRead", receipt);
    case "deliveredToAll": return message.tell("onMessagesDeliveredToAll", receipt);
    case "readByAll": return message.tell("onMessagesReadByAll", receipt);
  }
}
