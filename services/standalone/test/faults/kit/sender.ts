import type { ChatClient, OutgoingText } from "./chat-client.js";

interface Pending extends OutgoingText {
  readonly index: number;
  attempt: number;
}

const WINDOW = 16;

/**
 * Sends a list of texts on one device, pipelined. What has no outcome when the connection ends, and what was refused
 * for now, is sent again with the same muid once there is a connection, before anything new.
 */
export async function sendAll(client: ChatClient, texts: readonly OutgoingText[], onAck: () => void): Promise<void> {
  const again: Pending[] = [];
  const running = new Set<Promise<void>>();
  let next = 0;
  let failure: Error | undefined;
  const attempt = async (item: Pending): Promise<void> => {
    const answer = await client.send(item, item.attempt);
    if (answer.outcome === "ok") return onAck();
    if (answer.outcome === "fail" && !answer.error.retryable) {
      failure = new Error(`${item.muid} was refused with ${answer.error.code}`);
      return;
    }
    again.push({ ...item, attempt: item.attempt + 1 });
    again.sort((a, b) => a.index - b.index);
  };
  while (failure === undefined && (next < texts.length || again.length > 0 || running.size > 0)) {
    await client.whenConnected();
    const item = again.shift() ?? pending(texts[next], next);
    if (item !== undefined && item.index >= next) next = item.index + 1;
    if (item !== undefined) {
      const work = attempt(item).finally(() => running.delete(work));
      running.add(work);
    }
    if (running.size >= WINDOW || (item === undefined && running.size > 0)) await Promise.race(running);
  }
  await Promise.all(running);
  if (failure !== undefined) throw failure;
}

function pending(text: OutgoingText | undefined, index: number): Pending | undefined {
  return text === undefined ? undefined : { ...text, index, attempt: 1 };
}
