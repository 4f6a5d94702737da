import { uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { DeactivateUsersRequest, DeactivateUsersResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";

type Deps = Pick<IdentityContext, "users" | "credentials" | "clock">;

export const deactivateUsers = ({ users, credentials, clock }: Deps) =>
  async (request: DeactivateUsersRequest, { app }: CallContext): Promise<DeactivateUsersResponse> => {
    const { deactivated, alreadyDeactivated, notFound } =
      await users.deactivate(app, request.uids.map(uid), clock.now());
    for (const each of deactivated) credentials.forgetUser(app, each);
    return {
      deactivated: [...deactivated], alreadyDeactivated: [...alreadyDeactivated], notFound: [...notFound],
    };
  };
