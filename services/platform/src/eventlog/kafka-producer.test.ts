import { beforeEach, describe, expect, it } from "vitest";
import { recordingLog } from "../log/index.js";
import { seededRandom } from "../random/index.js";
import { ManualClock } from "../time/index.js";
import { KafkaProducer, type Sending } from "./kafka-producer.js";

const SENDING: Sending = { topic: "events", messages: [{ key: "a", value: "b" }], acks: -1 };

function brokerError(type: string): Error {
  return Object.assign(new Error("wrapped"), { cause: Object.assign(new Error(type), { type }) });
}

describe("the Kafka producer", () => {
  let clock: ManualClock;
  let ended: number[];

  beforeEach(() => {
    clock = new ManualClock();
    ended = [];
  });

  /** The n-th client built answers each send with `answer(n)`. */
  function producerOf(answer: (client: number) => Promise<never[]>): KafkaProducer {
    let count = 0;
    const build = () => {
      const client = (count += 1);
      return {
        connect: async () => undefined,
        disconnect: async () => void ended.push(client),
        send: () => answer(client),
      };
    };
    return new KafkaProducer({ build, clock, random: seededRandom(1), log: recordingLog() });
  }

  async function outcomeOf(sending: Promise<void>): Promise<unknown> {
    let outcome: unknown = "pending";
    sending.then(() => (outcome = "sent"), (error: unknown) => (outcome = error));
    for (let step = 0; step < 300 && outcome === "pending"; step += 1) await clock.advance(50);
    return outcome;
  }

  it("is replaced at once when its identity is broken for good, and the send goes on (K3)", async () => {
    const producer = producerOf(async (client) => {
      if (client === 1) throw brokerError("UNKNOWN_PRODUCER_ID");
      return [];
    });
    expect(await outcomeOf(producer.send(SENDING))).toBe("sent");
    expect(producer.built).toBe(2);
    expect(ended).toEqual([1]);
  });

  it("is replaced after 10 s without success, whatever the reason (K3)", async () => {
    const producer = producerOf((client) => (client === 1 ? new Promise(() => undefined) : Promise.resolve([])));
    expect(await outcomeOf(producer.send(SENDING))).toMatchObject({ name: "ERR_OPERATION_FAILED" });
    expect(producer.built).toBe(2);
    expect(await outcomeOf(producer.send(SENDING))).toBe("sent");
  });

  it("tries again within 10 s what may pass", async () => {
    let tries = 0;
    const producer = producerOf(async () => {
      tries += 1;
      if (tries < 4) throw brokerError("NOT_LEADER_FOR_PARTITION");
      return [];
    });
    expect(await outcomeOf(producer.send(SENDING))).toBe("sent");
    expect(producer.built).toBe(1);
  });

  it("says at once that a record is too large", async () => {
    let tries = 0;
    const producer = producerOf(async () => {
      tries += 1;
      throw brokerError("MESSAGE_TOO_LARGE");
    });
    expect(await outcomeOf(producer.send(SENDING))).toMatchObject({ name: "ERR_PAYLOAD_TOO_LARGE" });
    expect(tries).toBe(1);
  });
});
