// An app on the SDK in a process of its own; does what it is told over IPC and remembers what its listeners were told.
import { AppSettingsBuilder, createParlance, TextMessage, type Action, type BaseMessage } from "@parlance/sdk";
import type { AppState, Command, Order, Report, Resume, Sight } from "./app-protocol.js";

const client = createParlance();
const sights: Sight[] = [];
const resumes: Resume[] = [];
const statuses: string[] = [];
let me = "";

function whereOf(message: BaseMessage): string {
  if (message.receiverType === "group") return `group:${message.receiverId}`;
  return `user:${message.sender?.uid === me ? message.receiverId : message.sender?.uid ?? ""}`;
}

function see(what: string, message: BaseMessage): void {
  sights.push({
    what, where: whereOf(message), id: message.id ?? 0, seq: message.seq ?? 0,
    text: message instanceof TextMessage ? message.text ?? "" : "", replayed: (message as { replayed?: boolean }).replayed === true,
  });
}

function act(action: Action): void {
  see(action.action ?? "action", action);
}

client.addMessageListener("app", {
  onTextMessageReceived: (message) => see("message", message),
  onMessageEdited: (message) => see("edited", message),
  onMessageDeleted: (message) => see("deleted", message),
});
client.addGroupListener("app", {
  onGroupMemberJoined: act, onGroupMemberLeft: act, onMemberAddedToGroup: act, onGroupMemberKicked: act,
});
client.addConnectionListener("app", {
  onConnecting: () => statuses.push("connecting"),
  onConnected: () => statuses.push("connected"),
  onDisconnected: () => statuses.push("disconnected"),
  onResumed: ({ recovered, truncated, gone }) => {
    resumes.push({ recovered, truncated, gone: gone.map(({ conversationType, conversationWith }) => `${conversationType}:${conversationWith}`) });
  },
});

function textTo(where: string, text: string): TextMessage {
  const [type, id] = where.split(":") as ["user" | "group", string];
  return new TextMessage(id, text, type);
}

async function perform(command: Command): Promise<unknown> {
  switch (command.do) {
    case "login": {
      await client.init(command.appId, new AppSettingsBuilder().setRegion("test").overrideClientHost(command.url).build());
      me = (await client.login(command.token)).uid;
      return client.connect();
    }
    case "send": {
      const { id, seq } = await client.sendMessage(textTo(command.where, command.text));
      return { id, seq };
    }
    case "edit": {
      const message = textTo(command.where, command.text);
      message.id = command.id;
      await client.editMessage(message);
      return undefined;
    }
    case "kick": return client.kickGroupMember(command.guid, command.uid);
    case "networkIsBack": return client.connect();
    case "look": return { sights, resumes, statuses } satisfies AppState;
  }
}

async function answer({ id, command }: Order): Promise<Report> {
  try {
    return { id, value: await perform(command) };
  } catch (error) {
    return { id, error: String((error as { code?: string }).code ?? error) };
  }
}

process.on("message", (order: Order) => {
  void answer(order).then((report) => process.send?.(JSON.parse(JSON.stringify(report))));
});
// The test is gone: so is the app.
process.on("disconnect", () => process.kill(process.pid));
process.send?.({ id: 0 });
