// Makes the contract table: reads the image that `buf build` writes as JSON and writes gen/contract.ts, plain data that the
// pipeline, the validator and the codecs read. Run by `npm run codegen`; arguments: image file, output file.

import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import type {
  Access, ErrorContract, EventContract, FieldRules, FieldSchema, MessageSchema, MethodContract, ScalarType,
} from "./contract-types.js";
import { allEnums, allMessages, type Image, type ImageField, type ImageMessage, type Named, parlanceFiles } from "./image.js";

interface MethodOptions {
  readonly access?: readonly string[];
  readonly idempotent?: boolean;
  readonly deadline?: string;
  readonly routeKey?: readonly string[];
  readonly bucket?: string;
  readonly needsActor?: boolean;
  readonly routePair?: string;
  readonly everyPod?: boolean;
  readonly repeatableWith?: string;
}
interface EnumValue { readonly name: string; readonly number: number }

const methodOption = "[parlance.options.v1.method]";
const rulesOption = "[parlance.options.v1.rules]";
const eventOption = "[parlance.options.v1.event]";
const errorOption = "[parlance.options.v1.error]";
const eventMessage = "parlance.event.v1.Event";
const errorEnum = "parlance.errors.v1.ErrorCode";
const errorPrefix = "ERROR_CODE_";

/** What cannot be written as a contract; all of it is reported at once. */
type Problems = string[];

function withoutDot(typeName: string): string {
  return typeName.replace(/^\./, "");
}

