// The whole platform as tests use it: real services, real sockets on loopback, in this process. Test data comes through the
// public API.
import { appId as asAppId, randomId, uid as asUid, type AppId } from "@parlance/platform/ids";
import { recordingLog, type RecordingLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { systemRandom } from "@parlance/platform/random";
import { createClient, type OutgoingContext } from "@parlance/platform/rpc";
import { RawClient, type RawClientOptions } from "@parlance/platform/testing";
import { systemClock, type Clock } from "@parlance/platform/time";
import { GroupServiceService } from "@parlance/proto/group/v1/group_service";
import { Environment } from "@parlance/proto/identity/v1/identity";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { readStandaloneConfig } from "../../src/config.js";
import { createPlatform, type Platform, type PlatformOptions } from "../../src/platform.js";
import { SkippingClock } from "./skipping-clock.js";
import { Tenant, type TestApp } from "./tenant.js";

export interface TestPlatformOptions extends Partial<Omit<PlatformOptions, "config">> {
  /** PARLANCE_ variables; memory and free ports unless said otherwise. */
  readonly env?: Readonly<Record<string, string>>;
}

const UNLIMITED = {
  PARLANCE_GATEWAY_FRAMES_PER_SECOND: "100000",
  PARLANCE_GATEWAY_FRAMES_BURST: "100000",
  PARLANCE_GATEWAY_OTHER_CALLS_PER_MINUTE: "10000000",
  PARLANCE_GATEWAY_CORE_CALLS_PER_MINUTE: "10000000",
};

export class TestPlatform {
  readonly platform: Platform;
  readonly clock: Clock;
  readonly log: RecordingLog;
  readonly #random = systemRandom();
  readonly #clients: RawClient[] = [];

  private constructor(platform: Platform, clock: Clock, log: RecordingLog) {
    this.platform = platform;
    this.clock = clock;
    this.log = log;
  }

  static async start({ env = {}, ...options }: TestPlatformOptions = {}): Promise<TestPlatform> {
    const clock = options.clock ?? systemClock();
    const log = recordingLog();
    const config = readStandaloneConfig({
      PARLANCE_STANDALONE_DATA: ":memory:",
      PARLANCE_GATEWAY_LISTEN: "127.0.0.1:0",
      PARLANCE_STANDALONE_GRPC_LISTEN: "127.0.0.1:0",
      ...UNLIMITED, ...env,
    });
    const platform = await createPlatform({
      clock, log, random: systemRandom(), metrics: createMetrics(), ...options, config,
    });
    await platform.lifecycle.start();
    return new TestPlatform(platform, clock, log);
  }

  /** Closes what the test opened. */
  async stop(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.socket.destroy()));
    await this.platform.lifecycle.stop();
  }

  /** As stop, for a test that must not have caused an error record. */
  async stopClean(): Promise<void> {
    await this.stop();
    const unexpected = this.log.unexpected.map(({ message, fields }) => `${message} ${JSON.stringify(fields)}`);
    if (unexpected.length > 0) throw new Error(`errors were logged:\n${unexpected.join("\n")}`);
  }

  get port(): number {
    return this.platform.gateway.port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/v1/realtime`;
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get identity() {
    return createClient(IdentityServiceService, this.platform.channel);
  }

  get group() {
    return createClient(GroupServiceService, this.platform.channel);
  }

  get messaging() {
    return createClient(MessagingServiceService, this.platform.channel);
  }

  /** The platform itself. */
  internal(app: AppId): OutgoingContext {
    return { app, caller: { kind: "internal", peer: "test" }, requestId: randomId(this.#random) };
  }

  /** The app's server, for a user when one is named. */
  server(app: AppId, onBehalfOf?: string): OutgoingContext {
    const actor = onBehalfOf === undefined ? {} : { onBehalfOf: asUid(onBehalfOf) };
    return { app, caller: { kind: "apiKey", scope: "fullAccess", keyId: "test", ...actor }, requestId: randomId(this.#random) };
  }

  async app(name = "Test"): Promise<TestApp> {
    const { app, apiKeys } = await this.identity.createApp(
      { name, appId: "", environment: Environment.DEVELOPMENT, region: "" }, this.internal("" as AppId),
    );
    const [one, other] = [apiKeys[0]!, apiKeys[1]!];
    const auth = one.name === "Auth Key" ? one : other;
    const rest = auth === one ? other : one;
    return { appId: asAppId(app!.appId), authKey: auth.value, restApiKey: rest.value };
  }

  async users(app: AppId, ...uids: readonly string[]): Promise<void> {
    for (const uid of uids) {
      await this.identity.createUser({
        uid, name: uid, avatar: "", link: "", role: "", metadataJson: "", tags: [], statusMessage: "", withAuthToken: false,
      }, this.server(app));
    }
  }

  /** A public group; the first member owns it. */
  async publicGroup(app: AppId, guid: string, ...uids: readonly string[]): Promise<void> {
    const [owner = "", ...members] = uids;
    await this.group.createGroup({
      guid, name: guid, type: 1, password: "", icon: "", description: "", metadataJson: "", tags: [], owner, historyVisibility: 0,
      members: members.map((uid) => ({ uid, scope: 1 })), bannedUids: [],
    }, this.server(app));
  }

  async token(app: AppId, uid: string): Promise<string> {
    const { authToken } = await this.identity.createAuthToken({
      uid, deviceId: "", platform: "", appInfoJson: "", userAgent: "", expiresInSeconds: 0,
    }, this.server(app));
    return authToken!.value;
  }

  /** A raw JSON client, welcomed. */
  async raw(app: AppId, uid: string, deviceId: string, options: Partial<RawClientOptions> = {}): Promise<RawClient> {
    const client = await RawClient.open({ port: this.platform.gateway.port, clock: systemClock(), ...options });
    this.#clients.push(client);
    await client.hello({ token: await this.token(app, uid), deviceId });
    return client;
  }

  /** An app of its own, with what tests do in it. */
  async tenant(name = "Test"): Promise<Tenant> {
    return new Tenant(this, await this.app(name));
  }

  /** Closes the client with the platform. */
  keep(client: RawClient): void {
    this.#clients.push(client);
  }

  /** Lets time pass at once, if the platform was started with a clock that can. */
  async skip(ms: number): Promise<void> {
    if (!(this.clock instanceof SkippingClock)) throw new Error("this platform lives in real time");
    await this.clock.skip(ms);
  }

  settle(): Promise<void> {
    return this.platform.settle();
  }
}
