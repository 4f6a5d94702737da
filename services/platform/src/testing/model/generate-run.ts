import type { Canary, Dump } from "../dump.js";
import { clientName, directConversation, groupConversation, type History } from "../history.js";
import { ALICE, APP, BOB, BOOK_CLUB, CAROL, LAPTOP, OTHER_APP, PHONE } from "../names.js";
import { MemorySink, Recorder } from "../recorder.js";
import { seededRandom, type Random } from "../../random/index.js";
import { ModelClient } from "./model-client.js";
import { ModelLog } from "./model-log.js";
import { ModelRun } from "./model-run.js";

export interface Run {
  readonly history: History;
  readonly dump: Dump;
}

const LEASE_MS = 5_000;

const CANARIES: readonly Canary[] = [
  { app: APP, name: "text", text: "canary-of-app" },
  { app: OTHER_APP, name: "text", text: "canary-of-other" },
  { app: OTHER_APP, name: "id", hex: "c3f1a8e2d4" },
];

/**
 * A random run of a model without faults, with disconnects, lost deliveries, refusals, cut answers and
 * resends: what the checkers must accept, and what planted faults are put into. The same seed gives the same
 * run.
 */
export function generateRun(seed: number, steps: number): Run {
  const random = seededRandom(seed);
  const sink = new MemorySink();
  const time = { ms: Date.UTC(2026, 0, 1) };
  const recorder = new Recorder({ now: () => time.ms, monotonic: () => time.ms }, sink);
  const run = new ModelRun({ random, recorder, time, ...population(random, recorder), leaseMs: LEASE_MS });
  for (let step = 0; step < steps; step += 1) run.step();
  run.settle();
  return { history: sink.entries, dump: { ...run.dump(), canaries: CANARIES, presenceLeaseMs: LEASE_MS } };
}

function population(
  random: Random,
  recorder: Recorder,
): { logs: readonly ModelLog[]; clients: readonly ModelClient[] } {
  let lastId = 1_000;
  const nextId = (): number => (lastId += 1 + random.int(5));
  const pair = new ModelLog(directConversation(APP, ALICE, BOB), [ALICE, BOB], "full", nextId);
  const visibility = random.int(2) === 0 ? "full" : "sinceJoin";
  const group = new ModelLog(groupConversation(APP, BOOK_CLUB), [ALICE, BOB], visibility, nextId);
  const logs = [pair, group];
  const devices: [uid: string, device: string][] = [
    [ALICE, PHONE],
    [ALICE, LAPTOP],
    [BOB, PHONE],
    [CAROL, PHONE],
  ];
  const clients = devices.map(
    ([uid, device]) => new ModelClient(clientName({ app: APP, uid, device }), recorder),
  );
  for (const client of clients) {
    for (const log of logs) if (log.members.has(client.uid)) client.follow(log, 0);
  }
  return { logs, clients };
}
