import { connect } from "node:net";
import { startProxy } from "@mailwright/suite";
import { startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";
import { Pop3Client } from "../../src/index.js";

const credentials = { user: "ada", password: "x" };

test.each(["socks5", "http"] as const)(
  "mail comes through a %s proxy, over TLS agreed on in clear",
  async (kind) => {
    await using mail = await startMailServers({
      accounts: [{ ...credentials, messages: ["Subject: a\r\n\r\nb\r\n"] }],
    });
    const proxy = await startProxy({ target: mail.pop3 });
    const client = new Pop3Client({
      server: {
        host: "mail.nowhere.example",
        port: 110,
        security: "starttls",
        tls: { ca: mail.ca, servername: "localhost" },
        proxy: `${kind}://127.0.0.1:${proxy.port}`,
      },
      credentials,
    });
    expect(await client.stat()).toMatchObject({ count: 1 });
    await client.close();
    await proxy.stop();
    expect(new Set(proxy.asked)).toEqual(new Set(["mail.nowhere.example:110"]));
  },
);

test("mail comes over a socket of the caller's own, but no password in clear", async () => {
  await using mail = await startMailServers({ accounts: [credentials] });
  const server = {
    host: "mail.nowhere.example",
    connect: async () => connect(mail.pop3.tlsPort, "127.0.0.1"),
    tls: { ca: mail.ca, servername: "localhost" },
  };
  await using client = new Pop3Client({ server, credentials });
  expect(await client.stat()).toMatchObject({ count: 0 });
  const inClear = {
    ...server,
    security: "none",
    connect: async () => connect(mail.pop3.port, "127.0.0.1"),
  } as const;
  await using careless = new Pop3Client({ server: inClear, credentials });
  await expect(careless.stat()).rejects.toMatchObject({ code: "forbidden", phase: "auth" });
});