function camel(snake: string): string {
  return snake.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `TYPE_INT64` to `int64`. */
function scalarOf(type: string): ScalarType | "enum" | "message" {
  return type.replace(/^TYPE_/, "").toLowerCase() as ScalarType | "enum" | "message";
}

/** Protobuf JSON writes 64-bit numbers as strings. */
function rulesOf(field: ImageField): FieldRules | undefined {
  const raw = field.options?.[rulesOption] as Record<string, unknown> | undefined;
  if (raw === undefined) return undefined;
  const entries = Object.entries(raw).map(([key, value]) => [key, key === "gte" || key === "lte" ? Number(value) : value]);
  return Object.fromEntries(entries) as FieldRules;
}

type FieldShape = Pick<FieldSchema, "type" | "typeName" | "valueType" | "repeated">;

function mapShape(entry: ImageMessage): FieldShape {
  const value = entry.field?.find((field) => field.number === 2);
  if (value === undefined) throw new Error(`map entry ${entry.name} has no value`);
  const typeName = value.typeName === undefined ? {} : { typeName: withoutDot(value.typeName) };
  return { type: "map", valueType: scalarOf(value.type), ...typeName };
}

function fieldShape(field: ImageField, mapEntries: ReadonlyMap<string, ImageMessage>): FieldShape {
  const typeName = field.typeName === undefined ? undefined : withoutDot(field.typeName);
  const entry = typeName === undefined ? undefined : mapEntries.get(typeName);
  if (entry !== undefined) return mapShape(entry);
  return {
    type: scalarOf(field.type),
    ...(typeName !== undefined && { typeName }),
    ...(field.label === "LABEL_REPEATED" && { repeated: true }),
  };
}

function fieldSchema(field: ImageField, owner: ImageMessage, mapEntries: ReadonlyMap<string, ImageMessage>): FieldSchema {
  // A proto3 optional field sits in a oneof of its own that nobody wrote.
  const written = field.oneofIndex !== undefined && field.proto3Optional !== true;
  const oneof = written ? owner.oneofDecl?.[field.oneofIndex]?.name : undefined;
  const rules = rulesOf(field);
  return {
    name: field.jsonName,
    number: field.number,
    ...fieldShape(field, mapEntries),
    ...(field.proto3Optional === true && { optional: true }),
    ...(oneof !== undefined && { oneof: camel(oneof) }),
    ...(rules !== undefined && { rules }),
  };
}

function messageTable(image: Image): Record<string, MessageSchema> {
  const all = allMessages(image);
  const isEntry = (named: Named<ImageMessage>) => named.value.options?.mapEntry === true;
  const mapEntries = new Map(all.filter(isEntry).map(({ fullName, value }) => [fullName, value]));
  return Object.fromEntries(all.filter((named) => !isEntry(named)).map(({ fullName, value }) => [
    fullName,
    { name: fullName, fields: (value.field ?? []).map((field) => fieldSchema(field, value, mapEntries)) },
  ]));
}

function lowerWithout(prefix: string, value: string | undefined): string {
  return (value ?? "").replace(prefix, "").toLowerCase();
}

function methodTable(image: Image, problems: Problems): Record<string, MethodContract> {
  const table: Record<string, MethodContract> = {};
  for (const file of parlanceFiles(image)) {
    for (const service of file.service ?? []) {
      for (const method of service.method ?? []) {
        const area = file.package?.split(".")[1] ?? "";
        const name = `${area}.${method.name}`;
        if (table[name] !== undefined) problems.push(`${name}: two RPCs of one area have this name`);
        const options = (method.options?.[methodOption] ?? {}) as MethodOptions;
        table[name] = {
          name,
          service: area,
          rpc: method.name,
          path: `/${file.package ?? ""}.${service.name}/${method.name}`,
          request: withoutDot(method.inputType),
          response: withoutDot(method.outputType),
          access: (options.access ?? []).map((access) => access.replace("ACCESS_", "") as Access),
          idempotent: options.idempotent ?? false,
          deadline: options.deadline === "DEADLINE_WRITE" ? "write" : "read",
          routeKey: options.routeKey ?? [],
          bucket: (lowerWithout("BUCKET_", options.bucket) || "none") as MethodContract["bucket"],
          needsActor: options.needsActor ?? false,
          ...(options.routePair !== undefined && { routePair: options.routePair }),
          everyPod: options.everyPod ?? false,
          ...(options.repeatableWith !== undefined && { repeatableWith: options.repeatableWith }),
        };
      }
    }
  }
  return table;
}

function eventTable(image: Image, problems: Problems): Record<string, EventContract> {
  const event = allMessages(image).find(({ fullName }) => fullName === eventMessage)?.value;
  const body = event?.oneofDecl?.findIndex(({ name }) => name === "body");
  const fields = (event?.field ?? []).filter((field) => field.oneofIndex === body && body !== undefined);
  return Object.fromEntries(fields.map((field) => {
    const options = (field.options?.[eventOption] ?? {}) as { topic?: string; audience?: string };
    if (options.topic === undefined) problems.push(`${eventMessage}.${field.name}: no topic`);
    if (options.audience === undefined) problems.push(`${eventMessage}.${field.name}: no audience`);
    return [field.jsonName, {
      kind: field.jsonName,
      message: withoutDot(field.typeName ?? ""),
      topic: lowerWithout("TOPIC_", options.topic) as EventContract["topic"],
      audience: lowerWithout("AUDIENCE_", options.audience) as EventContract["audience"],
    }];
  }));
}

function errorTable(image: Image): Record<string, ErrorContract> {
  const values = allEnums(image).find(({ fullName }) => fullName === errorEnum)?.value.value ?? [];
  return Object.fromEntries(values.filter(({ number = 0 }) => number !== 0).map(({ name, number = 0, options }) => {
    const error = (options?.[errorOption] ?? {}) as Partial<ErrorContract>;
    const catalogueName = name.slice(errorPrefix.length);
    return [catalogueName, {
      name: catalogueName,
      code: number,
      grpc: error.grpc ?? "",
      http: error.http ?? 0,
      retryable: error.retryable ?? false,
      local: error.local ?? false,
    }];
  }));
}

/** Names as JSON writes them: proto names, but error codes by their catalogue name, the word of every other surface. */
function enumTable(image: Image): Record<string, readonly EnumValue[]> {
  return Object.fromEntries(allEnums(image).map(({ fullName, value }) => {
    const prefix = fullName === errorEnum ? errorPrefix : "";
    return [fullName, value.value.map(({ name, number = 0 }) => ({ name: name.slice(prefix.length), number }))];
  }));
}

function constant(doc: string, name: string, type: string, table: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(table).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  return `/** ${doc} */\nexport const ${name}: Readonly<Record<${type}>> = {\n${rows.join("")}};\n`;
}

function render(image: Image, problems: Problems): string {
  const errors = errorTable(image);
  const names = Object.keys(errors).map((name) => `\n  | ${JSON.stringify(name)}`);
  return [
    "// Generated by proto/contract.ts from the protos; not edited, not committed.\n",
    'import type { ErrorContract, EventContract, MessageSchema, MethodContract } from "../contract-types.js";\n',
    `/** Every catalogue name. */\nexport type ErrorName =${names.join("") || " never"};\n`,
    constant("RPCs by `area.Rpc`, the name in call frames.", "methods", "string, MethodContract", methodTable(image, problems)),
    constant("Messages by full name.", "messages", "string, MessageSchema", messageTable(image)),
    constant("Events by their `$case` in Event.body.", "events", "string, EventContract", eventTable(image, problems)),
    constant("The error catalogue.", "errors", "ErrorName, ErrorContract", errors),
    constant(
      "Enum values by the enum's full name; names as in the proto and in JSON.",
      "enums", "string, readonly { readonly name: string; readonly number: number }[]", enumTable(image),
    ),
  ].join("\n");
}

function main(imagePath: string | undefined, outputPath: string | undefined): void {
  if (imagePath === undefined || outputPath === undefined) throw new Error("usage: contract.js <image.json> <output.ts>");
  const image = JSON.parse(readFileSync(imagePath, "utf8")) as Image;
  const problems: Problems = [];
  const text = render(image, problems);
  if (problems.length > 0) throw new Error(`the protos do not make a contract:\n  ${problems.join("\n  ")}`);
  writeFileSync(outputPath, text);
}

main(process.argv[2], process.argv[3]);
