// Which pod owns what a call is about (reliability.md W2), from the bytes of its request. All callers compute the same.
//
//   key    app, and each field of the contract's `route_key`; for a pair of users the actor too, in no order, so that
//          both reach one pod. A group has the same key wherever its guid stands.
//   owner  the pod with the greatest mix of key and address (rendezvous hashing): when a pod goes, only its own keys
//          move, each to the pod that came second.

import type { MethodContract } from "@parlance/proto/contract-types";
import { fieldNumber, type ContractTable } from "../contract.js";
import { actorOf, type OutgoingContext } from "../context.js";
import { enumField, hashOfField, hashOfText } from "../request-fields.js";

/** The key of a call; undefined when it names none, so that any pod may have it. */
export type RouteKeyOf = (request: Uint8Array, context: OutgoingContext) => number | undefined;

/** Spreads 32 bits over 32 bits (the end of MurmurHash3). */
export function mixed(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export function hashOfAddress(address: string): number {
  return mixed(hashOfText(address));
}

function userOf(table: ContractTable, contract: MethodContract, field: string): number {
  const { typeName } = table.messages[contract.request]?.fields.find(({ name }) => name === field) ?? {};
  const user = typeName === undefined ? undefined : table.enums[typeName]?.find(({ name }) => name.endsWith("_USER"));
  if (user === undefined) throw new Error(`${contract.name}: ${field} does not tell a user`);
  return user.number;
}

function pairKeyOf(table: ContractTable, contract: MethodContract, typeField: string, idField: number): RouteKeyOf {
  const type = fieldNumber(table, contract, typeField);
  const user = userOf(table, contract, typeField);
  return (request, context) => {
    const receiver = hashOfField(request, idField);
    if (receiver === 0) return undefined;
    const ids = enumField(request, type) === user
      ? mixed(receiver) + mixed(hashOfText(actorOf(context.caller)))
      : mixed(receiver);
    return mixed(hashOfText(context.app) ^ ids);
  };
}

/** Undefined for a method that any pod may have. */
export function routeKeyOf(table: ContractTable, contract: MethodContract): RouteKeyOf | undefined {
  const fields = contract.routeKey.map((field) => fieldNumber(table, contract, field));
  const [first] = fields;
  if (first === undefined) return undefined;
  if (contract.routePair !== undefined) return pairKeyOf(table, contract, contract.routePair, first);
  return (request, context) => {
    let key = hashOfText(context.app);
    for (const field of fields) {
      const value = hashOfField(request, field);
      if (value === 0) return undefined;
      key = mixed(key ^ mixed(value));
    }
    return key;
  };
}
