import { fail } from "@parlance/platform/errors";
import { methodNameOf, type OutgoingContext, type RpcChannel } from "@parlance/platform/rpc";
import { GroupServiceService } from "@parlance/proto/group/v1/group_service";
import { App, User, type VerifyAuthTokenResponse } from "@parlance/proto/identity/v1/identity";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { PresenceServiceService } from "@parlance/proto/presence/v1/presence_service";

interface Codec {
  readonly path: string;
  readonly requestDeserialize: (bytes: never) => unknown;
  readonly responseSerialize: (value: never) => Uint8Array;
}

export interface SeenCall {
  readonly method: string;
  readonly request: unknown;
  readonly context: OutgoingContext;
}

export type Answer = (request: never, context: OutgoingContext) => unknown;

const codecs = new Map<string, Codec>(
  [IdentityServiceService, GroupServiceService, MessagingServiceService, PresenceServiceService]
    .flatMap((service) => Object.values(service) as Codec[]).map((codec) => [methodNameOf(codec.path), codec]),
);

/** Services that answer as a test says; they know the users alice, bob and carol of the app `one`, with tokens `<uid>-token`. */
export class ScriptedServices implements RpcChannel {
  readonly seen: SeenCall[] = [];
  readonly groupsOf = new Map<string, string[]>();
  readonly #answers = new Map<string, Answer>();

  constructor() {
    this.on("identity.VerifyAuthToken", ({ token }: { readonly token: string }) => verified(token));
    this.on("group.ListJoinedGuids", ({ uid }: { readonly uid: string }) => ({ guids: this.groupsOf.get(uid) ?? [] }));
    for (const method of [
      "presence.ReportConnections", "presence.ReplaceConnections", "presence.RenewLease", "presence.SignalTyping",
      "presence.SendTransient", "presence.UnsubscribePresence",
    ]) this.on(method, () => ({}));
    this.on("presence.SubscribePresence", () => ({ presences: [] }));
  }

  on(method: string, answer: Answer): void {
    this.#answers.set(method, answer);
  }

  calls(method: string): SeenCall[] {
    return this.seen.filter((call) => call.method === method);
  }

  async call(method: string, bytes: Uint8Array, context: OutgoingContext): Promise<Uint8Array> {
    const codec = codecs.get(method);
    const answer = this.#answers.get(method);
    if (codec === undefined || answer === undefined) throw fail("ERR_NOT_IMPLEMENTED");
    const request = codec.requestDeserialize(bytes as never);
    this.seen.push({ method, request, context });
    const value = await answer(request as never, context);
    return codec.responseSerialize({ ...EMPTY, ...(value as object) } as never);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const EMPTY = { replaceWanted: false };

function verified(token: string): VerifyAuthTokenResponse {
  const [uid = "", kind = ""] = token.split("-");
  if (kind === "expired") throw fail("AUTH_ERR_AUTH_TOKEN_EXPIRED");
  if (kind !== "token" || !["alice", "bob", "carol"].includes(uid)) throw fail("AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
  return { app: App.fromPartial({ appId: "one" }), user: User.fromPartial({ uid }), tokenId: `${uid}-handle`, expiresAtMs: 0 };
}
