import { expect, it } from "vitest";
import { SingleFlight } from "./index.js";

function scriptedRead() {
  const pending: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const read = () => new Promise<string>((resolve, reject) => pending.push({ resolve, reject }));
  return { pending, read };
}

it("runs one read for all who ask meanwhile, and a new one afterwards", async () => {
  const flights = new SingleFlight<string, string>();
  const { pending, read } = scriptedRead();
  const [one, two, other] = [flights.run("a", read), flights.run("a", read), flights.run("b", read)];
  expect(pending).toHaveLength(2);
  pending[0]!.resolve("first");
  pending[1]!.resolve("other");
  expect(await Promise.all([one, two, other])).toEqual(["first", "first", "other"]);
  void flights.run("a", read);
  expect(pending).toHaveLength(3);
});

it("passes a failure to all who joined and does not keep it", async () => {
  const flights = new SingleFlight<string, string>();
  const { pending, read } = scriptedRead();
  const both = [flights.run("a", read), flights.run("a", read)];
  pending[0]!.reject(new Error("store away"));
  for (const one of both) await expect(one).rejects.toThrow("store away");
  const again = flights.run("a", read);
  pending[1]!.resolve("back");
  await expect(again).resolves.toBe("back");
});

it("Q18 refuses more waiters than it may hold", async () => {
  const flights = new SingleFlight<string, string>({ waitersMax: 2 });
  const { pending, read } = scriptedRead();
  const joined = [flights.run("a", read), flights.run("a", read)];
  await expect(flights.run("a", read)).rejects.toMatchObject({ name: "ERR_TOO_MANY_REQUESTS" });
  pending[0]!.resolve("x");
  expect(await Promise.all(joined)).toEqual(["x", "x"]);
});
