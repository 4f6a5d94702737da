import type { ConnectionStatus } from "../constants.js";
import type { AllListeners, ConversationAddress } from "../listeners.js";
import { receiverTypeName } from "../model/wire.js";
import type { Address } from "./address.js";
import type { Resumed } from "./resume.js";

export function tellStatus({ connection }: AllListeners, status: ConnectionStatus): void {
  switch (status) {
    case "connecting": {
      connection.tell("onConnecting");
      return connection.tell("inConnecting");
    }
    case "connected": return connection.tell("onConnected");
    case "disconnected": return connection.tell("onDisconnected");
    case "featureThrottled": return connection.tell("onFeatureThrottled");
  }
}

export function tellResumed({ connection }: AllListeners, { recovered, full, truncated, gone }: Resumed): void {
  connection.tell("onResumed", {
    recovered, truncated: full || truncated.length > 0,
    conversations: full ? [] : truncated.map(named), gone: gone.map(named),
  });
}

function named({ receiverType, receiverId }: Address): ConversationAddress {
  return { conversationWith: receiverId, conversationType: receiverTypeName(receiverType) };
}
