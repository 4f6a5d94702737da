// The contract of the transport port: HTTP.

import { connect as tcpConnect } from "node:net";
import { describe, expect, test } from "vitest";
import { BODY_BYTES_MAX } from "../testing/transport-harness.js";
import { harnessesOf, type CreateTransport } from "./transport-harnesses.contract.js";

export function transportHttpContract(name: string, create: CreateTransport): void {
  describe(`transport ${name}, HTTP`, () => {
    const { start } = harnessesOf(create);

    test("an HTTP request shows its head and body, and gets status, headers and body back", async () => {
      const harness = await start();
      harness.onHttp = async (request, respond) => {
        const body = Buffer.from(await request.body()).toString();
        const seen = { method: request.method, path: request.path, query: request.query, header: request.header("X-ONE"), body };
        respond({ status: 418, headers: { "content-type": "application/json", "x-two": "2" }, body: JSON.stringify(seen) });
        respond({ status: 200 });
      };
      const { answer, text } = await harness.ask({ method: "PATCH", path: "/a/b?c=d%20", headers: { "X-One": "1" } }, "hello");
      expect([answer.statusCode, answer.headers["x-two"]]).toEqual([418, "2"]);
      expect(JSON.parse(text)).toEqual({ method: "PATCH", path: "/a/b", query: "c=d%20", header: "1", body: "hello" });
    });

    test("requests without a body, and answers without one, work", async () => {
      const harness = await start();
      harness.onHttp = async (request, respond) => {
        const { byteLength } = await request.body();
        respond(request.method === "DELETE" ? { status: 204 } : { status: 200, body: Buffer.from([byteLength]) });
      };
      const { answer, text } = await harness.ask({ method: "GET", path: "/" });
      expect([answer.statusCode, text.charCodeAt(0)]).toEqual([200, 0]);
      expect((await harness.ask({ method: "DELETE", path: "/" })).answer.statusCode).toBe(204);
      expect((await harness.ask({ method: "HEAD", path: "/" })).text).toBe("");
    });

    test("a body in many chunks is whole even when it is asked for late", async () => {
      const harness = await start();
      harness.onHttp = async (request, respond) => {
        await new Promise((resolve) => { setImmediate(resolve); });
        respond({ status: 200, body: String((await request.body()).byteLength) });
      };
      expect((await harness.ask({ method: "POST", path: "/" }, Buffer.alloc(BODY_BYTES_MAX))).text).toBe(String(BODY_BYTES_MAX));
    });

    test("a body above the limit is refused as too large", async () => {
      const harness = await start();
      harness.onHttp = async (request, respond) => {
        const outcome = await request.body().then(() => "whole", (error: Error) => error.name);
        respond({ status: 413, body: outcome });
      };
      const { answer, text } = await harness.ask({ method: "POST", path: "/" }, Buffer.alloc(BODY_BYTES_MAX + 1));
      expect([answer.statusCode, text]).toEqual([413, "ERR_PAYLOAD_TOO_LARGE"]);
    });

    test("headers of 6 KiB are taken", async () => {
      const harness = await start();
      harness.onHttp = (request, respond) => respond({ status: 200, body: String(request.header("authtoken")?.length) });
      expect((await harness.ask({ path: "/", headers: { authToken: "x".repeat(6_000) } })).text).toBe("6000");
    });

    test("a handler that throws or gives no answer becomes a 500 and a defect", async () => {
      const harness = await start();
      harness.onHttp = (request) => {
        if (request.path === "/throws") throw new Error("broken");
      };
      expect((await harness.ask({ path: "/throws" })).answer.statusCode).toBe(500);
      expect((await harness.ask({ path: "/silent" })).answer.statusCode).toBe(500);
      expect(harness.heard.defects.length).toBe(2);
    });

    test("a client that leaves before the answer, or within its body, harms nothing", async () => {
      const harness = await start();
      const outcomes: string[] = [];
      let go!: () => void;
      const gate = new Promise<void>((resolve) => { go = resolve; });
      harness.onHttp = async (request, respond) => {
        if (request.path === "/waits") {
          outcomes.push("arrived");
          harness.bell.ring();
          await gate;
          respond({ status: 200, body: "late" });
          outcomes.push("answered");
        } else if (request.path === "/body") {
          outcomes.push("body");
          harness.bell.ring();
          outcomes.push(await request.body().then(() => "whole", (error: Error) => error.name));
          respond({ status: 200 });
        } else respond({ status: 200, body: "fine" });
        harness.bell.ring();
      };
      const waits = tcpConnect(harness.port, "127.0.0.1");
      waits.write("GET /waits HTTP/1.1\r\nHost: x\r\n\r\n");
      await harness.bell.until(() => outcomes.includes("arrived"));
      waits.destroy();
      const body = tcpConnect(harness.port, "127.0.0.1");
      body.write("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npart");
      await harness.bell.until(() => outcomes.includes("body"));
      body.destroy();
      await harness.bell.until(() => outcomes.includes("ERR_OPERATION_FAILED"));
      go();
      await harness.bell.until(() => outcomes.includes("answered"));
      expect((await harness.ask({ path: "/" })).text).toBe("fine");
      expect(harness.heard.defects).toEqual([]);
    });
  });
}
