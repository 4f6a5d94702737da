import type { AppId, Uid } from "@parlance/platform/ids";
import { createCommands, type Sqlite, type SqliteCommands } from "@parlance/platform/sqlite";
import type { ConversationId } from "../../domain/conversation.js";
import type { HistoryQuery, HistoryStore, RowPage, StoredRow } from "../ports.js";
import type { sqlite } from "./module.js";

export class SqliteHistoryStore implements HistoryStore {
  readonly #commands: SqliteCommands<typeof sqlite>;

  constructor(db: Sqlite) {
    this.#commands = createCommands<typeof sqlite>(db, "messaging");
  }

  rowsAfter(conversation: ConversationId, afterSeq: number, throughSeq: number, limit: number): Promise<RowPage> {
    return this.#commands.read.rowsAfter({ conversation, afterSeq, throughSeq, limit });
  }

  page(conversation: ConversationId, query: HistoryQuery): Promise<RowPage> {
    return this.#commands.read.page({ conversation, query });
  }

  pageOfUser(app: AppId, uid: Uid, query: HistoryQuery): Promise<readonly StoredRow[]> {
    return this.#commands.read.pageOfUser({ app, uid, query });
  }

  async byId(app: AppId, id: number): Promise<StoredRow | undefined> {
    return (await this.#commands.read.byId({ app, id })) ?? undefined;
  }

  async changeOf(app: AppId, messageId: number, kind: "edit" | "delete"): Promise<StoredRow | undefined> {
    return (await this.#commands.read.changeOf({ app, messageId, kind })) ?? undefined;
  }

  authorsBetween(conversation: ConversationId, after: number, through: number, not: Uid, limit: number): Promise<readonly Uid[]> {
    return this.#commands.read.authorsBetween({ conversation, after, through, not, limit });
  }
}
