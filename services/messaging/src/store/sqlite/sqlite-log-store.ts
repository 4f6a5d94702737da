import { fail } from "@parlance/platform/errors";
import type { Uid } from "@parlance/platform/ids";
import { createCommands, type Sqlite, type SqliteCommands } from "@parlance/platform/sqlite";
import type { ConversationId } from "../../domain/conversation.js";
import type { AppendOutcome, LogEnd, LogStore, NewRow, Publication, RowOutbox, StoredRow } from "../ports.js";
import { packRows } from "./packed-rows.js";
import type { sqlite } from "./module.js";
import { SqlitePublication } from "./sqlite-publication.js";

export class SqliteLogStore implements LogStore, RowOutbox {
  readonly #commands: SqliteCommands<typeof sqlite>;

  constructor(db: Sqlite) {
    this.#commands = createCommands<typeof sqlite>(db, "messaging");
  }

  append(rows: readonly NewRow[]): Promise<readonly AppendOutcome[]> {
    return this.#commands.write.append(packRows(rows));
  }

  ends(conversations: readonly ConversationId[]): Promise<readonly LogEnd[]> {
    return this.#commands.read.ends(conversations);
  }

  async findByMuid(conversation: ConversationId, sender: Uid, muid: string): Promise<StoredRow | undefined> {
    return (await this.#commands.read.findByMuid({ conversation, sender, muid })) ?? undefined;
  }

  async probe(): Promise<void> {
    const enforced = await this.#commands.write.probe();
    if (!enforced.fence || !enforced.muid) throw fail("ERR_EXCEPTION", "the store does not enforce the fence and the idempotency key");
  }

  erase(conversation: ConversationId, incarnation: string): Promise<void> {
    return this.#commands.write.erase({ conversation, incarnation });
  }

  async publication(): Promise<Publication> {
    return new SqlitePublication(this.#commands, await this.#commands.read.publishedThrough());
  }
}
