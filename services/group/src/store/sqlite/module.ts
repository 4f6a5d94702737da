import { outboxModule } from "@parlance/platform/eventlog";
import { defineSqliteModule } from "@parlance/platform/sqlite";
import { create, delivered, edit, remove, replacePassword } from "./edits.js";
import { countGroups, listGroups } from "./group-list.js";
import { eraseSome, rename } from "./people.js";
import { countBans, countMembers, listBans, listMembers } from "./people-lists.js";
import { guidsOf, state } from "./reads.js";
import { SCHEMA } from "./schema.js";

const outbox = outboxModule("group");

export const sqlite = defineSqliteModule({
  name: "group",
  migrations: [SCHEMA, ...outbox.migrations],
  write: { create, edit, remove, replacePassword, delivered, rename, eraseSome, ...outbox.write },
  read: { state, guidsOf, listGroups, countGroups, listMembers, countMembers, listBans, countBans, ...outbox.read },
});
