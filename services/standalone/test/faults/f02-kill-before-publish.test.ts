// F2: the server dies between the commit of a batch and its publication. Nobody heard of the row, nobody was acked.
import { afterEach, describe, expect, it } from "vitest";
import type { EventLog, LogRecord } from "@parlance/platform/eventlog";
import { freePort, MemorySink, Recorder, temporaryFolder, type Child, type TemporaryFolder } from "@parlance/platform/testing";
import { systemClock } from "@parlance/platform/time";
import { ChatClient } from "./kit/chat-client.js";
import { LAST_WORDS } from "./kit/last-words.js";
import { overOutbox, type Store } from "./kit/over-store.js";
import { placesOf, type Society } from "./kit/pairs.js";
import { toUser } from "./kit/places.js";
import { prepareFolder } from "./kit/prepare.js";
import { RecordedRun, type Before } from "./kit/recorded-run.js";
import { object } from "./kit/rows.js";
import { startServer } from "./kit/server-child.js";

const society: Society = { uids: ["alice", "bob"], pairs: [["alice", "bob"]], groups: [] };
const BEFORE = 20;
const LAST = { place: toUser("bob"), muid: "last", text: LAST_WORDS };

let folder: TemporaryFolder | undefined;
let child: Child | undefined;
let run: RecordedRun | undefined;

afterEach(async () => {
  await run?.stop();
  await child?.stop();
  folder?.remove();
  run = child = folder = undefined;
});

describe("F2: a server that dies between commit and publish", () => {
  it("publishes the row after its restart: it is on the event log, comes live, and is shown once (I1, I2, I3, I5, I9, I15)", async () => {
    const died = await dieAfterCommit();
    const { alice, bob } = died;
    expect(bob.through(toUser("alice"))).toBe(BEFORE);
    const published = new PublishedRows();
    let release = (): void => undefined;
    const bobIsThere = new Promise<void>((resolve) => (release = resolve));
    run = await RecordedRun.over(died, society, {
      env: { PARLANCE_STANDALONE_DATA: folder!.path },
      wrapEventLog: (log) => published.watch(log),
      // The sweep waits until bob is connected, so that he both pulls the row and hears it late.
      wrapLogStore: (store) => overOutbox(store, (found) => bobIsThere.then(found)),
    });
    await bob.connect(run.port);
    await alice.connect(run.port);
    expect(bob.through(toUser("alice"))).toBe(BEFORE + 1);
    expect(published.seqsOf("u:bob")).not.toContain(BEFORE + 1);
    release();
    const again = await alice.send(LAST, 2);
    await run.settle();
    expect(again.outcome === "ok" && [again.result["duplicate"], object(again.result["message"])?.["seq"]]).toEqual([true, BEFORE + 1]);
    for (const channel of ["u:alice", "u:bob"]) expect(published.seqsOf(channel)).toContain(BEFORE + 1);
    expect(run.history.filter(({ op, client, value }) => op === "deliver" && client === bob.name && (value as { seq: number }).seq === BEFORE + 1)).toHaveLength(1);
    run.recorder.happened("harness", "fault", { name: "F2", phase: "heal" }, {});
    expect(await run.judge({ fault: "F2 kill between commit and publish", seed: 0 }, ["I1", "I2", "I3", "I5", "I9", "I15"])).toEqual([]);
  }, 60_000);

  it("turns red without a sweeper (H4): the row never gets onto the event log", async () => {
    const died = await dieAfterCommit();
    const published = new PublishedRows();
    run = await RecordedRun.over(died, society, {
      env: { PARLANCE_STANDALONE_DATA: folder!.path },
      wrapEventLog: (log) => published.watch(log),
      wrapLogStore: withoutSweeper,
    });
    await died.alice.connect(run.port);
    await died.alice.send(LAST, 2);
    await run.settle();
    expect(published.seqsOf("u:bob")).not.toContain(BEFORE + 1);
  }, 60_000);
});

function withoutSweeper(store: Store): Store {
  return overOutbox(store, async () => []);
}

/** Alice says some things to bob; the server dies with her last words committed. */
async function dieAfterCommit(): Promise<Before & { readonly alice: ChatClient; readonly bob: ChatClient }> {
  folder = temporaryFolder();
  const port = await freePort();
  const prepared = await prepareFolder(folder.path, society);
  child = await startServer(folder.path, port, {
    script: new URL("./entries/die-after-commit.js", import.meta.url), ready: { line: /ready to die/ },
  });
  const clock = systemClock();
  const sink = new MemorySink();
  const recorder = new Recorder(clock, sink);
  const [alice, bob] = society.uids.map((uid) => new ChatClient({
    app: prepared.app, uid, device: "phone", token: prepared.tokens.get(uid)!, port, clock, recorder, places: placesOf(society, uid),
  })) as [ChatClient, ChatClient];
  await alice.connect();
  await bob.connect();
  for (let number = 0; number < BEFORE; number += 1) await alice.send({ place: toUser("bob"), muid: `m${number}`, text: `text ${number}` });
  await bob.settled();
  const last = await alice.send(LAST);
  expect(last.outcome).toBe("unknown");
  recorder.happened("harness", "fault", { name: "F2 kill between commit and publish", phase: "begin" }, {});
  expect(await child.exited).toEqual({ code: null, signal: "SIGKILL" });
  await bob.ended;
  return { prepared, sink, recorder, clients: [alice, bob], alice, bob };
}

/** Hears everything the event log hands to its followers. */
class PublishedRows {
  readonly #records: LogRecord[] = [];

  watch(log: EventLog): EventLog {
    log.follow(["events"], (records) => void this.#records.push(...records));
    return log;
  }

  /** Numbers of the rows on a channel; a row's event id ends with its number. */
  seqsOf(channel: string): readonly number[] {
    return this.#records.filter(({ key, headers }) => key.endsWith(`/${channel}`) && headers.kind === "row")
      .map(({ headers }) => Number(headers.id.split(":").at(-1)));
  }
}
