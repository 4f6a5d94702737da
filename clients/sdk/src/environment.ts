// What the SDK needs of the place it runs in. Nothing here imports Node: what a browser lacks is looked up when it is needed.

import { systemClock, type Clock } from "./clock.js";
import type { AppState, StorageMode } from "./constants.js";
import { SUBPROTOCOL, type OpenSocket, type Socket, type SocketHandlers, type WebSocketConstructor } from "./engine/socket.js";
import { fetchHttp, type Http } from "./http.js";
import { systemRandom, type Random } from "./random.js";

export interface KeyValueStore {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

export interface AppSignals {
  readonly onAppState: (state: AppState) => void;
  readonly onNetworkBack: () => void;
}

export interface Environment {
  readonly clock: Clock;
  readonly random: Random;
  readonly openSocket: OpenSocket;
  readonly http: Http;
  readonly storage: (mode: StorageMode) => KeyValueStore;
  /** web, node, … */
  readonly platform: string;
  readonly userAgent: string;
  /** Of the page. */
  readonly origin: string | undefined;
  /** Tells of the network and the page; answers how to stop. */
  readonly watch: (signals: AppSignals) => () => void;
}

interface WebStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

interface EventSource {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** The globals of browsers that Node has not, or not always. */
interface Globals {
  readonly WebSocket?: WebSocketConstructor;
  readonly localStorage?: WebStorage;
  readonly sessionStorage?: WebStorage;
  readonly location?: { readonly origin: string };
  readonly document?: EventSource & { readonly visibilityState: string };
  readonly addEventListener?: EventSource["addEventListener"];
  readonly removeEventListener?: EventSource["removeEventListener"];
  readonly navigator?: { readonly userAgent?: string };
}

const globals = globalThis as Globals;
const isBrowser = globals.document !== undefined;

export function systemEnvironment(): Environment {
  return {
    clock: systemClock(), random: systemRandom(), http: fetchHttp(), openSocket: openWebSocket,
    storage: (mode) => (isBrowser ? webStore(mode) : memoryStore()),
    platform: isBrowser ? "web" : "node",
    userAgent: globals.navigator?.userAgent ?? "",
    origin: isBrowser ? globals.location?.origin : undefined,
    watch: watchPage,
  };
}

function openWebSocket(url: string, handlers: SocketHandlers): Socket {
  return globals.WebSocket === undefined ? openLater(url, handlers) : adapt(globals.WebSocket, url, handlers);
}

/** Where there is no WebSocket, the one for Node is loaded first. */
function openLater(url: string, handlers: SocketHandlers): Socket {
  let socket: Socket | undefined;
  let closed = false;
  import("./node-websocket.js").then(
    ({ NodeWebSocket }) => {
      if (!closed) socket = adapt(NodeWebSocket, url, handlers);
    },
    () => handlers.onClose(1006, "There is no WebSocket here."),
  );
  return {
    send: (frame) => socket?.send(frame),
    close: (code) => {
      closed = true;
      socket?.close(code);
    },
  };
}

function adapt(Implementation: WebSocketConstructor, url: string, handlers: SocketHandlers): Socket {
  const socket = new Implementation(url, SUBPROTOCOL);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => handlers.onOpen();
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) handlers.onFrame(new Uint8Array(data));
  };
  // A close event follows every error.
  socket.onerror = () => undefined;
  socket.onclose = ({ code, reason }) => handlers.onClose(code, reason);
  return { send: (frame) => socket.send(frame), close: (code) => socket.close(code) };
}

function memoryStore(): KeyValueStore {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  };
}

/** Falls back to memory where the browser forbids storage. */
function webStore(mode: StorageMode): KeyValueStore {
  const memory = memoryStore();
  const guarded = <T>(use: (store: WebStorage) => T, otherwise: () => T): T => {
    try {
      const store = mode === "LOCAL" ? globals.localStorage : globals.sessionStorage;
      return store === undefined ? otherwise() : use(store);
    } catch {
      return otherwise();
    }
  };
  return {
    get: (key) => guarded((store) => store.getItem(key) ?? undefined, () => memory.get(key)),
    set: (key, value) => guarded((store) => store.setItem(key, value), () => memory.set(key, value)),
    remove: (key) => guarded((store) => store.removeItem(key), () => memory.remove(key)),
  };
}

function watchPage({ onAppState, onNetworkBack }: AppSignals): () => void {
  const { document: page, addEventListener, removeEventListener } = globals;
  if (page === undefined || addEventListener === undefined) return () => undefined;
  const onVisibility = () => onAppState(page.visibilityState === "hidden" ? "background" : "foreground");
  onVisibility();
  page.addEventListener("visibilitychange", onVisibility);
  addEventListener.call(globalThis, "online", onNetworkBack);
  return () => {
    page.removeEventListener("visibilitychange", onVisibility);
    removeEventListener?.call(globalThis, "online", onNetworkBack);
  };
}
