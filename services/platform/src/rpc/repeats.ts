import { ErrorCode, grpcStatusOf, AppError } from "../errors/index.js";
import { fieldNumber, type ContractTable } from "./contract.js";
import { hashOfField } from "./request-fields.js";

/** Whether this call may be made again although its effect is unknown. */
export type MayRepeat = (method: string, request: Uint8Array) => boolean;

type OfMethod = (request: Uint8Array) => boolean;

const UNAVAILABLE = 14;

/** By the contract: methods that are idempotent, of some of them only the calls that carry a key (`repeatable_with`). */
export function createMayRepeat(table: ContractTable): MayRepeat {
  const methods = new Map<string, OfMethod>();
  for (const contract of Object.values(table.methods)) {
    if (!contract.idempotent) continue;
    const { repeatableWith } = contract;
    if (repeatableWith === undefined) methods.set(contract.name, () => true);
    else {
      const field = fieldNumber(table, contract, repeatableWith);
      methods.set(contract.name, (request) => hashOfField(request, field) !== 0);
    }
  }
  return (method, request) => methods.get(method)?.(request) ?? false;
}

/** Away, or gone in the middle: for a call that may be repeated both are answered by a repeat. */
export function mayPass(error: unknown): error is AppError {
  return error instanceof AppError
    && (grpcStatusOf(error.code) === UNAVAILABLE || error.code === ErrorCode.ERR_MISSION_FAILED);
}
