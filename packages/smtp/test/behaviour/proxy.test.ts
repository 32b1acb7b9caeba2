import { startProxy } from "@mailwright/suite";
import { startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";
import { SmtpClient } from "../../src/index.js";

const login = { user: "ada", password: "tunnel" };

test.each([
  ["socks5", "starttls"],
  ["http", "starttls"],
  ["socks5", "tls"],
  ["http", "tls"],
] as const)("mail goes through a %s proxy with %s, by the server's name", async (kind, security) => {
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
  const port = security === "tls" ? mail.smtp.tlsPort : mail.smtp.port;
  const proxy = await startProxy({ target: { port }, login });
  const tls = { ca: mail.ca, servername: "localhost" };
  const via = `${kind}://${login.user}:${login.password}@127.0.0.1:${proxy.port}`;
  const client = new SmtpClient({
    server: { host: "mail.nowhere.example", port, security, tls, proxy: via },
    credentials: { user: "ada", password: "x" },
    from: "ada@example.test",
  });
  const result = await client.send({ to: ["ada@example.test"], subject: "hi", text: "there" });
  await client.close();
  await proxy.stop();
  expect(result).toMatchObject({ status: "accepted" });
  expect(proxy.asked).toEqual([`mail.nowhere.example:${port}`]);
  expect(mail.smtp.messages).toHaveLength(1);
});

test("a proxy that will not is no server that refuses: nothing was sent, and its password is not shown", async () => {
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
  const proxy = await startProxy({ target: mail.smtp, login });
  await using client = new SmtpClient({
    server: {
      host: "mail.nowhere.example",
      port: 25,
      security: "none",
      proxy: `http://ada:wrong@127.0.0.1:${proxy.port}`,
    },
    from: "ada@example.test",
  });
  const result = await client.send({ to: ["ada@example.test"], subject: "hi", text: "there" });
  await proxy.stop();
  expect(result).toMatchObject({ status: "not-sent", retryable: false });
  expect(result.attempts.at(-1)?.error).toMatchObject({ code: "forbidden", phase: "proxy" });
  expect(JSON.stringify(result)).not.toContain("wrong");
});

test("credentials in clear are refused through a proxy, even towards this machine", async () => {
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
  const proxy = await startProxy({ target: mail.smtp });
  await using client = new SmtpClient({
    server: {
      host: "localhost",
      port: mail.smtp.port,
      security: "none",
      proxy: `socks5://127.0.0.1:${proxy.port}`,
    },
    credentials: { user: "ada", password: "x" },
  });
  expect((await client.testConnection()).error).toMatchObject({ code: "forbidden", phase: "auth" });
  await proxy.stop();
});
