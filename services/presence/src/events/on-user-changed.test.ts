import { expect, it } from "vitest";
import type { LogRecord } from "@parlance/platform/eventlog";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SignalTypingRequest } from "@parlance/proto/presence/v1/presence";
import { APP, forwards, place, SHOP } from "../testing/place.js";

const toBob = SignalTypingRequest.fromPartial({ receiverType: ReceiverType.USER, receiverId: "bob" });

const changed = (app: string): LogRecord =>
  ({ topic: "events", key: `${app}/s:user:alice`, value: new Uint8Array([0xff]), headers: { id: "1", kind: "userChanged" } });

/** A place in which alice, who has a new name since, has typed; and the name under which she types next. */
async function renamed() {
  const here = place();
  await here.service.start();
  const name = async (): Promise<string | undefined> => {
    await here.client.signalTyping(toBob, forwards("alice"));
    const body = here.events(`${APP}/u:bob`).at(-1)?.body;
    await here.clock.advance(10_000);
    return body?.$case === "typing" ? body.value.sender?.name : undefined;
  };
  expect(await name()).toBe("ALICE");
  here.state.names.set("alice", "Alicia");
  return { here, name };
}

it("the next signal of a user who has changed carries the new name, another app's user of that uid keeps the old one", async () => {
  const { here, name } = await renamed();
  await here.append([changed(SHOP)]);
  expect(await name()).toBe("ALICE");
  await here.append([changed(APP)]);
  expect(await name()).toBe("Alicia");
  await here.service.stop();
});

it("all names are asked for anew when something of the log was missed, and nothing is followed after the end", async () => {
  const { here, name } = await renamed();
  for (const { onLost } of here.followers) onLost?.([{ topic: "events", partition: 0, records: 1 }]);
  expect(await name()).toBe("Alicia");
  await here.service.stop();
  expect(here.followers.size).toBe(0);
});
