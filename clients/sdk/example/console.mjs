// The realtime protocol by hand: every line you type is sent as a frame, every frame that comes is printed. The first line opens
// the connection, so that there is time to prepare the hello. See gateway/README.md for the frames.
//
//   node clients/sdk/example/console.mjs [ws://127.0.0.1:8080/v1/realtime]
import { createInterface } from "node:readline";
import process from "node:process";
import WebSocket from "ws";

const url = process.argv[2] ?? "ws://127.0.0.1:8080/v1/realtime";
const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: process.stdin.isTTY ? "> " : "" });
let send = connect;

terminal.on("line", (line) => {
  if (line.trim() !== "") send(line);
  terminal.prompt();
});
// Answers to what was typed just before the end of input still come.
terminal.on("close", () => setTimeout(() => process.exit(), 500));
terminal.prompt();

function connect(hello) {
  const socket = new WebSocket(url, "parlance.v1.json");
  const waiting = [hello];
  send = (line) => (socket.readyState === WebSocket.OPEN ? socket.send(line) : waiting.push(line));
  socket.onopen = () => waiting.splice(0).forEach((line) => socket.send(line));
  socket.onmessage = ({ data }) => print(typeof data === "string" ? `< ${data}` : "< (binary)");
  socket.onerror = ({ message }) => print(message);
  socket.onclose = ({ code, reason }) => {
    print(`closed with ${code} ${reason}; the next line connects again`);
    send = connect;
  };
}

function print(line) {
  if (process.stdin.isTTY) process.stdout.write("\r\x1b[K");
  console.log(line);
  terminal.prompt(true);
}
