import { guid, uid } from "@parlance/platform/ids";
import type { GroupRecord } from "../../domain/group.js";
import type { BanRecord, MemberRecord } from "../../domain/roster.js";
import type { PendingEvent } from "../ports.js";

export interface GroupRow {
  readonly grp: number;
  readonly guid: string;
  readonly incarnation: string;
  readonly name: string;
  readonly type: number;
  readonly password_hash: string;
  readonly icon: string;
  readonly description: string;
  readonly owner: string;
  readonly metadata_json: string;
  readonly tags_json: string;
  readonly history_visibility: number;
  readonly members_count: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly updated_by: string;
  readonly version: number;
  readonly revision: number;
}

export const GROUP_COLUMNS = [
  "grp", "guid", "incarnation", "name", "type", "password_hash", "icon", "description", "owner", "metadata_json",
  "tags_json", "history_visibility", "members_count", "created_at_ms", "updated_at_ms", "updated_by", "version",
  "revision",
].map((column) => `g.${column}`).join(", ");

export function groupOf(row: GroupRow): GroupRecord {
  return {
    guid: guid(row.guid),
    incarnation: row.incarnation,
    name: row.name,
    type: row.type,
    passwordHash: row.password_hash,
    icon: row.icon,
    description: row.description,
    owner: uid(row.owner),
    metadataJson: row.metadata_json,
    tags: JSON.parse(row.tags_json) as string[],
    historyVisibility: row.history_visibility,
    membersCount: row.members_count,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    updatedBy: row.updated_by,
    version: row.version,
    revision: row.revision,
  };
}

export interface MemberRow {
  readonly uid: string;
  readonly name: string;
  readonly name_at_ms: number;
  readonly scope: number;
  readonly joined_at_ms: number;
}

export const MEMBER_COLUMNS = "m.uid, m.name, m.name_at_ms, m.scope, m.joined_at_ms";

export function memberOf(row: MemberRow): MemberRecord {
  return {
    uid: uid(row.uid), name: row.name, nameAtMs: row.name_at_ms, scope: row.scope, joinedAtMs: row.joined_at_ms,
  };
}

export interface BanRow {
  readonly uid: string;
  readonly name: string;
  readonly name_at_ms: number;
  readonly former_scope: number;
  readonly banned_at_ms: number;
  readonly banned_by: string;
}

export const BAN_COLUMNS = "b.uid, b.name, b.name_at_ms, b.former_scope, b.banned_at_ms, b.banned_by";

export function banOf(row: BanRow): BanRecord {
  return {
    uid: uid(row.uid), name: row.name, nameAtMs: row.name_at_ms, formerScope: row.former_scope,
    bannedAtMs: row.banned_at_ms, bannedBy: uid(row.banned_by),
  };
}

export interface PendingRow {
  readonly incarnation: string;
  readonly event_id: string;
  readonly kind: number;
  readonly uid: string;
  readonly by_uid: string;
  readonly new_scope: number;
  readonly value: Uint8Array;
}

/** Kind 0 is a deletion. */
export function pendingOf(row: PendingRow): PendingEvent {
  const { incarnation, value, kind, event_id: eventId } = row;
  const by = uid(row.by_uid);
  const step = { eventId, incarnation, kind, uid: uid(row.uid), by, newScope: row.new_scope };
  return { eventId, incarnation, by, value, step: kind === 0 ? undefined : step };
}
