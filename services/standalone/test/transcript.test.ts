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
  await platform.stopClean();
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

type Fits = (actual: unknown, wanted: unknown) => boolean;

/** Paths at which something the template shows is not as shown; more may be there (clients ignore fields they do not know). */
function differences(actual: unknown, wanted: unknown, fits: Fits, path = ""): string[] {
  if (typeof wanted === "object" && wanted !== null) {
    return Object.entries(wanted).flatMap(([key, value]) => differences((actual as Json | undefined)?.[key], value, fits, `${path}.${key}`));
  }
  return fits(actual, wanted) ? [] : [`${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`];
}

const asShown: Fits = (actual, wanted) => {
  if (wanted === "<#>") return typeof actual === "number";
  if (typeof wanted === "string" && (/^<[A-Z]+>$/.test(wanted) || wanted === "…")) return typeof actual === "string" && actual !== "";
  return actual === wanted;
};

/** Numbers are examples too. */
const likeShown: Fits = (actual, wanted) => (typeof wanted === "number" ? typeof actual === "number" : asShown(actual, wanted));

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
    const wrong: string[] = [];
    for (const line of block("transcript").trim().split("\n")) {
      const [direction, text] = [line.slice(0, 1), line.slice(2)];
      if (direction === ">") socket.sendText(text.replace(/<([A-Z]+)>/g, (_, name: string) => values[name] ?? name));
      else wrong.push(...differences(JSON.parse(await messages.next()), template(text), asShown, line));
    }
    expect(wrong).toEqual([]);
    expect((await before(socket.ended, "the end")).code).toBe(1000);
    await bob.next("typing");
  });

  it("shows the event that the receiver hears", async () => {
    const alice = await tenant.device("alice");
    await alice.send(toUser("bob"), "hello bob");
    await bob.next("row");
    expect(differences({ event: bob.events[0] }, JSON.parse(block("json", "hears")), likeShown)).toEqual([]);
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
