import type { AppId } from "@parlance/platform/ids";
import type { Client, OutgoingContext } from "@parlance/platform/rpc";
import type { Json, RawClient } from "@parlance/platform/testing";
import type { GroupServiceService } from "@parlance/proto/group/v1/group_service";
import { Device, type DeviceOptions } from "./device.js";

/** An app with its keys. */
export interface TestApp {
  readonly appId: AppId;
  readonly authKey: string;
  readonly restApiKey: string;
}

/** What a tenant needs of the platform it lives on. */
export interface Host {
  readonly group: Client<typeof GroupServiceService>;
  readonly port: number;
  users(app: AppId, ...uids: readonly string[]): Promise<void>;
  token(app: AppId, uid: string): Promise<string>;
  server(app: AppId): OutgoingContext;
  keep(client: RawClient): void;
  settle(): Promise<void>;
}

export interface GroupOptions {
  readonly type?: "public" | "password" | "private";
  readonly password?: string;
  readonly members?: readonly string[];
}

const GROUP_TYPES = { public: 1, password: 2, private: 3 } as const;

/** One app of a platform with its people, as its server sees it. */
export class Tenant {
  readonly appId: AppId;
  readonly #devices: Device[] = [];

  constructor(readonly platform: Host, readonly app: TestApp) {
    this.appId = app.appId;
  }

  users(...uids: readonly string[]): Promise<void> {
    return this.platform.users(this.appId, ...uids);
  }

  async group(guid: string, owner: string, { type = "public", password = "", members = [] }: GroupOptions = {}): Promise<void> {
    await this.platform.group.createGroup({
      guid, name: guid, type: GROUP_TYPES[type], password, icon: "", description: "", metadataJson: "", tags: [], owner,
      historyVisibility: 0, members: members.map((uid) => ({ uid, scope: 1 })), bannedUids: [],
    }, this.platform.server(this.appId));
  }

  token(uid: string): Promise<string> {
    return this.platform.token(this.appId, uid);
  }

  /** A connected device; `hello` adds to or replaces fields of its hello. */
  async device(uid: string, deviceId = "phone", options: Partial<Omit<DeviceOptions, "hello">> & { readonly hello?: Json } = {}): Promise<Device> {
    const { hello = {}, ...socket } = options;
    const token = typeof hello["token"] === "string" ? hello["token"] : await this.token(uid);
    const device = await Device.connect(`${uid}'s ${deviceId}`, {
      port: this.platform.port, ...socket, hello: { deviceId, ...hello, token },
    });
    this.#devices.push(device);
    this.platform.keep(device.client);
    return device;
  }

  /** Returns when nothing is under way any more: in the services, and to the open devices given (all, if none is). */
  async quiet(...devices: readonly Device[]): Promise<void> {
    const all = devices.length === 0 ? this.#devices.filter(({ isOpen }) => isOpen) : devices;
    await Promise.all(all.map((device) => device.caughtUp()));
    await this.platform.settle();
    await Promise.all(all.map((device) => device.caughtUp()));
  }
}
