import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { GetUnreadCountsRequest, GetUnreadCountsResponse, SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import { describe, expect, test } from "vitest";
import { fail } from "../errors/index.js";
import { SYSTEM_UID, uid } from "../ids/index.js";
import { ManualClock } from "../time/index.js";
import { createClient } from "./client.js";
import { asPeer, type CallContext, type OutgoingContext } from "./context.js";
import { createLocalChannel } from "./local.js";
import { aliceContext, sampleServer } from "./sample-service.js";

type Handlers = Parameters<typeof sampleServer>[1];

function setUp(handlers: Handlers) {
  const clock = new ManualClock();
  const { server, log, metrics } = sampleServer(clock, handlers);
  const channel = createLocalChannel(server);
  return { clock, server, log, metrics, channel, client: createClient(MessagingServiceService, channel) };
}

const request = GetUnreadCountsRequest.fromPartial({});
const never = () => new Promise<never>(() => undefined);
const code = (name: string) => expect.objectContaining({ name }) as Error;

describe("a call", () => {
  test("goes through the pipeline as bytes and is answered with bytes", async () => {
    const { client } = setUp({ getUnreadCounts: (_request, { actor }) => ({ users: { [actor]: 3 }, groups: {} }) });
    const answer = await client.getUnreadCounts(request, aliceContext);
    expect(answer.users).toEqual({ alice: 3 });
  });

  test("is checked by the contract before the handler sees it, with ids in lower case", async () => {
    const receivers: string[] = [];
    const { client } = setUp({
      sendMessage: ({ receiverId }) => {
        receivers.push(receiverId);
        return { message: undefined, duplicate: false };
      },
    });
    const send = (receiverId: string) =>
      client.sendMessage(SendMessageRequest.fromPartial({ receiverType: 1, receiverId }), aliceContext);
    await send("BOB");
    await expect(send("")).rejects.toEqual(code("ERR_EMPTY_RECEIVER"));
    await expect(send("bob!")).rejects.toMatchObject({ fields: { receiverId: "is not an id" } });
    expect(receivers).toEqual(["bob"]);
  });

  test("from somebody who may not make it never comes to the handler", async () => {
    const { client } = setUp({ getUnreadCounts: () => ({ users: {}, groups: {} }) });
    const stranger: OutgoingContext = { ...aliceContext, caller: { kind: "anonymous" } };
    await expect(client.getUnreadCounts(request, stranger)).rejects.toEqual(code("AUTH_ERR_EMPTY_APIKEY"));
  });

  test("acts as the user, as the user a key stands for, or as the system", async () => {
    const actors: string[] = [];
    const { client } = setUp({
      getMessage: (_request, { actor, isServer }) => {
        actors.push(`${actor} ${String(isServer)}`);
        return { message: undefined };
      },
    });
    const get = (caller: OutgoingContext["caller"]) => client.getMessage({ messageId: 1 }, { ...aliceContext, caller });
    await get(aliceContext.caller);
    await get({ kind: "apiKey", scope: "fullAccess", keyId: "k", onBehalfOf: uid("bob") });
    await get({ kind: "apiKey", scope: "fullAccess", keyId: "k" });
    expect(actors).toEqual(["alice false", "bob false", `${SYSTEM_UID} true`]);
  });

  test("that cannot be read is a bad request", async () => {
    const { channel } = setUp({});
    const call = channel.call("messaging.GetMessage", Uint8Array.of(0x08), aliceContext);
    await expect(call).rejects.toEqual(code("ERR_BAD_REQUEST"));
  });

  test("to a method without handler is not implemented, to an unknown one not found", async () => {
    const { channel, server } = setUp({});
    const bytes = new Uint8Array(0);
    await expect(channel.call("messaging.Nothing", bytes, aliceContext)).rejects.toEqual(code("ERR_API_NOT_FOUND"));
    await expect(server.dispatch("group.GetGroup", bytes, aliceContext)).rejects.toEqual(code("ERR_NOT_IMPLEMENTED"));
  });
});

describe("errors", () => {
  test("of the catalogue cross with their fields and leave no error record", async () => {
    const { client, log } = setUp({
      getUnreadCounts: () => {
        throw fail("ERR_BAD_REQUEST", "No.", { fields: { limit: "is odd" } });
      },
    });
    await expect(client.getUnreadCounts(request, aliceContext)).rejects.toMatchObject({ fields: { limit: "is odd" } });
    expect(log.unexpected).toEqual([]);
    expect(log.records.at(-1)).toMatchObject({ level: "info", message: "call", fields: { outcome: "ERR_BAD_REQUEST" } });
  });

  test("that nobody expected say nothing to the caller and everything, once, to the log", async () => {
    const { client, log } = setUp({ getUnreadCounts: () => Promise.reject(new Error("row 7 of alice is broken")) });
    log.expectError("call failed unexpectedly");
    const call = client.getUnreadCounts(request, aliceContext);
    await expect(call).rejects.toMatchObject({ name: "ERR_EXCEPTION", message: "Something unexpected went wrong." });
    const errors = log.records.filter(({ level }) => level === "error");
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).toContain("row 7 of alice is broken");
  });

  test("an answer that cannot be encoded is one of them", async () => {
    const { client, log } = setUp({ getUnreadCounts: () => ({ users: { alice: "three" as never }, groups: {} }) });
    log.expectError("call failed unexpectedly");
    await expect(client.getUnreadCounts(request, aliceContext)).rejects.toEqual(code("ERR_EXCEPTION"));
  });
});

