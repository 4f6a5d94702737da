import fc from "fast-check";

/** One step of a run; numbers are taken modulo what there is. */
export type Command =
  | { readonly do: "send"; readonly device: number; readonly place: number }
  | { readonly do: "retry" | "connect" | "drop" | "sync" | "join" | "leave"; readonly device: number }
  | { readonly do: "edit" | "delete"; readonly device: number; readonly target: number }
  | { readonly do: "mark" | "read"; readonly device: number; readonly place: number }
  | { readonly do: "kick"; readonly device: number }
  | { readonly do: "flow"; readonly count: number }
  | { readonly do: "deliver"; readonly device: number; readonly count: number }
  | { readonly do: "wait"; readonly ms: number };

const number = fc.nat({ max: 11 });
const one = <Name extends string>(name: Name) => fc.record({ do: fc.constant(name), device: number });
const at = <Name extends string>(name: Name) => fc.record({ do: fc.constant(name), device: number, place: number });
const change = <Name extends string>(name: Name) => fc.record({ do: fc.constant(name), device: number, target: fc.nat({ max: 99 }) });

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 30, arbitrary: at("send") },
  { weight: 5, arbitrary: one("retry") },
  { weight: 5, arbitrary: change("edit") },
  { weight: 2, arbitrary: change("delete") },
  { weight: 4, arbitrary: at("mark") },
  { weight: 3, arbitrary: at("read") },
  { weight: 3, arbitrary: one("join") },
  { weight: 1, arbitrary: one("leave") },
  { weight: 2, arbitrary: one("kick") },
  { weight: 3, arbitrary: one("drop") },
  { weight: 5, arbitrary: one("connect") },
  { weight: 2, arbitrary: one("sync") },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("flow" as const), count: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("deliver" as const), device: number, count: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 11, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat({ max: 60 }) }) },
);

export function commands(length: number): fc.Arbitrary<readonly Command[]> {
  return fc.array(command, { minLength: length, maxLength: length, size: "max" });
}
