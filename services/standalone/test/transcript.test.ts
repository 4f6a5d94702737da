// gateway/README.md is what people write clients from, so its examples are replayed here against the running platform.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RawSocket, type Json } from "@parlance/platform/testing";
import { UpdateUserRequest } from "@parlance/proto/identity/v1/identity";
import { before, toUser, type Device } from "./testing/device.js";
import type { Tenant } from "./testing/tenant.js";
import { TestPlatform } from "./testing/test-platform.js";

const readme = readFileSync(new URL("../../../../gateway/README.md", import.meta.url), "utf8");

let platform: TestPlatform;
let tenant: Tenant;
let bob: Device;

beforeEach(async () => {
  // The limits of the README are the defaults.
  platform = await TestPlatform.start({ env: { PARLANCE_GATEWAY_FRAMES_PER_SECOND: "20", PARLANCE_GATEWAY_FRAMES_BURST: "40" } });
  tenant = await platform.tenant();
  await tenant.users("alice", "bob");
  await platform.identity.updateUser(UpdateUserRequest.fromPartial({ uid: "alice", name: "Alice" }), platform.server(tenant.appId));
  bob = await tenant.device("bob");
});

afterEach(async () => {
  await platform.stop();
  expect(platform.log.unexpected).toEqual([]);
});

function block(language: string, after = ""): string {
  const from = readme.indexOf(after);
  const found = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme.slice(from));
  if (from < 0 || found === null) throw new Error(`gateway/README.md has no block of ${language} after "${after}"`);
  return found[1]!;
}

/** `"<NAME>"` stands for any text, a bare `<NAME>` for any number. */
function template(text: string): unknown {
  return JSON.parse(text.replace(/([:[,])<[A-Z]+>/g, "$1\"<#>\""));
}

/** Everything the template shows must be there; more may be (clients ignore fields they do not know). */
function expectLike(actual: unknown, wanted: unknown, path: string): void {
  if (wanted === "<#>") expect(typeof actual, path).toBe("number");
  else if (typeof wanted === "string" && (/^<[A-Z]+>$/.test(wanted) || wanted === "…")) {
    expect([typeof actual, actual === ""], path).toEqual(["string", false]);
  } else if (typeof wanted === "object" && wanted !== null) {
    for (const [key, value] of Object.entries(wanted)) expectLike((actual as Json | undefined)?.[key], value, `${path}.${key}`);
  } else expect(actual, path).toEqual(wanted);
}

/** Like above, but numbers are examples too. */
function expectSameShape(actual: unknown, wanted: unknown, path = "event"): void {
  if (typeof wanted === "number") expect(typeof actual, path).toBe("number");
  else if (typeof wanted === "object" && wanted !== null) {
    for (const [key, value] of Object.entries(wanted)) expectSameShape((actual as Json | undefined)?.[key], value, `${path}.${key}`);
  } else expectLike(actual, wanted, path);
}

/** The server's messages, one by one. */
class Messages {
  readonly #come: string[] = [];
  #next: ((text: string) => void) | undefined;

  constructor(socket: RawSocket) {
    socket.onMessage(({ bytes }) => {
      const text = bytes.toString("utf8");
      if (this.#next === undefined) this.#come.push(text);
      else this.#next(text);
      this.#next = undefined;
    });
  }

  next(): Promise<string> {
    const known = this.#come.shift();
    if (known !== undefined) return Promise.resolve(known);
    return before(new Promise<string>((resolve) => (this.#next = resolve)), "a message of the server");
  }
}

describe("gateway/README.md", () => {
  it("shows a session in JSON as it happens", async () => {
    const socket = await RawSocket.open({ port: platform.port, protocols: ["parlance.v1.json"] });
    const messages = new Messages(socket);
    const values: Readonly<Record<string, string>> = { TOKEN: await tenant.token("alice"), MUID: "a muid of mine" };
    for (const line of block("transcript").trim().split("\n")) {
      const [direction, text] = [line.slice(0, 1), line.slice(2)];
      if (direction === ">") socket.sendText(text.replace(/<([A-Z]+)>/g, (_, name: string) => values[name] ?? name));
      else expectLike(JSON.parse(await messages.next()), template(text), line);
    }
    expect((await before(socket.ended, "the end")).code).toBe(1000);
    await bob.next("typing");
  });

  it("shows the event that the receiver hears", async () => {
    const alice = await tenant.device("alice");
    await alice.send(toUser("bob"), "hello bob");
    await bob.next("row");
    expectSameShape({ event: bob.events[0] }, JSON.parse(block("json", "hears")));
  });

  it("shows a call without a socket", async () => {
    const [head, body] = block("", "### Calls without a socket").split("\n\n");
    const [first, ...headers] = head!.trim().split("\n");
    const [method, path] = first!.split(" ");
    const token = await tenant.token("alice");
    const answer = await fetch(`${platform.httpUrl}${path}`, {
      method: method!, body: body!.trim(),
      headers: Object.fromEntries(headers.map((header) => header.replace("<TOKEN>", token).split(": ") as [string, string])),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-request-id")).not.toBeNull();
    expect(await answer.json()).toMatchObject({ user: { uid: "bob" } });
  });
});
