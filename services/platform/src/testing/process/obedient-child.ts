/** A process for the tests of Child: the first argument says how it behaves. */
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";

const [behaviour, path = ""] = process.argv.slice(2);

if (behaviour === "die") {
  process.stderr.write("no such setting: PARLANCE_NONSENSE\n");
  process.exitCode = 3;
} else {
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    if (behaviour === "chatter")
      for (let line = 0; line < 20_000; line += 1) process.stdout.write(`line ${line} ${"x".repeat(80)}\n`);
    if (behaviour === "file") writeFileSync(path, `port ${port}`);
    if (behaviour !== "silent") process.stdout.write(`listening on ${port}\n`);
  });
  process.on("SIGTERM", () => {
    process.stdout.write("goodbye\n");
    server.close();
  });
}
