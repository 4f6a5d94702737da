import type { Handlers } from "@parlance/platform/rpc";
import type { GroupServiceService } from "@parlance/proto/group/v1/group_service";
import type { GroupContext } from "../context.js";
import { addMembers } from "./add-members.js";
import { banMember } from "./ban-member.js";
import { changeScope } from "./change-scope.js";
import { createGroup } from "./create-group.js";
import { deleteGroup } from "./delete-group.js";
import { getGroup } from "./get-group.js";
import { getMember } from "./get-member.js";
import { joinGroup } from "./join-group.js";
import { kickMember } from "./kick-member.js";
import { leaveGroup } from "./leave-group.js";
import { listBans } from "./list-bans.js";
import { listGroups } from "./list-groups.js";
import { listJoinedGuids } from "./list-joined-guids.js";
import { listMembers } from "./list-members.js";
import { transferOwnership } from "./transfer-ownership.js";
import { unbanMember } from "./unban-member.js";
import { updateGroup } from "./update-group.js";

export function createHandlers(context: GroupContext): Handlers<typeof GroupServiceService> {
  return {
    createGroup: createGroup(context),
    getGroup: getGroup(context),
    listGroups: listGroups(context),
    updateGroup: updateGroup(context),
    deleteGroup: deleteGroup(context),
    joinGroup: joinGroup(context),
    leaveGroup: leaveGroup(context),
    addMembers: addMembers(context),
    kickMember: kickMember(context),
    banMember: banMember(context),
    unbanMember: unbanMember(context),
    changeScope: changeScope(context),
    transferOwnership: transferOwnership(context),
    getMember: getMember(context),
    listMembers: listMembers(context),
    listBans: listBans(context),
    listJoinedGuids: listJoinedGuids(context),
  };
}
