import type { Clock } from "@parlance/platform/time";
import { systemClock } from "@parlance/platform/time";
import {
  MemorySink, Recorder, type Dump, type History, type InvariantName, type Json, type Violation,
} from "@parlance/platform/testing";
import { TestPlatform, type TestPlatformOptions } from "../../testing/test-platform.js";
import { ChatClient, PAGE_ROWS, soon } from "./chat-client.js";
import { finalState, type CallAs } from "./final-state.js";
import { conversationsOf, placesOf, type Society } from "./pairs.js";
import { populate, type Prepared } from "./prepare.js";
import { judge } from "./verdict.js";

/** What outlives a platform: its people, their devices, and the history. */
export interface Before {
  readonly prepared: Prepared;
  readonly sink: MemorySink;
  readonly recorder: Recorder;
  readonly clients: readonly ChatClient[];
}

/** A platform in this process, people on it, and everything that their devices do and see. */
export class RecordedRun {
  readonly clock: Clock = systemClock();
  /** Rows that readers ask for at once. */
  pageRows = PAGE_ROWS;
  readonly clients: ChatClient[];
  readonly recorder: Recorder;
  readonly prepared: Prepared;
  readonly #sink: MemorySink;

  private constructor(readonly platform: TestPlatform, readonly society: Society, before: Before) {
    this.clients = [...before.clients];
    this.recorder = before.recorder;
    this.prepared = before.prepared;
    this.#sink = before.sink;
  }

  static async start(society: Society, options: TestPlatformOptions = {}): Promise<RecordedRun> {
    const platform = await TestPlatform.start(options);
    const sink = new MemorySink();
    const recorder = new Recorder(systemClock(), sink);
    return new RecordedRun(platform, society, { prepared: await populate(platform, society), sink, recorder, clients: [] });
  }

  /** Over what a platform before this one left in a folder; its clients are to be connected to this one. */
  static async over(before: Before, society: Society, options: TestPlatformOptions): Promise<RecordedRun> {
    return new RecordedRun(await TestPlatform.start(options), society, before);
  }

  get port(): number {
    return this.platform.platform.gateway.port;
  }

  get sink(): MemorySink {
    return this.#sink;
  }

  get history(): History {
    return this.#sink.entries;
  }

  client(uid: string, device = "phone"): ChatClient {
    const { app, tokens } = this.prepared;
    const client = new ChatClient({
      app, uid, device, token: tokens.get(uid) ?? "", port: this.port,
      pageRows: this.pageRows, clock: this.clock, recorder: this.recorder, places: placesOf(this.society, uid),
    });
    this.clients.push(client);
    return client;
  }

  async connect(uid: string, device?: string): Promise<ChatClient> {
    const client = this.client(uid, device);
    await client.connect();
    return client;
  }

  /** Everything is announced, heard and, where there was a gap, pulled. */
  async settle(): Promise<void> {
    await this.platform.settle();
    await Promise.all(this.clients.filter(({ isConnected }) => isConnected)
      .map((client) => soon(this.clock, `quiet of ${client.name}`, client.settled())));
  }

  /** `present`: who is where at the end, when that has changed. */
  async dump(present: Society = this.society): Promise<Dump> {
    return finalState(this.prepared.app, this.recorder.now(), conversationsOf(present), this.callAs, this.pageRows);
  }

  async judge(
    run: { readonly fault: string; readonly seed: number }, which: readonly InvariantName[], present?: Society,
  ): Promise<readonly Violation[]> {
    return this.judgeDump(run, which, await this.dump(present));
  }

  judgeDump(
    run: { readonly fault: string; readonly seed: number }, which: readonly InvariantName[], dump: Dump,
  ): readonly Violation[] {
    return judge(this.history, dump, which, run);
  }

  readonly callAs: CallAs = async (uid, method, request) => {
    const client = this.clients.find((each) => each.uid === uid && each.isConnected) ?? (await this.connect(uid, "reader"));
    return succeed(client, method, request);
  };

  /** Ends it; an error in its log that nobody expected fails the test. */
  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.drop()));
    await this.platform.stop();
    const { unexpected } = this.platform.log;
    if (unexpected.length > 0) throw new Error(`unexpected errors in the log: ${JSON.stringify(unexpected)}`);
  }
}

export async function succeed(client: ChatClient, method: string, request: Json): Promise<Json> {
  const answer = await client.call(method, request);
  if (answer.outcome !== "ok") throw new Error(`${method} by ${client.name}: ${JSON.stringify(answer)}`);
  return answer.result;
}
