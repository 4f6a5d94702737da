// The notes module with a further migration that fails half-way.
import { defineSqliteModule } from "../index.js";
import { sqlite as current } from "./notes.js";

export const sqlite = defineSqliteModule({
  ...current,
  migrations: [...current.migrations, "CREATE TABLE notes_more (id INTEGER); INSERT INTO notes_nowhere VALUES (1)"],
});
