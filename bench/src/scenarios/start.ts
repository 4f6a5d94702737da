import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SendMessageRequest, SendMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import type { Account } from "../load/client.js";
import { connectAll } from "../load/connect.js";
import { Recorder } from "../load/recorder.js";
import type { Measured, Row } from "../stats/measured.js";
import { Preparation } from "../system/preparation.js";
import { newFolder, startServer } from "../system/server.js";
import { sendRequest } from "../wire/client-frames.js";
import { targetOf } from "../wire/socket.js";
import { durabilityOf } from "./durability.js";
import { repeat, type Plan } from "./scenario.js";

const FIRST_NUMBER = 1;

/** B29: from the start of the process to the first acked message. */
export async function start(plan: Plan): Promise<readonly Row[]> {
  const durability = durabilityOf(plan.settings);
  const firsts: Measured[] = [];
  const laters: Measured[] = [];
  await repeat(plan, "start", async () => {
    const folder = newFolder();
    firsts.push(await startAndSend(plan, folder, false));
    laters.push(await startAndSend(plan, folder, true));
    return firsts.at(-1)!;
  });
  return [
    { scenario: "first start, data folder empty", durability, rounds: firsts },
    { scenario: "later start on the same data", durability, rounds: laters },
  ];
}

async function startAndSend(plan: Plan, folder: string, isLast: boolean): Promise<Measured> {
  const { clock } = plan;
  const recorder = new Recorder({ clock, serverPid: 0, loop: "none" });
  recorder.open();
  const startedAtMs = clock.monotonic();
  const server = await startServer({ clock, folder, settings: plan.settings });
  try {
    recorder.latency("listening", clock.monotonic() - startedAtMs);
    // Names that no earlier start of this folder has made.
    const accounts = await new Preparation(server.credentials).users(isLast ? "later" : "first", 2);
    await sendOne(server.credentials.realtimeUrl, accounts);
    recorder.latency("first ack", clock.monotonic() - startedAtMs);
    recorder.count();
    recorder.shut();
    return recorder.result();
  } finally {
    await server.stop();
    if (isLast) server.forget();
  }
}

async function sendOne(url: string, accounts: readonly Account[]): Promise<void> {
  const clients = await connectAll(targetOf(url), accounts);
  const address = { receiverType: ReceiverType.USER, receiverId: accounts[1]?.uid ?? "" };
  const request = sendRequest({ ...address, sender: 0, text: "hello" }, FIRST_NUMBER);
  const answer = await clients[0]!.call("messaging.SendMessage", SendMessageRequest.encode(request).finish());
  if (SendMessageResponse.decode(answer).message?.seq !== 1) throw new Error("the first message did not get the first seq");
  for (const client of clients) client.close();
}
