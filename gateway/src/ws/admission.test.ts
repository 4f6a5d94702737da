import { CloseCode } from "@parlance/proto/gateway/v1/frame";
import { describe, expect, test } from "vitest";
import { ScriptedGateway } from "../testing/scripted-gateway.js";
import { bearerOf } from "./admission.js";

const refusedWith = (answer: ReturnType<ScriptedGateway["admit"]>) => (answer.accept ? undefined : answer.status);

describe("admission", () => {
  test("the first known subprotocol is chosen; none is JSON without a name; unknown ones are refused", () => {
    const gateway = new ScriptedGateway();
    const protocolOf = (...protocols: string[]) => {
      const answer = gateway.admit({ protocols });
      return answer.accept ? answer.protocol : answer.status;
    };
    expect(protocolOf("parlance.v1.proto")).toBe("parlance.v1.proto");
    expect(protocolOf("parlance.v9", "parlance.v1.json", "parlance.v1.proto")).toBe("parlance.v1.json");
    expect(protocolOf()).toBeUndefined();
    expect(protocolOf("parlance.v9")).toBe(400);
    expect(gateway.connect({ protocols: [] }).session.isJson).toBe(true);
  });

  test("up to the rate sockets are let in, up to as many again are told when to come back, more get 503 (R1–R3)", () => {
    const gateway = new ScriptedGateway({ gatewayUpgradesPerSecond: 10, gatewayUpgradesBurst: 10 });
    const welcome = Array.from({ length: 10 }, () => gateway.connect());
    expect(welcome.every(({ socket }) => socket.closedWith === undefined)).toBe(true);
    const told = Array.from({ length: 10 }, () => gateway.connect());
    const waits = told.map((client) => {
      const body = client.frames()[0]?.body;
      expect(client.socket.closedWith?.code).toBe(CloseCode.OVERLOADED);
      return body?.$case === "goodbye" ? body.value.retryAfterMs : 0;
    });
    expect(waits).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
    expect(refusedWith(gateway.admit())).toBe(503);
  });

  test("the rate comes back with time", async () => {
    const gateway = new ScriptedGateway({ gatewayUpgradesPerSecond: 10, gatewayUpgradesBurst: 1 });
    gateway.connect();
    expect(gateway.connect().socket.closedWith?.code).toBe(CloseCode.OVERLOADED);
    await gateway.clock.advance(100);
    expect(gateway.connect().socket.closedWith).toBeUndefined();
  });

  test("an Origin must be on the list exactly; clients without one are no browsers (S9)", () => {
    const gateway = new ScriptedGateway({ corsOrigins: ["https://app.example"] });
    const from = (origin: string) => refusedWith(gateway.admit({ headers: { origin } }));
    expect(from("https://app.example")).toBeUndefined();
    expect(refusedWith(gateway.admit())).toBeUndefined();
    for (const origin of [
      "https://app.example.evil.com", "https://evil-app.example", "http://app.example", "https://app.example:8443",
      "https://APP.example", "null", "https://app.example/",
    ]) expect([origin, from(origin)]).toEqual([origin, 403]);
    const open = new ScriptedGateway({ corsOrigins: ["*"] });
    expect(refusedWith(open.admit({ headers: { origin: "https://any.example" } }))).toBeUndefined();
  });

  test("a gateway that is shut lets nobody in", () => {
    const gateway = new ScriptedGateway();
    gateway.admission.shut();
    expect(refusedWith(gateway.admit())).toBe(503);
  });

  test("a bearer token is read in any case of the scheme, and nothing else is one", () => {
    expect([bearerOf("Bearer abc"), bearerOf("bearer abc")]).toEqual(["abc", "abc"]);
    expect([bearerOf(undefined), bearerOf(""), bearerOf("Basic abc"), bearerOf("Bearer"), bearerOf("Bearer ")]).toEqual(Array(5).fill(undefined));
  });
});
