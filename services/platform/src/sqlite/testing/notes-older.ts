// The notes module as it was before its second migration.
import { defineSqliteModule } from "../index.js";
import { sqlite as current } from "./notes.js";

export const sqlite = defineSqliteModule({
  name: "notes",
  migrations: current.migrations.slice(0, 1),
  write: { add: current.write.add },
  read: { count: current.read.count },
});
