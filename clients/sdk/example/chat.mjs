// A chat in the terminal.
//
//   node clients/sdk/example/chat.mjs <uid> <peer | group:guid> [--credentials data/credentials.json] [--url http://127.0.0.1:8080]
//
// The credentials are those `npm start` has written; the path is relative to where you are.
// Each line is sent. Messages, typing and presence of others are printed. Ctrl-C or /quit leaves.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { AppSettingsBuilder, MessagesRequestBuilder, Parlance, RECEIVER_TYPE, TextMessage, TypingIndicator } from "@parlance/sdk";

const { values, positionals: [uid, target] } = parseArgs({
  allowPositionals: true, options: { url: { type: "string" }, credentials: { type: "string", default: "data/credentials.json" } },
});
if (uid === undefined || target === undefined) {
  console.error("usage: node chat.mjs <uid> <peer | group:guid> [--credentials data/credentials.json] [--url http://127.0.0.1:8080]");
  process.exit(2);
}

const { appId, authKey, realtimeUrl, restUrl } = credentialsFrom(values.credentials);
const isGroup = target.startsWith("group:");
const receiverId = isGroup ? target.slice("group:".length) : target;
const receiverType = isGroup ? RECEIVER_TYPE.GROUP : RECEIVER_TYPE.USER;

const settings = new AppSettingsBuilder()
  .setRegion("local")
  .overrideClientHost(values.url ?? realtimeUrl)
  .overrideAdminHost(values.url ?? restUrl)
  .subscribePresenceForAllUsers()
  .autoDeliveryReceipts(true)
  .build();

const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: `${uid}> ` });

function credentialsFrom(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    console.error(`${path} cannot be read (${error.code ?? "no JSON"}): has the platform been started? else name the file with --credentials`);
    return process.exit(2);
  }
}

function print(line) {
  process.stdout.write("\r\x1b[K");
  console.log(line);
  terminal.prompt(true);
}

function show({ sender, text, type, category, message, deletedAt, replayed }) {
  if (category === "action") return `  · ${message}`;
  const content = deletedAt === undefined ? text ?? `[${type}]` : "(deleted)";
  return `${sender?.name ?? sender?.uid}: ${content}${replayed ? "  (missed)" : ""}`;
}

const isHere = ({ sender, receiverId: to }) => to === receiverId || sender?.uid === receiverId;

Parlance.addMessageListener("chat", {
  onTextMessageReceived: (message) => {
    if (!isHere(message)) return;
    print(show(message));
    if (message.sender?.uid !== uid) void Parlance.markAsRead(message).catch(() => undefined);
  },
  onMessageEdited: (message) => isHere(message) && print(`${show(message)}  (edited)`),
  onMessageDeleted: (message) => isHere(message) && print(show(message)),
  onMessagesRead: ({ sender, messageId }) => print(`  · ${sender.uid} has read up to ${messageId}`),
  onTypingStarted: (indicator) => isHere(indicator) && print(`  · ${indicator.sender?.uid} is typing…`),
});
Parlance.addUserListener("chat", {
  onUserOnline: (user) => print(`  · ${user.uid} is online`),
  onUserOffline: (user) => print(`  · ${user.uid} is offline`),
});
Parlance.addGroupListener("chat", {
  onGroupMemberJoined: ({ message }) => print(`  · ${message}`),
  onGroupMemberLeft: ({ message }) => print(`  · ${message}`),
  onMemberAddedToGroup: (action, user, by, group) => print(`  · ${action?.message ?? `you have created ${group.guid}`}`),
  onGroupMemberKicked: ({ message }) => print(`  · ${message}`),
});
Parlance.addConnectionListener("chat", {
  onConnecting: () => print("  · connecting…"),
  onConnected: () => print("  · connected"),
  onConnectionError: ({ code, message }) => print(`  · ${code}: ${message}`),
});
Parlance.addLoginListener("chat", {
  sessionEnded: ({ code }) => {
    print(`  · the session was ended: ${code}`);
    process.exitCode = 1;
    terminal.close();
  },
});

await Parlance.init(appId, settings);
await Parlance.login(uid, authKey);
await Parlance.connect();

const history = new MessagesRequestBuilder().setLimit(20);
(isGroup ? history.setGUID(receiverId) : history.setUID(receiverId)).build().fetchPrevious()
  .then((messages) => messages.forEach((message) => print(show(message))), ({ code }) => print(`  · no history: ${code}`));

process.stdin.on("keypress", () => {
  if (Parlance.getConnectionStatus() === "connected") Parlance.startTyping(new TypingIndicator(receiverId, receiverType));
});
terminal.on("line", (line) => {
  const text = line.trim();
  if (text === "/quit") return terminal.close();
  if (text !== "") {
    Parlance.sendMessage(new TextMessage(receiverId, text, receiverType))
      .catch(({ code, message }) => print(`  · not sent: ${code} ${message}`));
  }
  return terminal.prompt();
});
terminal.on("close", () => void leave());
terminal.prompt();

async function leave() {
  // What was typed just before the end of input still goes out.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await Parlance.logout().catch(() => undefined);
  process.exit();
}
