import { ManualClock } from "@parlance/platform/time";
import { describe, expect, test } from "vitest";
import { ScriptedGateway } from "../testing/scripted-gateway.js";
import { ResumeTokens } from "./resume.js";

const claims = { app: "one", uid: "alice", tokenId: "t1", epoch: "e1" };
const key = Buffer.alloc(32, 1);

describe("resume tokens", () => {
  test("say whose they are for 24 hours", async () => {
    const clock = new ManualClock();
    const tokens = new ResumeTokens(key, clock);
    const token = tokens.issue(claims);
    expect(new ResumeTokens(key, clock).verify(token)).toMatchObject(claims);
    await clock.advance(24 * 60 * 60 * 1_000);
    expect(tokens.verify(token)).toBeUndefined();
  });

  test("that are changed, foreign, cut or of another kind are none (S5)", () => {
    const clock = new ManualClock();
    const tokens = new ResumeTokens(key, clock);
    const token = tokens.issue(claims);
    const [version, keyId, payload = "", mac] = token.split(".");
    const forged = Buffer.from(JSON.stringify({ ...claims, uid: "bob", expiresAtMs: clock.now() + 1_000 })).toString("base64url");
    const foreign = new ResumeTokens(Buffer.alloc(32, 2), clock).issue(claims);
    for (const bad of [
      "", ".", "...", foreign, `${version}.${keyId}.${forged}.${mac}`, `${version}.00000000.${payload}.${mac}`,
      `none.${keyId}.${payload}.${mac}`, `${version}.${keyId}.${payload}.`, `${version}.${keyId}.${payload}`, `${token}.x`, "x".repeat(10_000),
    ]) expect(tokens.verify(bad)).toBeUndefined();
  });

  test("of an earlier welcome are taken, and as long as the gateway remembers no absence the answer is an honest no", async () => {
    const gateway = new ScriptedGateway();
    const alice = gateway.connect();
    alice.hello({ token: "alice-token" });
    await gateway.settle();
    const body = alice.frames()[0]?.body;
    const resumeToken = body?.$case === "welcome" ? body.value.resumeToken : "";
    for (const token of [resumeToken, "forged"]) {
      const again = gateway.connect();
      again.hello({ token: "alice-token", resumeToken: token });
      await gateway.settle();
      expect(again.frames()[0]?.body).toMatchObject({ $case: "welcome", value: { uid: "alice", resumed: false } });
    }
  });
});
