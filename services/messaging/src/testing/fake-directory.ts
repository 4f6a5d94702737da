// Identity and group as far as messaging asks them.

import { fail } from "@parlance/platform/errors";
import type { RpcChannel } from "@parlance/platform/rpc";
import { GetGroupRequest, GetGroupResponse, Group } from "@parlance/proto/group/v1/group";
import { ResolveUsersRequest, ResolveUsersResponse, User } from "@parlance/proto/identity/v1/identity";

export class FakeDirectory {
  /** Names by `app/uid`; who is not here does not exist, or was deactivated. */
  readonly users = new Map<string, string>();
  /** Names by `app/guid`. */
  readonly groups = new Map<string, string>();
  /** Calls so far. */
  asked = 0;
  away = false;

  readonly identity: RpcChannel = {
    call: async (_method, request, { app }) => {
      this.#ask();
      const { uids } = ResolveUsersRequest.decode(request);
      const users = uids.flatMap((uid) => {
        const name = this.users.get(`${app}/${uid}`);
        return name === undefined ? [] : [User.fromPartial({ uid, name, role: "default" })];
      });
      return ResolveUsersResponse.encode({ users }).finish();
    },
    close: () => Promise.resolve(),
  };

  readonly group: RpcChannel = {
    call: async (_method, request, { app }) => {
      this.#ask();
      const { guid } = GetGroupRequest.decode(request);
      const name = this.groups.get(`${app}/${guid}`);
      if (name === undefined) throw fail("ERR_GUID_NOT_FOUND");
      return GetGroupResponse.encode({ group: Group.fromPartial({ guid, name }) }).finish();
    },
    close: () => Promise.resolve(),
  };

  #ask(): void {
    this.asked += 1;
    if (this.away) throw fail("ERR_OPERATION_FAILED", "away");
  }
}
