import type { AppId, Uid } from "@parlance/platform/ids";
import { createCommands, type Sqlite, type SqliteCommands } from "@parlance/platform/sqlite";
import type { ConversationId } from "../../domain/conversation.js";
import type { MemberChange } from "../../domain/member.js";
import type { RaiseMark, SyncAnswer, SyncQuery, View, ViewQuery, ViewStore, ViewWithEnd } from "../ports.js";
import type { sqlite } from "./module.js";

export class SqliteViewStore implements ViewStore {
  readonly #commands: SqliteCommands<typeof sqlite>;

  constructor(db: Sqlite) {
    this.#commands = createCommands<typeof sqlite>(db, "messaging");
  }

  async find(conversation: ConversationId, uid: Uid): Promise<View | undefined> {
    return (await this.#commands.read.findView({ conversation, uid })) ?? undefined;
  }

  async findWithEnd(conversation: ConversationId, uid: Uid): Promise<ViewWithEnd | undefined> {
    return (await this.#commands.read.findViewWithEnd({ conversation, uid })) ?? undefined;
  }

  list(app: AppId, uid: Uid, query: ViewQuery): Promise<readonly ViewWithEnd[]> {
    return this.#commands.read.listViews({ app, uid, query });
  }

  changesSince(app: AppId, uid: Uid, query: SyncQuery): Promise<SyncAnswer> {
    return this.#commands.read.changesSince({ app, uid, query });
  }

  applyMember(conversation: ConversationId, label: string, change: MemberChange): Promise<void> {
    return this.#commands.write.applyMember({ conversation, label, change });
  }

  async raise(raise: RaiseMark): Promise<{ readonly before: View; readonly after: View } | undefined> {
    return (await this.#commands.write.raise(raise)) ?? undefined;
  }
}
