import type { Guid, Uid } from "@parlance/platform/ids";
import { GroupType, HistoryVisibility } from "@parlance/proto/group/v1/group";

/** A group as it is stored. */
export interface GroupRecord {
  readonly guid: Guid;
  /** Random: a later group of the same guid has another. */
  readonly incarnation: string;
  readonly name: string;
  readonly type: GroupType;
  /** Empty unless the type is password. */
  readonly passwordHash: string;
  readonly icon: string;
  readonly description: string;
  /** The system user, or a member of scope admin. */
  readonly owner: Uid;
  /** JSON object or empty. */
  readonly metadataJson: string;
  readonly tags: readonly string[];
  readonly historyVisibility: HistoryVisibility;
  readonly membersCount: number;
  readonly createdAtMs: number;
  /** 0 while unchanged. */
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  /** Grows by one with every membership change. */
  readonly version: number;
  /** Grows by one with every write: the guard against lost updates. */
  readonly revision: number;
}

/** What may be said of a group at its creation and changed later. */
export type GroupFields = Pick<
  GroupRecord, "name" | "type" | "passwordHash" | "icon" | "description" | "metadataJson" | "tags" | "historyVisibility"
>;

export interface NewGroup extends GroupFields {
  readonly guid: Guid;
  readonly incarnation: string;
  readonly owner: Uid;
}

export function newGroup(fields: NewGroup, atMs: number): GroupRecord {
  return {
    ...fields, membersCount: 0, createdAtMs: atMs, updatedAtMs: 0, updatedBy: "", version: 0, revision: 1,
  };
}

export function defaultVisibility(type: GroupType): HistoryVisibility {
  return type === GroupType.PRIVATE ? HistoryVisibility.SINCE_JOIN : HistoryVisibility.FULL;
}

/** New values; what is absent stays. */
export type GroupChange = { readonly [K in keyof GroupFields]?: GroupFields[K] | undefined };

const PLAIN_FIELDS = [
  "name", "type", "passwordHash", "icon", "description", "metadataJson", "historyVisibility",
] as const satisfies readonly (keyof GroupFields)[];

/** The group after a change; the same object when nothing is different. */
export function changedGroup(group: GroupRecord, change: GroupChange, by: Uid, atMs: number): GroupRecord {
  const tags = change.tags ?? group.tags;
  const sameTags = tags.length === group.tags.length && tags.every((tag, at) => tag === group.tags[at]);
  if (sameTags && PLAIN_FIELDS.every((field) => (change[field] ?? group[field]) === group[field])) return group;
  return {
    ...group,
    name: change.name ?? group.name,
    type: change.type ?? group.type,
    passwordHash: change.passwordHash ?? group.passwordHash,
    icon: change.icon ?? group.icon,
    description: change.description ?? group.description,
    metadataJson: change.metadataJson ?? group.metadataJson,
    historyVisibility: change.historyVisibility ?? group.historyVisibility,
    tags,
    updatedAtMs: atMs,
    updatedBy: by,
  };
}

export function conversationIdOf(guid: Guid): string {
  return `group_${guid}`;
}

export function changedOwner(group: GroupRecord, owner: Uid, by: Uid, atMs: number): GroupRecord {
  return { ...group, owner, updatedAtMs: atMs, updatedBy: by };
}
