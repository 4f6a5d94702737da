import { defineSqliteModule } from "@parlance/platform/sqlite";

/** Empties the store: opening a file with its threads for every test costs a quarter of a second. */
export const sqlite = defineSqliteModule({
  name: "reset",
  migrations: [],
  write: {
    all: (db) => {
      for (const table of ["rows", "views", "conversations", "erased"]) db.sql(`DELETE FROM messaging_${table}`).run();
      db.sql("UPDATE messaging_published SET n = 0").run();
      db.sql("UPDATE messaging_view_changes SET no = 0").run();
    },
  },
  read: {},
});
