import { DatabaseSync } from "@photostructure/sqlite";
import { isStorageError } from "./storage-error.js";

/** Held by the one process that may use a file. */
export interface FileLock {
  release(): void;
}

/**
 * The lock is an open exclusive transaction on a small database beside the file (`<path>.lock`): it is the operating
 * system's lock on an open file, so it ends with the process however that dies, and can never be left behind.
 */
export function lockFile(path: string): FileLock {
  const database = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!isStorageError(error)) throw error;
    throw new Error(`another process uses the database ${path}; only one may, stop the other first`, { cause: error });
  }
  return { release: () => database.close() };
}
