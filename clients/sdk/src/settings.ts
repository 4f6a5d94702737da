import type { StorageMode } from "./constants.js";
import { failure } from "./errors.js";

export interface AppSettings {
  readonly region: string | undefined;
  readonly clientHost: string | undefined;
  readonly adminHost: string | undefined;
  readonly auto: boolean;
  readonly presenceForAll: boolean;
  readonly graceMs: number;
  readonly hiddenIsBackground: boolean;
  readonly autoDelivery: boolean;
  readonly storageMode: StorageMode;
}

const GRACE_SECONDS = { min: 5, max: 600 };

/** How the SDK behaves (chat.md 4.4). `build()` gives what `init` takes. */
export class AppSettingsBuilder {
  #settings: AppSettings = {
    region: undefined, clientHost: undefined, adminHost: undefined, auto: true, presenceForAll: false, graceMs: 30_000,
    hiddenIsBackground: false, autoDelivery: false, storageMode: "LOCAL",
  };

  /** Required. */
  setRegion(region: string): this {
    return this.#with({ region });
  }

  /** `host:port` or URL of the realtime gateway; of REST too unless overrideAdminHost says otherwise. */
  overrideClientHost(clientHost: string): this {
    return this.#with({ clientHost });
  }

  overrideAdminHost(adminHost: string): this {
    return this.#with({ adminHost });
  }

  /** false: manual mode, the app calls connect() (chat.md 26.3). */
  autoEstablishSocketConnection(auto: boolean): this {
    return this.#with({ auto });
  }

  subscribePresenceForAllUsers(): this {
    return this.#with({ presenceForAll: true });
  }

  /** Seconds a connection in the background lives without ping() in manual mode: 5 to 600. */
  setBackgroundGrace(seconds: number): this {
    if (!(seconds >= GRACE_SECONDS.min && seconds <= GRACE_SECONDS.max)) {
      throw failure("ERR_BAD_REQUEST", { message: "The background grace is 5 to 600 seconds." });
    }
    return this.#with({ graceMs: Math.round(seconds * 1_000) });
  }

  /** A hidden page counts as background. */
  treatHiddenTabAsBackground(hiddenIsBackground: boolean): this {
    return this.#with({ hiddenIsBackground });
  }

  /** Marks every message that arrives as delivered (chat.md 19.1). */
  autoDeliveryReceipts(autoDelivery: boolean): this {
    return this.#with({ autoDelivery });
  }

  /** SESSION: the login lives with the tab. */
  setStorageMode(storageMode: StorageMode): this {
    return this.#with({ storageMode });
  }

  build(): AppSettings {
    return this.#settings;
  }

  #with(change: Partial<AppSettings>): this {
    this.#settings = { ...this.#settings, ...change };
    return this;
  }
}
