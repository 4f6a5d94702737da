/** One WebSocket, whoever implements it. */
export interface Socket {
  send(frame: Uint8Array): void;
  /** The handlers hear nothing that was not already under way. */
  close(code: number): void;
}

export interface SocketHandlers {
  readonly onOpen: () => void;
  readonly onFrame: (frame: Uint8Array) => void;
  /** Exactly once; 1006 when there was no close frame. */
  readonly onClose: (code: number, reason: string) => void;
}

export type OpenSocket = (url: string, handlers: SocketHandlers) => Socket;

export const SUBPROTOCOL = "parlance.v1.proto";

/** The part of the standard's WebSocket that is used. */
interface WebSocketLike {
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(data: Uint8Array): void;
  close(code?: number): void;
}

export type WebSocketConstructor = new (url: string, protocol: string) => WebSocketLike;
