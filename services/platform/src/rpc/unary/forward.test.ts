import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SendMessageRequest, SendMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { afterEach, beforeEach, expect, test } from "vitest";
import { appId, uid } from "../../ids/index.js";
import { silentLog } from "../../log/index.js";
import { systemRandom } from "../../random/index.js";
import { answerOf, ChangingPods, PodBench, podOf, secret } from "../pods/testing/pod-bench.js";
import type { Authenticate } from "./credentials.js";
import { forwardTo } from "./forward.js";
import { createUnaryServer } from "./server.js";
import { fromGrpcError } from "./status.js";

let bench: PodBench;
beforeEach(() => {
  bench = new PodBench();
});
afterEach(() => bench.end());

const authenticate: Authenticate = ({ authToken = "" }) =>
  Promise.resolve({ app: appId("shop"), caller: { kind: "user", uid: uid(authToken), tokenId: "t" } });

/** What outsiders call: a listener that forwards to the owner among the pods. */
async function forwarding(pods: ChangingPods): Promise<Client> {
  const server = createUnaryServer({
    rpc: forwardTo(await bench.reaching(pods), ["messaging.SendMessage"]), address: "127.0.0.1:0", secret, authenticate,
    clock: bench.clock, random: systemRandom(), log: silentLog(), notServingMs: 0,
  });
  await server.start();
  bench.onEnd(() => server.stop());
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
  bench.onEnd(() => client.close());
  return client;
}

function send(client: Client, from: string, receiverId: string): Promise<SendMessageResponse> {
  const metadata = new Metadata();
  metadata.set("authtoken", from);
  const request = SendMessageRequest.fromPartial({
    receiverType: ReceiverType.USER, receiverId, body: { $case: "text", value: { text: "hi" } },
  });
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      "/parlance.messaging.v1.MessagingService/SendMessage",
      (one: SendMessageRequest) => Buffer.from(SendMessageRequest.encode(one).finish()), (bytes) => SendMessageResponse.decode(bytes),
      request, metadata, {}, (error, response) => (error === null ? resolve(response!) : reject(error)),
    );
  });
}

test("a send of an outsider is handled once, by the owner, whichever pod was asked, and as the outsider's", async () => {
  const handled: string[] = [];
  const pod = (name: string) => bench.pod({
    sendMessage: (_request, { actor, app }) => {
      handled.push(`${actor} of ${app}`);
      return answerOf(name);
    },
  });
  const pods = new ChangingPods((await pod("one")).address, (await pod("two")).address);
  const [here, there] = [await forwarding(pods), await forwarding(pods)];
  const answers = [await send(here, "alice", "bob"), await send(there, "alice", "bob"), await send(there, "bob", "alice")];
  expect(new Set(answers.map(podOf)).size).toBe(1);
  expect(handled).toEqual(["alice of shop", "alice of shop", "bob of shop"]);
});

test("what the owner refuses is refused with all it says", async () => {
  const client = await forwarding(new ChangingPods((await bench.pod({})).address));
  const error = await send(client, "alice", "bob").then(() => undefined, (thrown: unknown) => thrown);
  expect(fromGrpcError(error as Parameters<typeof fromGrpcError>[0]).name).toBe("ERR_NOT_IMPLEMENTED");
});
