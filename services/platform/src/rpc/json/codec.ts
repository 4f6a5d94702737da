import { contractTable, methodContract, type ContractTable } from "../contract.js";
import { fail } from "../../errors/index.js";
import { FromJson } from "./from-json.js";
import { ToJson, type JsonObject } from "./to-json.js";

/** JSON for any method and message, from the contract table alone. */
export interface JsonCodec {
  /** `method` by `area.Rpc`. Throws ERR_API_NOT_FOUND, or ERR_BAD_REQUEST with all that is wrong. */
  jsonToRequest(method: string, value: unknown): Uint8Array;
  responseToJson(method: string, bytes: Uint8Array): JsonObject;
  /** `fullName` as `parlance.event.v1.Event`. */
  messageFromJson(fullName: string, value: unknown): Uint8Array;
  messageToJson(fullName: string, bytes: Uint8Array): JsonObject;
}

/** Made once per process: it keeps what it has compiled. */
export function createJsonCodec(table: ContractTable = contractTable): JsonCodec {
  const from = new FromJson(table);
  const to = new ToJson(table);
  return {
    jsonToRequest: (method, value) => {
      if (!Object.hasOwn(table.methods, method)) throw fail("ERR_API_NOT_FOUND");
      return from.encode(methodContract(table, method).request, value);
    },
    responseToJson: (method, bytes) => to.decode(methodContract(table, method).response, bytes),
    messageFromJson: (fullName, value) => from.encode(fullName, value),
    messageToJson: (fullName, bytes) => to.decode(fullName, bytes),
  };
}
