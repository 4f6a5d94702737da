// F16: whatever bytes come, the process answers or closes, and goes on.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { seededRandom, systemRandom } from "@parlance/platform/random";
import {
  FrameParser, freePort, MemorySink, mutatedFrames, Recorder, temporaryFolder, type Child, type MutatedFrame, type TemporaryFolder,
} from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import { Event } from "@parlance/proto/event/v1/event";
import { ClientFrame } from "@parlance/proto/gateway/v1/frame";
import { GroupServiceService } from "@parlance/proto/group/v1/group_service";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { PresenceServiceService } from "@parlance/proto/presence/v1/presence_service";
import { ChatClient } from "./kit/chat-client.js";
import { Fuzzer } from "./kit/fuzzer.js";
import { fuzzSamples } from "./kit/fuzz-samples.js";
import { placesOf, type Society } from "./kit/pairs.js";
import { toUser } from "./kit/places.js";
import { prepareFolder } from "./kit/prepare.js";
import { startServer } from "./kit/server-child.js";

const FRAMES = 100_000;
const WARM_UP = 10_000;
const WORKERS = 24;
const NORMAL_EVERY = 2_000;
const BODIES = 3_000;
const DECODES = 20_000;
const GROWTH_MAX_KIB = 100 * 1_024;

const attackers = Array.from({ length: 6 }, (_, index) => `carol${index}`);
const society: Society = { uids: ["alice", "bob", ...attackers], pairs: [["alice", "bob"]], groups: [{ guid: "book-club", members: ["alice"] }] };
const clock = systemClock();

let folder: TemporaryFolder | undefined;
let server: Child | undefined;

afterEach(async () => {
  await server?.stop();
  folder?.remove();
});

async function residentKib(pid: number): Promise<number> {
  return Number((await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)])).stdout.trim());
}

describe("F16: malformed input", () => {
  it(`${FRAMES} mutated frames and ${BODIES} mutated bodies: no crash, no hang, bounded memory, and others are served throughout`, async () => {
    const seed = systemRandom().int(2 ** 31);
    process.stdout.write(`\nF16: the seed is ${seed}\n`);
    folder = temporaryFolder();
    const port = await freePort();
    const { app, tokens } = await prepareFolder(folder.path, society);
    server = await startServer(folder.path, port, { env: { PARLANCE_GATEWAY_SOCKETS_PER_USER: "200" } });
    const recorder = new Recorder(clock, new MemorySink());
    const alice = new ChatClient({
      app, uid: "alice", device: "phone", token: tokens.get("alice")!, port, clock, recorder, places: placesOf(society, "alice"),
    });
    await alice.connect();
    const fuzzer = new Fuzzer({
      port, clock, frames: mutatedFrames(seed, fuzzSamples(tokens.get(attackers[0]!)!)), tokens: attackers.map((uid) => tokens.get(uid)!),
    });
    let served = 0;
    const serve = async (): Promise<void> => {
      const answer = await alice.send({ place: toUser("bob"), muid: `normal-${served}`, text: "all is well" });
      expect(answer.outcome).toBe("ok");
      served += 1;
    };
    let before = 0;
    const work = async (): Promise<void> => {
      while (fuzzer.sent < FRAMES) {
        await fuzzer.visit();
        if (fuzzer.sent >= (served + 1) * NORMAL_EVERY) await serve();
        if (before === 0 && fuzzer.sent > WARM_UP) before = await residentKib(server!.pid);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
    await fuzzer.finish();
    const worst = await attackByHttp(port, seed, tokens.get(attackers[0]!)!);
    await serve();
    const grown = (await residentKib(server.pid)) - before;
    const closes = [...fuzzer.closes].sort(([a], [b]) => a - b).map(([code, count]) => `${code}: ${count}`).join(", ");
    process.stdout.write([
      "", "| fault | frames | connections | crashes | hangs | served meanwhile | RSS growth | seed |", "| --- | --- | --- | --- | --- | --- | --- | --- |",
      `| F16 malformed input | ${fuzzer.sent} | ${fuzzer.connections} | ${server.isRunning ? 0 : 1} | ${fuzzer.hung} | ${served} | ${Math.round(grown / 1_024)} MiB of ${Math.round(before / 1_024)} | ${seed} |`,
      `closes: ${closes}`, "",
    ].join("\n"));
    expect(fuzzer.sent).toBeGreaterThanOrEqual(FRAMES);
    expect(fuzzer.hung).toBe(0);
    expect(worst).toBeLessThan(500);
    expect(grown).toBeLessThanOrEqual(GROWTH_MAX_KIB);
    expect(alice.isConnected).toBe(true);
    expect(await server.terminate()).toEqual({ code: 0, signal: null });
  }, 120_000);

  it("the decoders of all requests answer or throw, also for groups nested 20 kB deep (PB1)", () => {
    const seed = systemRandom().int(2 ** 31);
    const decoders: readonly ((bytes: Buffer) => unknown)[] = [
      (bytes) => ClientFrame.decode(bytes), (bytes) => Event.decode(bytes),
      ...[IdentityServiceService, GroupServiceService, MessagingServiceService, PresenceServiceService]
        .flatMap((service) => Object.values(service).map(({ requestDeserialize }) => requestDeserialize as (bytes: Buffer) => unknown)),
    ];
    const inputs = payloads(mutatedFrames(seed, fuzzSamples("token")));
    const random = seededRandom(seed);
    const outcomes = { decoded: 0, refused: 0 };
    const decode = (bytes: Buffer, decoder: (bytes: Buffer) => unknown): void => {
      try {
        decoder(bytes);
        outcomes.decoded += 1;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        outcomes.refused += 1;
      }
    };
    for (let count = 0; count < DECODES; count += 1) decode(inputs.next().value, decoders[random.int(decoders.length)]!);
    for (const decoder of decoders) for (const tag of [0x0b, 0x13, 0x5b, 0x7b]) decode(Buffer.alloc(21_000, tag), decoder);
    process.stdout.write(`\nF16 decoders: ${outcomes.decoded} decoded, ${outcomes.refused} refused, seed ${seed}\n`);
    expect(outcomes.refused).toBeGreaterThan(0);
  });
});

/** The payloads of mutated messages that are whole frames. */
function* payloads(frames: Iterator<MutatedFrame, never>): Generator<Buffer, never> {
  for (;;) {
    const { kind, bytes } = frames.next().value;
    if (!/Json|Proto|nestedGroups|randomPayload/.test(kind)) continue;
    const [frame] = new FrameParser("client").add(bytes);
    if (frame !== undefined) yield frame.payload;
  }
}

/** Mutated bodies over HTTP; answers the highest status. */
async function attackByHttp(port: number, seed: number, token: string): Promise<number> {
  const methods = ["messaging.SendMessage", "messaging.ListRows", "messaging.Sync", "identity.GetUser", "group.JoinGroup", "nothing.AtAll", "%00"];
  const types = ["application/json", "application/x-protobuf", "text/plain"];
  const random = seededRandom(seed);
  const bodies = payloads(mutatedFrames(seed, fuzzSamples(token)));
  let worst = 0;
  let sent = 0;
  const work = async (): Promise<void> => {
    while (sent < BODIES) {
      sent += 1;
      const answer = await fetch(`http://127.0.0.1:${port}/v1/call/${methods[random.int(methods.length)]!}`, {
        method: "POST", headers: { authToken: token, "content-type": types[random.int(types.length)]! }, body: Uint8Array.from(bodies.next().value),
      });
      await answer.arrayBuffer();
      worst = Math.max(worst, answer.status);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return worst;
}
