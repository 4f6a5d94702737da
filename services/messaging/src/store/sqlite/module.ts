// The SQLite module of the messaging service; runs in the database threads.
import { defineSqliteModule } from "@parlance/platform/sqlite";
import { append } from "./append.js";
import { applyMember } from "./conversation-write.js";
import { erase } from "./erase.js";
import { authorsBetween, byId, changeOf, page, pageOfUser, rowsAfter } from "./history-read.js";
import { ends, findByMuid, markPublished, probe, publishedThrough, unpublished } from "./log-read.js";
import { SCHEMA } from "./schema.js";
import { changesSince } from "./sync-read.js";
import { findView, findViewWithEnd, listViews } from "./view-read.js";
import { raise } from "./view-write.js";

export const sqlite = defineSqliteModule({
  name: "messaging",
  migrations: [SCHEMA],
  write: { append, applyMember, erase, markPublished, probe, raise },
  read: {
    authorsBetween, byId, changeOf, changesSince, ends, findByMuid, findView, findViewWithEnd, listViews, page, pageOfUser,
    publishedThrough, rowsAfter, unpublished,
  },
});
