import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives `use` the path of a file in a folder that is gone afterwards. */
export async function withFile<R>(use: (path: string) => Promise<R>): Promise<R> {
  const folder = await mkdtemp(join(tmpdir(), "parlance-group-"));
  try {
    return await use(join(folder, "group.db"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
