import { type EntryResult, MemberScope, type Group as WireGroup } from "@parlance/proto/group/v1/group";
import { ReceiverType, type Message } from "@parlance/proto/messaging/v1/message";
import type { GroupTypeName, ScopeName } from "../constants.js";
import { rpcs } from "../engine/rpcs.js";
import { failure } from "../errors.js";
import { toGroup, type Group, type GroupMember } from "../model/group.js";
import { groupTypeToWire, scopeToWire, toJsonText } from "../model/wire.js";
import type { Root } from "../root.js";

/** Outcome by uid (chat.md 1.2.8). */
export type ResultMap = Readonly<Record<string, "success" | { readonly code: string; readonly message: string }>>;

function resultMap(results: readonly EntryResult[]): ResultMap {
  return Object.fromEntries(results.map(({ uid, success, errorCode, errorMessage }) =>
    [uid, success ? "success" : { code: errorCode, message: errorMessage }]));
}

function known(group: WireGroup | undefined): Group {
  if (group === undefined) throw failure("UNKNOWN_ERROR_OCCURRED");
  return toGroup(group);
}

const entries = (members: readonly GroupMember[]) => members.map(({ uid, scope }) => ({
  uid, scope: scope === undefined ? MemberScope.PARTICIPANT : scopeToWire(scope),
}));

const content = ({ guid, name, icon, description, metadata, tags }: Group) =>
  ({ guid, name, icon, description, metadataJson: metadata && toJsonText(metadata), tags: [...(tags ?? [])] });

function creation(group: Group) {
  const { name = "", icon = "", description = "", metadataJson = "", ...rest } = content(group);
  return {
    ...rest, name, icon, description, metadataJson,
    type: groupTypeToWire(group.type ?? "public"), password: group.password ?? "",
  };
}

/** chat.md 9, 10, 32 "Groups". */
export function groupsApi(root: Root) {
  /** The rows this device caused are its own: it has them by the answer. */
  const own = (guid: string, ...actions: readonly (Message | undefined)[]) => {
    const address = { receiverType: ReceiverType.GROUP, receiverId: guid.toLowerCase() };
    for (const action of actions) if (action !== undefined) root.session().logs.own(address, action.seq);
  };
  return {
    ...membersApi(root, own),
    createGroup: async (group: Group): Promise<Group> => {
      const session = root.session();
      const { group: made } = await session.calls.invoke(rpcs.createGroup, creation(group));
      session.beginGroup(made?.guid ?? "");
      return known(made);
    },
    createGroupWithMembers: async (
      group: Group, added: readonly GroupMember[], bannedUIDs: readonly string[] = [],
    ): Promise<{ readonly group: Group; readonly members: ResultMap }> => {
      const request = { ...creation(group), members: entries(added), bannedUids: [...bannedUIDs] };
      const session = root.session();
      const { group: made, results } = await session.calls.invoke(rpcs.createGroup, request);
      session.beginGroup(made?.guid ?? "");
      own(group.guid, ...results.map(({ action }) => action));
      return { group: known(made), members: resultMap(results) };
    },
    updateGroup: async (group: Group): Promise<Group> => {
      const request = { ...content(group), replaceTags: group.tags !== undefined };
      return known((await root.session().calls.invoke(rpcs.updateGroup, request)).group);
    },
    deleteGroup: async (guid: string): Promise<boolean> => {
      const session = root.session();
      await session.calls.invoke(rpcs.deleteGroup, { guid });
      session.logs.forget({ receiverType: ReceiverType.GROUP, receiverId: guid.toLowerCase() });
      return true;
    },
    getGroup: async (guid: string): Promise<Group> => known((await root.session().calls.invoke(rpcs.getGroup, { guid })).group),
    transferGroupOwnership: async (guid: string, uid: string): Promise<Group> =>
      known((await root.session().calls.invoke(rpcs.transferOwnership, { guid, uid })).group),
    /** `type` is a hint; the stored type decides. */
    joinGroup: async (guid: string, _type?: GroupTypeName, password = ""): Promise<Group> => {
      const { group, action } = await root.session().calls.invoke(rpcs.joinGroup, { guid, password });
      own(guid, action);
      return known(group);
    },
    leaveGroup: async (guid: string): Promise<boolean> => {
      const session = root.session();
      await session.calls.invoke(rpcs.leaveGroup, { guid });
      session.logs.forget({ receiverType: ReceiverType.GROUP, receiverId: guid.toLowerCase() });
      return true;
    },
  };
}

type Own = (guid: string, ...actions: readonly (Message | undefined)[]) => void;

function membersApi(root: Root, own: Own) {
  return {
    addMembersToGroup: async (
      guid: string, added: readonly GroupMember[], bannedUIDs: readonly string[] | null = [],
    ): Promise<ResultMap> => {
      const request = { guid, members: entries(added), bannedUids: [...(bannedUIDs ?? [])] };
      const { results } = await root.session().calls.invoke(rpcs.addMembers, request);
      own(guid, ...results.map(({ action }) => action));
      return resultMap(results);
    },
    kickGroupMember: async (guid: string, uid: string): Promise<boolean> => {
      own(guid, (await root.session().calls.invoke(rpcs.kickMember, { guid, uid })).action);
      return true;
    },
    banGroupMember: async (guid: string, uid: string): Promise<boolean> => {
      own(guid, (await root.session().calls.invoke(rpcs.banMember, { guid, uid })).action);
      return true;
    },
    unbanGroupMember: async (guid: string, uid: string): Promise<boolean> => {
      own(guid, (await root.session().calls.invoke(rpcs.unbanMember, { guid, uid })).action);
      return true;
    },
    updateGroupMemberScope: async (guid: string, uid: string, scope: ScopeName): Promise<boolean> => {
      own(guid, (await root.session().calls.invoke(rpcs.changeScope, { guid, uid, scope: scopeToWire(scope) })).action);
      return true;
    },
  };
}
