import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError } from "../config/index.js";
import { clusterTransport } from "./transport.js";

const folder = mkdtempSync(join(tmpdir(), "parlance-transport-"));
const pem = (name: string) => {
  writeFileSync(join(folder, name), name);
  return join(folder, name);
};
const plain = {
  clusterSecret: "s".repeat(32), clusterPlaintext: false, clusterTlsCa: undefined, clusterTlsCert: undefined, clusterTlsKey: undefined,
};

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("how processes of a cluster talk to each other", () => {
  test("needs a secret", async () => {
    await expect(clusterTransport({ ...plain, clusterSecret: undefined })).rejects.toThrow(ConfigError);
  });

  test("is plaintext without certificates, and leaves the machine only when the network is trusted", async () => {
    expect(await clusterTransport(plain)).toEqual({ secret: plain.clusterSecret, plaintextAnywhere: false });
    expect(await clusterTransport({ ...plain, clusterPlaintext: true })).toMatchObject({ plaintextAnywhere: true });
  });

  test("is mutual TLS with all three files, and nothing with some of them", async () => {
    const files = { clusterTlsCa: pem("ca"), clusterTlsCert: pem("cert"), clusterTlsKey: pem("key") };
    const { tls } = await clusterTransport({ ...plain, ...files });
    expect(String(tls?.rootCertificates)).toBe("ca");
    expect(String(tls?.privateKey)).toBe("key");
    await expect(clusterTransport({ ...plain, ...files, clusterTlsKey: undefined })).rejects.toThrow(/all three/);
    await expect(clusterTransport({ ...plain, ...files, clusterTlsKey: join(folder, "gone") })).rejects.toThrow(ConfigError);
  });
});
