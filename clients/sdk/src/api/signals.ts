import { failure } from "../errors.js";
import type { Link } from "../engine/link.js";
import type { TransientMessage, TypingIndicator } from "../model/signal.js";
import { receiverTypeToWire, toJsonText } from "../model/wire.js";
import type { Root } from "../root.js";

const TRANSIENT_BYTES_MAX = 4_096;
/** The platform forwards no more than one start in 3 s (chat.md 20.3). */
const START_EVERY_MS = 3_000;
const REMEMBERED_MAX = 200;

function linkOf(root: Root): Link {
  const { link } = root.session().connection;
  if (link === undefined) throw failure("NO_WEBSOCKET_CONNECTION");
  return link;
}

/** Fire and forget; without a connection they throw NO_WEBSOCKET_CONNECTION (chat.md 20). */
export function signalsApi(root: Root) {
  const startedAt = new Map<string, number>();
  const typing = ({ receiverId, receiverType, metadata, parentMessageId = 0 }: TypingIndicator, ended: boolean) => {
    const link = linkOf(root);
    const key = `${receiverType}/${receiverId}/${parentMessageId}`;
    const now = root.environment.clock.monotonic();
    if (!ended && now - (startedAt.get(key) ?? -START_EVERY_MS) < START_EVERY_MS) return;
    if (startedAt.size > REMEMBERED_MAX) startedAt.clear();
    if (ended) startedAt.delete(key);
    else startedAt.set(key, now);
    link.signal({
      $case: "typing",
      value: { receiverType: receiverTypeToWire(receiverType), receiverId, ended, metadataJson: toJsonText(metadata), parentMessageId },
    });
  };
  return {
    startTyping: (indicator: TypingIndicator): void => typing(indicator, false),
    endTyping: (indicator: TypingIndicator): void => typing(indicator, true),
    sendTransientMessage: ({ receiverId, receiverType, data }: TransientMessage): void => {
      const dataJson = toJsonText(data);
      if (!dataJson.startsWith("{") || new TextEncoder().encode(dataJson).byteLength > TRANSIENT_BYTES_MAX) {
        throw failure("ERR_INVALID_MESSAGE_DATA", { params: { limit: String(TRANSIENT_BYTES_MAX) } });
      }
      linkOf(root).signal({ $case: "transient", value: { receiverType: receiverTypeToWire(receiverType), receiverId, dataJson } });
    },
  };
}
