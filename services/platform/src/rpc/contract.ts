import { enums, messages, methods } from "@parlance/proto/contract";
import type { MessageSchema, MethodContract } from "@parlance/proto/contract-types";

export interface EnumValue {
  readonly name: string;
  readonly number: number;
}

/** The tables the pipeline, the validator and the codecs read; the generated ones unless a test brings its own. */
export interface ContractTable {
  /** By `area.Rpc`. */
  readonly methods: Readonly<Record<string, MethodContract>>;
  /** By full name. */
  readonly messages: Readonly<Record<string, MessageSchema>>;
  /** By full name. */
  readonly enums: Readonly<Record<string, readonly EnumValue[]>>;
}

export const contractTable: ContractTable = { methods, messages, enums };

/** `/parlance.messaging.v1.MessagingService/SendMessage` to `messaging.SendMessage`. */
export function methodNameOf(path: string): string {
  const [, service = "", rpc = ""] = path.split("/");
  return `${service.split(".")[1] ?? ""}.${rpc}`;
}

/** Throws for a name the contract does not have: a defect in the program, not in a request. */
export function methodContract(table: ContractTable, name: string): MethodContract {
  const contract = Object.hasOwn(table.methods, name) ? table.methods[name] : undefined;
  if (contract === undefined) throw new Error(`no RPC ${name} in the contract`);
  return contract;
}

/** Number of a field of the method's request itself. Throws when there is none: a defect in the contract. */
export function fieldNumber(table: ContractTable, { name, request }: MethodContract, field: string): number {
  const found = table.messages[request]?.fields.find((one) => one.name === field);
  if (found === undefined) throw new Error(`${name}: the request has no field ${field}`);
  return found.number;
}

const DEFAULT_DEADLINE_MS = { read: 2_000, write: 5_000 } as const;

/** When a call ends at the latest (CG1): after the method's time or the one asked for, capped by the rest of the caller's. */
export function deadlineOf(
  contract: MethodContract,
  asked: { readonly deadlineAt?: number | undefined; readonly deadlineMs?: number | undefined },
  now: number,
): number {
  const own = now + (asked.deadlineMs ?? DEFAULT_DEADLINE_MS[contract.deadline]);
  return asked.deadlineAt !== undefined && asked.deadlineAt < own ? asked.deadlineAt : own;
}