describe("records", () => {
  test("there is one for each call, and one measurement", async () => {
    const { client, log, metrics } = setUp({ getUnreadCounts: () => ({ users: {}, groups: {} }) });
    await client.getUnreadCounts(request, aliceContext);
    await client.getMessage({ messageId: 0 }, aliceContext).catch(() => undefined);
    expect(log.records.map(({ level, fields }) => [level, fields["method"], fields["outcome"]])).toEqual([
      ["debug", "messaging.GetUnreadCounts", "OK"], ["info", "messaging.GetMessage", "ERR_BAD_REQUEST"],
    ]);
    const measured = 'parlance_rpc_duration_ms_count{method="messaging.GetUnreadCounts",outcome="OK"} 1';
    expect(await metrics.text()).toContain(measured);
  });

  test("a slow success is told at info", async () => {
    const clock = new ManualClock();
    const { server, log } = sampleServer(clock, {
      getUnreadCounts: async () => {
        await clock.sleep(1_500);
        return { users: {}, groups: {} };
      },
    });
    const call = server.dispatch("messaging.GetUnreadCounts", new Uint8Array(0), aliceContext);
    await clock.advance(1_500);
    await call;
    expect(log.records.at(-1)).toMatchObject({ level: "info", fields: { outcome: "OK" } });
  });
});

describe("deadlines", () => {
  test("a read ends after two seconds, and its handler is told", async () => {
    let context: CallContext | undefined;
    const { clock, client } = setUp({
      getUnreadCounts: (_request, given) => {
        context = given;
        return never();
      },
    });
    const call = client.getUnreadCounts(request, aliceContext).then(() => undefined, (error: unknown) => error);
    await clock.advance(1_900);
    expect(context?.signal.aborted).toBe(false);
    await clock.advance(200);
    expect(context?.signal.aborted).toBe(true);
    expect(await call).toEqual(code("ERR_MISSION_FAILED"));
  });

  test("the rest of the caller caps it, and what is asked for replaces it", async () => {
    const ends: number[] = [];
    const { clock, client } = setUp({
      getUnreadCounts: (_request, { deadlineAt }) => {
        ends.push(deadlineAt - clock.now());
        return { users: {}, groups: {} };
      },
    });
    await client.getUnreadCounts(request, { ...aliceContext, deadlineAt: clock.now() + 300 });
    await client.getUnreadCounts(request, { ...aliceContext, deadlineMs: 5_000 });
    await client.getUnreadCounts(request, { ...aliceContext, deadlineMs: 5_000, deadlineAt: clock.now() + 300 });
    expect(ends).toEqual([300, 5_000, 300]);
  });

  test("a call that comes too late is not begun", async () => {
    let begun = false;
    const { clock, client } = setUp({
      getUnreadCounts: () => {
        begun = true;
        return { users: {}, groups: {} };
      },
    });
    const call = client.getUnreadCounts(request, { ...aliceContext, deadlineAt: clock.now() });
    await expect(call).rejects.toEqual(code("ERR_MISSION_FAILED"));
    expect(begun).toBe(false);
  });

  test("no timer is left when the server is idle", async () => {
    const { clock, client } = setUp({ getUnreadCounts: async () => Promise.resolve({ users: {}, groups: {} }) });
    await client.getUnreadCounts(request, aliceContext);
    await clock.advance(100);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("cancelling", () => {
  test("reaches the handler and the calls it makes itself", async () => {
    const signals: AbortSignal[] = [];
    let nested: Promise<unknown> | undefined;
    const { client, channel } = setUp({
      getUnreadCounts: (_request, context) => {
        signals.push(context.signal);
        const child: OutgoingContext = { ...asPeer(context, "messaging"), caller: aliceContext.caller };
        nested = channel.call("messaging.ListConversations", new Uint8Array(0), child).catch(() => undefined);
        return never();
      },
      listConversations: (_request, context) => {
        signals.push(context.signal);
        return never();
      },
    });
    const controller = new AbortController();
    void client.getUnreadCounts(request, { ...aliceContext, signal: controller.signal }).catch(() => undefined);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    controller.abort();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(nested).toBeDefined();
  });
});

describe("registering", () => {
  test("two handlers for one method are a defect", () => {
    const { server } = setUp({});
    expect(() => server.register(MessagingServiceService, {} as never)).toThrow("has a handler already");
  });

  test("answers of the sample are what ts-proto reads", async () => {
    const { channel } = setUp({ getUnreadCounts: () => ({ users: { bob: 1 }, groups: {} }) });
    const bytes = await channel.call("messaging.GetUnreadCounts", new Uint8Array(0), aliceContext);
    expect(GetUnreadCountsResponse.decode(bytes).users).toEqual({ bob: 1 });
  });
});
