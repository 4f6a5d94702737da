// An ordinary gRPC program that shares nothing with us but the protos: grpc-js and proto-loader, as any Node program has them.
import {
  credentials, loadPackageDefinition, Metadata, type Client, type ClientDuplexStream, type GrpcObject, type ServiceClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer, loadSync, type PackageDefinition } from "@grpc/proto-loader";
import { fileURLToPath } from "node:url";
import type { Json } from "@parlance/platform/testing";
import { before } from "../testing/device.js";

const OPTIONS = { keepCase: false, longs: Number, enums: String, defaults: false, oneofs: true } as const;
const REPOSITORY = new URL("../../../../../", import.meta.url);

/** A client whose stubs come from the proto files of the repository. */
export function fromProtos(service: string): PackageDefinition {
  const includeDirs = [fileURLToPath(new URL("proto", REPOSITORY))];
  return loadSync(`parlance/${service}/v1/${service}_service.proto`, { ...OPTIONS, includeDirs });
}

function standard(file: "health" | "reflection"): PackageDefinition {
  return loadSync(fileURLToPath(new URL(`services/standalone/test/grpc/${file}.proto`, REPOSITORY)), OPTIONS);
}

export type Keys = Readonly<Record<string, string>>;

export class Outsider {
  readonly #address: string;
  readonly #clients: Client[] = [];

  constructor(port: number) {
    this.#address = `127.0.0.1:${port}`;
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  /** One unary call; rejects with grpc-js's ServiceError. */
  call(definition: PackageDefinition, service: string, method: string, request: Json, keys: Keys = {}): Promise<Json> {
    const client = this.#client(definition, service) as unknown as Record<string, Unary>;
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(keys)) metadata.set(key, value);
    return before(new Promise<Json>((resolve, reject) => {
      client[method]!(request, metadata, (error, response) => (error === null ? resolve(response) : reject(error)));
    }), method);
  }

  health(service: string): Promise<Json> {
    return this.call(standard("health"), "grpc.health.v1.Health", "check", { service });
  }

  /** Names of all services, as the server itself tells them. */
  async services(): Promise<string[]> {
    const { listServicesResponse } = await this.#reflect({ listServices: "*" });
    return (listServicesResponse as { service: { name: string }[] }).service.map(({ name }) => name);
  }

  /** Stubs from what the server tells of a service, without any proto file. */
  async reflected(service: string): Promise<PackageDefinition> {
    const { fileDescriptorResponse } = await this.#reflect({ fileContainingSymbol: service });
    const { fileDescriptorProto } = fileDescriptorResponse as { fileDescriptorProto: Buffer[] };
    return loadFileDescriptorSetFromBuffer(setOf(fileDescriptorProto), OPTIONS);
  }

  #reflect(request: Json): Promise<Json> {
    const client = this.#client(standard("reflection"), "grpc.reflection.v1.ServerReflection") as unknown as Record<string, Duplex>;
    const stream = client["serverReflectionInfo"]!();
    const answered = new Promise<Json>((resolve, reject) => void stream.once("data", resolve).once("error", reject));
    stream.write(request);
    return before(answered, "reflection").finally(() => stream.end());
  }

  #client(definition: PackageDefinition, service: string): Client {
    const found = service.split(".").reduce<unknown>((at, name) => (at as GrpcObject)[name], loadPackageDefinition(definition));
    const client = new (found as ServiceClientConstructor)(this.#address, credentials.createInsecure());
    this.#clients.push(client);
    return client;
  }
}

type Unary = (request: Json, metadata: Metadata, done: (error: ServiceError | null, response: Json) => void) => void;
type Duplex = () => ClientDuplexStream<Json, Json>;

/** A FileDescriptorSet: each file as field 1, with its length before it. */
function setOf(files: readonly Buffer[]): Buffer {
  return Buffer.concat(files.flatMap((file) => [Buffer.of(0x0a), varint(file.length), file]));
}

function varint(value: number): Buffer {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}
