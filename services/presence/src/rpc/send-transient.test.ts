import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { expect, it } from "vitest";
import { APP, as, forwards, place } from "../testing/place.js";

const dataJson = '{"wave":true}';

it("forwards to the other user, and to a group without the sender's devices", async () => {
  const { client, records, events } = place();
  await client.sendTransient({ receiverType: ReceiverType.USER, receiverId: "bob", dataJson }, forwards("alice"));
  await client.sendTransient({ receiverType: ReceiverType.GROUP, receiverId: "team", dataJson }, forwards("alice"));
  expect(records.map(({ topic, key, headers }) => [topic, key, headers.kind, headers.except])).toEqual([
    ["live", `${APP}/u:bob`, "transient", undefined], ["live", `${APP}/g:team`, "transient", "alice"],
  ]);
  expect(events(`${APP}/u:bob`)).toMatchObject([
    { body: { $case: "transient", value: { sender: { id: "alice", name: "ALICE" }, receiverId: "bob", dataJson } } },
  ]);
  expect(new Set(records.map(({ headers }) => headers.id)).size).toBe(2);
});

it("refuses data that is missing, no object or above 4 KB, and callers that are no gateway", async () => {
  const { client } = place();
  const send = (json: string) =>
    client.sendTransient({ receiverType: ReceiverType.USER, receiverId: "bob", dataJson: json }, forwards("alice"));
  for (const json of ["[]", "no", `{"a":"${"x".repeat(4_096)}"}`]) {
    await expect(send(json)).rejects.toMatchObject({ name: "ERR_INVALID_MESSAGE_DATA" });
  }
  await expect(client.sendTransient({ receiverType: ReceiverType.USER, receiverId: "bob", dataJson }, as("alice")))
    .rejects.toMatchObject({ name: "AUTH_ERR_NO_ACCESS" });
});
