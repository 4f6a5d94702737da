// Last step of the code generation: generated messages encode with pooled writers (writer.ts), and the gRPC service
// constants take the bytes as they are instead of copying them into another Buffer.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const LIBRARY_WRITER = "writer: BinaryWriter = new BinaryWriter()";
const COPY = /Buffer\.from\((\w+\.encode\(value\)\.finish\(\))\)/g;

function pooled(text: string, toWriter: string): string {
  const copies = text.replace(COPY, "$1 as Buffer");
  if (!copies.includes(LIBRARY_WRITER)) return copies;
  const first = copies.indexOf("import ");
  const line = `import { newWriter } from ${JSON.stringify(toWriter)};\n`;
  return copies.slice(0, first) + line + copies.slice(first).replaceAll(LIBRARY_WRITER, "writer: BinaryWriter = newWriter()");
}

function main(folder: string | undefined): void {
  if (folder === undefined) throw new Error("usage: pool-writers.js <folder of generated code>");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const path = join(folder, name);
    const toWriter = join(relative(dirname(path), "."), "writer.js");
    writeFileSync(path, pooled(readFileSync(path, "utf8"), toWriter));
  }
}

main(process.argv[2]);
