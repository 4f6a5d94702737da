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
