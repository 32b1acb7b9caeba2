import { connect } from "node:net";
import { startProxy, until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";
import { collect } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";

const login = { user: "ada", password: "tunnel" };
const credentials = { user: "ada", password: "x" };
const kinds = ["socks5", "http"] as const;

function startServers(): Promise<MailServers> {
  return startMailServers({ accounts: [{ ...credentials, messages: [plainMessage("one")] }] });
}

function clientOf(server: Partial<ImapClientOptions["server"]>): ImapClient {
  const options = { host: "mail.nowhere.example", ...server };
  return new ImapClient({ server: options, credentials, retry: { attempts: 1 } });
}

test.each(
  kinds.flatMap((kind) => (["starttls", "tls"] as const).map((security) => [kind, security] as const)),
)("mail is read through a %s proxy with %s, by the server's name, as use() does", async (kind, security) => {
  await using mail = await startServers();
  const port = security === "tls" ? mail.imap.tlsPort : mail.imap.port;
  const proxy = await startProxy({ target: { port }, login });
  const via = `${kind}://${login.user}:${login.password}@127.0.0.1:${proxy.port}`;
  const tls = { ca: mail.ca, servername: "localhost" };
  const imap = clientOf({ port, security, tls, proxy: via });
  const messages = await collect(imap.messages("INBOX", { body: "text" }));
  const exists = await imap.use("INBOX", async ({ mailbox }) => mailbox !== false && mailbox.exists);
  await imap.close();
  await proxy.stop();
  expect(messages.map(({ subject }) => subject)).toEqual(["one"]);
  expect(exists).toBe(1);
  expect(new Set(proxy.asked)).toEqual(new Set([`mail.nowhere.example:${port}`]));
});

test.each(kinds)("a connection in clear goes through a %s proxy, which drips", async (kind) => {
  await using mail = await startServers();
  const proxy = await startProxy({ target: mail.imap, drips: true });
  const imap = clientOf({
    port: mail.imap.port,
    security: "none",
    allowInsecureAuth: true,
    proxy: `${kind}://127.0.0.1:${proxy.port}`,
  });
  expect(await imap.search("INBOX", {})).toEqual([1]);
  await imap.close();
  await proxy.stop();
});

test("the certificate is that of the server behind the proxy", async () => {
  await using mail = await startServers();
  for (const security of ["starttls", "tls"] as const) {
    const port = security === "tls" ? mail.imap.tlsPort : mail.imap.port;
    const proxy = await startProxy({ target: { port } });
    const imap = clientOf({ port, security, tls: { ca: mail.ca }, proxy: `http://127.0.0.1:${proxy.port}` });
    expect((await imap.testConnection()).error).toMatchObject({ code: "tls", phase: security });
    await imap.close();
    await proxy.stop();
  }
});

test("a proxy that will not is no server that refuses, and its password is not shown", async () => {
  await using mail = await startServers();
  const proxy = await startProxy({ target: mail.imap, login });
  const imap = clientOf({ port: 993, proxy: `socks5://ada:wrong@127.0.0.1:${proxy.port}` });
  const { error } = await imap.testConnection();
  await imap.close();
  await proxy.stop();
  expect(error).toMatchObject({ code: "forbidden", phase: "proxy", retryable: false });
  expect(JSON.stringify(error)).not.toContain("wrong");
});

test("credentials in clear are refused through a proxy, even towards this machine", async () => {
  await using mail = await startServers();
  const proxy = await startProxy({ target: mail.imap });
  const imap = clientOf({
    host: "localhost",
    port: mail.imap.port,
    security: "none",
    proxy: `socks5://127.0.0.1:${proxy.port}`,
  });
  expect((await imap.testConnection()).error).toMatchObject({ code: "forbidden", phase: "auth" });
  await imap.close();
  await proxy.stop();
  expect(proxy.asked).toEqual([]);
});

test("sockets may be the caller's own, and are closed with the client", async () => {
  await using mail = await startServers();
  const asked: string[] = [];
  let open = 0;
  const imap = clientOf({
    port: 1143,
    security: "starttls",
    tls: { ca: mail.ca, servername: "localhost" },
    connect: async ({ host, port }) => {
      asked.push(`${host}:${port}`);
      const socket = connect(mail.imap.port, "127.0.0.1");
      await new Promise((resolve) => socket.once("connect", resolve));
      open += 1;
      socket.once("close", () => {
        open -= 1;
      });
      return socket;
    },
  });
  expect(await imap.search("INBOX", {})).toEqual([1]);
  expect([asked, open]).toEqual([["mail.nowhere.example:1143"], 1]);
  await imap.close();
  await until(() => open === 0);
});
