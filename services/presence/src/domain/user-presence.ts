import type { AppId, SessionId, Uid } from "@parlance/platform/ids";

/** One authenticated socket somewhere in the cluster. */
export interface OpenConnection {
  readonly sessionId: SessionId;
  readonly app: AppId;
  readonly uid: Uid;
}

export interface ConnectionChange {
  readonly connection: OpenConnection;
  readonly closed: boolean;
  /** Closed for good (bye, logout, revocation, deactivation): no grace. */
  readonly final: boolean;
}

/** What others see of a user. */
export interface Status {
  readonly online: boolean;
  /** Unix ms when the last connection closed; 0 for unknown, and while online. */
  readonly lastActiveAtMs: number;
}

/** A user came online or went offline. */
export interface Transition extends Status {
  readonly app: AppId;
  readonly uid: Uid;
  /** Unix ms. */
  readonly atMs: number;
}

export const userKey = ({ app, uid }: { readonly app: AppId; readonly uid: Uid }) => `${app}/${uid}`;
