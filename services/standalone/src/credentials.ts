// What the first start makes and later starts keep: the keys of the default app are shown by the platform only once, so
// they stay in a file that only this user may read.
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Credentials {
  readonly appId: string;
  readonly authKey: string;
  readonly restApiKey: string;
  readonly adminKey: string;
  readonly realtimeUrl: string;
  readonly restUrl: string;
  /** `host:port` by service. */
  readonly grpc: Readonly<Record<"identity" | "group" | "messaging" | "presence", string>>;
}

const FILE = "credentials.json";

export async function readCredentials(folder: string): Promise<Credentials | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, FILE), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return JSON.parse(text) as Credentials;
}

/** Replaces the file whole: a crash leaves the old one or the new one. */
export async function writeCredentials(folder: string, credentials: Credentials): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, FILE);
  await writeFile(`${path}.new`, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
}
