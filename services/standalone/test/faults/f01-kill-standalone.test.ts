// F1: the real server dies by kill -9 in the middle of 20,000 sends, several times, and comes back over the same folder.
import { afterEach, describe, expect, it } from "vitest";
import { seededRandom, systemRandom, type Random } from "@parlance/platform/random";
import {
  freePort, MemorySink, Recorder, temporaryFolder, type Child, type InvariantName, type TemporaryFolder,
} from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import { ChatClient, soon, type OutgoingText } from "./kit/chat-client.js";
import { finalState } from "./kit/final-state.js";
import { conversationsOf, placesOf, type Society } from "./kit/pairs.js";
import { prepareFolder } from "./kit/prepare.js";
import { sendAll } from "./kit/sender.js";
import { startServer } from "./kit/server-child.js";
import { judge } from "./kit/verdict.js";

const SENDS = 20_000;
const KILLS = 4;
const MARK_EVERY = 200;
const CHECKED: readonly InvariantName[] = ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I13", "I15"];

const clock = systemClock();
let folder: TemporaryFolder | undefined;
let server: Child | undefined;

afterEach(async () => {
  await server?.stop();
  folder?.remove();
});

const uids = Array.from({ length: 12 }, (_, index) => `alice${index}`);
const society: Society = {
  uids,
  pairs: Array.from({ length: 18 }, (_, index) => [uids[index % 12]!, uids[(index + 1 + Math.floor(index / 12)) % 12]!] as const),
  groups: Array.from({ length: 6 }, (_, index) => ({
    guid: `club${index}`, members: Array.from({ length: 4 }, (_each, member) => uids[(2 * index + member) % 12]!),
  })),
};

describe("F1: a server that is killed again and again under load", () => {
  it(`keeps all of ${SENDS} acked sends, once each, in order, and its clients end with the whole logs (I1-I11, I13, I15)`, async () => {
    const seed = systemRandom().int(2 ** 31);
    const random = seededRandom(seed);
    folder = temporaryFolder();
    const port = await freePort();
    const { app, tokens } = await prepareFolder(folder.path, society);
    server = await startServer(folder.path, port);
    const sink = new MemorySink();
    const recorder = new Recorder(clock, sink);
    const clients = uids.map((uid) => new ChatClient({
      app, uid, device: "phone", token: tokens.get(uid)!, port, clock, recorder, places: placesOf(society, uid),
    }));
    await Promise.all(clients.map((client) => client.connect()));

    const killAt = killMoments(random);
    let acked = 0;
    let restarting = Promise.resolve();
    const onAck = (): void => {
      acked += 1;
      if (acked !== killAt[0]) return;
      killAt.shift();
      restarting = restarting.then(restart);
    };
    const restart = async (): Promise<void> => {
      recorder.happened("harness", "fault", { name: "F1 kill standalone", phase: "begin" }, {});
      const ends = clients.map((client) => client.ended);
      await server!.kill();
      await Promise.all(ends);
      server = await startServer(folder!.path, port);
      recorder.happened("harness", "fault", { name: "F1 kill standalone", phase: "heal" }, {});
      await Promise.all(clients.map((client) => client.connect()));
    };
    const work = clients.map((client, index) => sendAll(client, textsOf(random, client.uid, index), () => {
      onAck();
      if (acked % MARK_EVERY === 0) void client.markRead(placesOf(society, client.uid)[acked % 3]!);
    }));
    await Promise.all(work);
    await restarting;
    await Promise.all(clients.map((client) => soon(clock, "the last delivery", client.settled())));
    await Promise.all(clients.map((client) => client.resume()));

    const call = async (uid: string, method: string, request: object) => {
      const answer = await clients[uids.indexOf(uid)]!.call(method, request as never);
      if (answer.outcome !== "ok") throw new Error(`${method} by ${uid}: ${JSON.stringify(answer)}`);
      return answer.result;
    };
    const dump = await finalState(app, recorder.now(), conversationsOf(society), call);
    recorder.close();
    const violations = judge(sink.entries, dump, CHECKED, { fault: `F1 kill standalone ×${KILLS}`, seed });
    expect(violations).toEqual([]);
    expect(killAt).toEqual([]);
    expect(acked).toBe(SENDS);
    expect(dump.conversations.reduce((sum, { rows }) => sum + rows.filter(({ kind }) => kind === "message").length, 0)).toBe(SENDS);
    for (const client of clients) {
      expect(client.behind(dump)).toEqual([]);
    }
    expect((await server.terminate()).code).toBe(0);
  }, 150_000);
});

function killMoments(random: Random): number[] {
  const slice = Math.floor(SENDS / (KILLS + 1));
  return Array.from({ length: KILLS }, (_, index) => slice * (index + 1) - random.int(slice - 1));
}

function textsOf(random: Random, uid: string, index: number): readonly OutgoingText[] {
  const count = Math.floor(SENDS / uids.length) + (index < SENDS % uids.length ? 1 : 0);
  const places = placesOf(society, uid);
  return Array.from({ length: count }, (_, number) => ({
    place: places[random.int(places.length)]!, muid: `${uid}-${number}`, text: `text ${number} of ${uid}`,
  }));
}
