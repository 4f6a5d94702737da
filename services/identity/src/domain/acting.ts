import { fail } from "@parlance/platform/errors";
import { uid, type Uid } from "@parlance/platform/ids";

export interface Acting {
  readonly actor: Uid;
  /** The system user acts. */
  readonly isServer: boolean;
}

/** The user a call concerns, when a user may name only itself, or nobody, and the server must name one. */
export function ownOrNamed(named: string, { actor, isServer }: Acting): Uid {
  if (isServer) {
    if (named === "") throw fail("ERR_BAD_REQUEST", undefined, { fields: { uid: "is required" } });
    return uid(named);
  }
  if (named !== "" && named !== actor) throw fail("AUTH_ERR_NO_ACCESS");
  return actor;
}
