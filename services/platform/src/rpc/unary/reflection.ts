import type { Server } from "@grpc/grpc-js";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { ReflectionService } from "@grpc/reflection";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { asBuffer } from "../transport.js";

const FILE_FIELD = 1;

/** A FileDescriptorSet, still encoded, one by one. */
function filesOf(descriptorSet: Uint8Array): Buffer[] {
  const files: Buffer[] = [];
  const reader = new BinaryReader(descriptorSet);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === FILE_FIELD) files.push(asBuffer(reader.bytes()));
    else reader.skip(wireType, number);
  }
  return files;
}

/** Lets tools ask a server what it offers. `services` are the full names that are listed. */
export function addReflection(server: Server, services: readonly string[]): void {
  const path = createRequire(import.meta.url).resolve("@parlance/proto/descriptors.binpb");
  const fileDescriptorProtos = filesOf(readFileSync(path));
  // The library reads this one field of a proto-loader definition.
  const definition = { files: { fileDescriptorProtos } } as unknown as ConstructorParameters<typeof ReflectionService>[0];
  new ReflectionService(definition, { services: [...services] }).addToServer(server);
}
