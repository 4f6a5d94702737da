import { normaliseId } from "@parlance/platform/ids";
import type { RpcChannel } from "@parlance/platform/rpc";
import { ResolveUsersRequest, ResolveUsersResponse, User } from "@parlance/proto/identity/v1/identity";

/** Stands in for identity: users that tests add and take away. */
export class Directory implements RpcChannel {
  calls = 0;
  readonly #users = new Map<string, User>();

  add(app: string, uid: string, name = uid, fields: Partial<User> = {}): User {
    const user = User.fromPartial({ uid: normaliseId(uid)!, name, role: "default", createdAtMs: 1, ...fields });
    this.#users.set(`${app}/${uid}`, user);
    return user;
  }

  remove(app: string, uid: string): void {
    this.#users.delete(`${app}/${uid}`);
  }

  async call(_method: string, request: Uint8Array, { app }: Parameters<RpcChannel["call"]>[2]): Promise<Uint8Array> {
    this.calls += 1;
    const { uids } = ResolveUsersRequest.decode(request);
    const users = uids.flatMap((uid) => this.#users.get(`${app}/${uid}`) ?? []);
    return ResolveUsersResponse.encode({ users }).finish();
  }

  async close(): Promise<void> {}
}
