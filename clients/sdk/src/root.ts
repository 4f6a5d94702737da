// What the methods of an instance share: where it runs, its settings, its listeners and who is logged in.

import type { AppState } from "./constants.js";
import { Session } from "./engine/session.js";
import type { Environment, KeyValueStore } from "./environment.js";
import { failure, toException, type ParlanceException } from "./errors.js";
import { hostsOf, type Hosts } from "./hosts.js";
import { createHttpCalls, type HttpCalls } from "./http.js";
import { createListeners, type AllListeners } from "./listeners.js";
import { jsonToUser, type User } from "./model/user.js";
import type { JsonObject } from "./model/wire.js";
import type { AppSettings } from "./settings.js";

export const SDK_VERSION = "0.1.0";

export interface Initialised {
  readonly appId: string;
  readonly settings: AppSettings;
  readonly hosts: Hosts;
  readonly http: HttpCalls;
  readonly store: KeyValueStore;
}

/** What survives a restart. */
interface StoredSession {
  readonly token: string;
  readonly fromKey: boolean;
  readonly user: JsonObject;
}

export class Root {
  readonly environment: Environment;
  readonly listeners: AllListeners = createListeners();
  /** The token was made by the SDK from uid and authKey. */
  tokenFromKey = false;
  #initialised: Initialised | undefined;
  #session: Session | undefined;
  #appState: AppState = "foreground";
  #stopWatching: (() => void) | undefined;

  constructor(environment: Environment) {
    this.environment = environment;
  }

  init(appId: string, settings: AppSettings): void {
    if (appId === "") throw failure("AUTH_ERR_EMPTY_APPID");
    if (settings.region === undefined) throw failure("REGION_IS_COMPULSORY", { message: "setRegion is required." });
    const { environment } = this;
    const { clock, http, origin } = environment;
    const hosts = hostsOf(settings.clientHost, settings.adminHost, origin);
    this.#closeSession();
    this.#initialised = {
      appId, settings, hosts, store: environment.storage(settings.storageMode),
      http: createHttpCalls({ http, clock, appId, ...hosts }),
    };
    this.#stopWatching?.();
    this.#stopWatching = environment.watch({
      onAppState: (state) => {
        if (settings.hiddenIsBackground) this.setAppState(state);
      },
      onNetworkBack: () => this.#session?.connection.skipWait(),
    });
    this.#restore();
  }

  initialised(): Initialised {
    if (this.#initialised === undefined) throw failure("NOT_INITIALIZED");
    return this.#initialised;
  }

  get current(): Session | undefined {
    this.initialised();
    return this.#session;
  }

  /** The session, for methods that need a user. */
  session(): Session {
    const { current } = this;
    if (current === undefined) throw failure("USER_NOT_LOGGED_IN");
    return current;
  }

  setAppState(state: AppState): void {
    this.#appState = state;
    this.#session?.connection.setAppState(state);
  }

  open(token: string, user: User, fromKey: boolean): void {
    const { store } = this.initialised();
    const stored: StoredSession = { token, fromKey, user: Object.fromEntries(Object.entries(user)) };
    store.set(this.#key(), JSON.stringify(stored));
    this.#start(token, user, fromKey);
  }

  /** Forgets the session, here and in the storage. */
  close(): void {
    this.initialised().store.remove(this.#key());
    this.#closeSession();
  }

  #restore(): void {
    const text = this.initialised().store.get(this.#key());
    if (text === undefined) return;
    try {
      const { token, fromKey, user } = JSON.parse(text) as StoredSession;
      this.#start(token, jsonToUser(user), fromKey);
    } catch {
      this.initialised().store.remove(this.#key());
    }
  }

  #start(token: string, user: User, fromKey: boolean): void {
    const { appId, settings, hosts } = this.initialised();
    this.tokenFromKey = fromKey;
    this.#session = new Session({
      environment: this.environment, settings, hosts, listeners: this.listeners, appId, token, user,
      deviceId: this.#deviceId(), appState: this.#appState, sdkVersion: SDK_VERSION,
      onEnded: (exception) => this.#onEnded(exception),
    });
    if (settings.auto) this.#session.connection.open();
  }

  #onEnded(exception: ParlanceException): void {
    this.close();
    this.listeners.login.tell("sessionEnded", toException(exception));
  }

  #closeSession(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.close();
  }

  #key(): string {
    return `parlance:${this.initialised().appId}:session`;
  }

  /** Names this device for as long as the storage lives. */
  #deviceId(): string {
    const { store, appId } = this.initialised();
    const key = `parlance:${appId}:device`;
    const known = store.get(key);
    if (known !== undefined) return known;
    const id = this.environment.random.id();
    store.set(key, id);
    return id;
  }
}
