import { fail } from "@parlance/platform/errors";
import { appId } from "@parlance/platform/ids";
import type { GetAppRequest, GetAppResponse } from "@parlance/proto/identity/v1/identity";
import type { IdentityContext } from "../context.js";
import { toApp } from "../domain/views.js";

type Deps = Pick<IdentityContext, "apps">;

export const getApp = ({ apps }: Deps) => async (request: GetAppRequest): Promise<GetAppResponse> => {
  const app = await apps.get(appId(request.appId));
  if (app === undefined) throw fail("ERR_APP_NOT_FOUND");
  return { app: toApp(app) };
};
