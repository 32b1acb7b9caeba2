import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { type ImapServerOptions, type MailServers, startMailServers } from "../../src/index.js";
import { ImapWireClient } from "../support/imap-wire-client.js";

let mail: MailServers;
const clients: ImapWireClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await mail.stop();
});

async function start(options: ImapServerOptions = {}): Promise<void> {
  mail = await startMailServers({
    accounts: [{ user: "ada", password: 'p"w', accessToken: "tok" }],
    imap: options,
  });
}

async function open(): Promise<ImapWireClient> {
  const client = await ImapWireClient.open(mail.host, mail.imap.port);
  clients.push(client);
  return client;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.each([
  ["LOGIN", ['LOGIN ada "p\\"w"']],
  ["LOGIN with a literal", ["LOGIN ada ", 'p"w']],
  ["PLAIN", [`AUTHENTICATE PLAIN ${base64('\0ada\0p"w')}`]],
  ["XOAUTH2", [`AUTHENTICATE XOAUTH2 ${base64("user=ada\x01auth=Bearer tok\x01\x01")}`]],
  ["OAUTHBEARER", [`AUTHENTICATE OAUTHBEARER ${base64("n,a=ada,\x01auth=Bearer tok\x01\x01")}`]],
])("%s logs in", async (_, pieces) => {
  await start();
  expect(await (await open()).send(...pieces)).toMatchObject({ status: "OK" });
});

test.each([
  ["a wrong password", "LOGIN ada nope", "AUTHENTICATIONFAILED"],
  ["an unknown user", "LOGIN eve x", "AUTHENTICATIONFAILED"],
  ["a mechanism that is not there", "AUTHENTICATE NTLM", undefined],
  ["a broken initial response", "AUTHENTICATE PLAIN !!!", undefined],
])("%s is refused", async (_, command, code) => {
  await start();
  const client = await open();
  const answer = await client.send(command);
  expect(answer.status).not.toBe("OK");
  expect(answer.code[0]).toBe(code);
  expect(await client.send("SELECT INBOX")).toMatchObject({ status: "BAD" });
});

test("a wrong token is answered with its reason before the command fails", async () => {
  await start();
  const socket = connectTcp(mail.imap.port, mail.host);
  await once(socket, "data");
  socket.write(`a AUTHENTICATE XOAUTH2 ${base64("user=ada\x01auth=Bearer old\x01\x01")}\r\n`);
  const [challenge] = await once(socket, "data");
  expect(JSON.parse(Buffer.from(String(challenge).slice(2), "base64").toString())).toMatchObject({
    status: /40\d/,
  });
  socket.write("\r\n");
  expect(String((await once(socket, "data"))[0])).toMatch(/^a NO \[AUTHENTICATIONFAILED\]/);
  socket.destroy();
});

test("SCRAM-SHA-256 proves the password both ways", async () => {
  await start();
  const socket = connectTcp(mail.imap.port, mail.host);
  await once(socket, "data");
  const readChallenge = async (): Promise<string> =>
    Buffer.from(String((await once(socket, "data"))[0]).slice(2), "base64").toString();
  const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
  const bare = "n=ada,r=clientnonce";
  socket.write(`a AUTHENTICATE SCRAM-SHA-256 ${base64(`n,,${bare}`)}\r\n`);
  const first = await readChallenge();
  const [, nonce = "", salt = "", iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(first) ?? [];
  const salted = pbkdf2Sync('p"w', Buffer.from(salt, "base64"), Number(iterations), 32, "sha256");
  const signed = `${bare},${first},c=biws,r=${nonce}`;
  const clientKey = hmac(salted, "Client Key");
  const signature = hmac(createHash("sha256").update(clientKey).digest(), signed);
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
  socket.write(`${base64(`c=biws,r=${nonce},p=${proof.toString("base64")}`)}\r\n`);
  expect(await readChallenge()).toBe(`v=${hmac(hmac(salted, "Server Key"), signed).toString("base64")}`);
  socket.write("\r\n");
  expect(String((await once(socket, "data"))[0])).toMatch(/^a OK/);
  socket.destroy();
});

test("requireTls hides and refuses logins until TLS is up", async () => {
  await start({ requireTls: true });
  const client = await open();
  const [capability] = (await client.send("CAPABILITY")).untagged;
  expect(capability).toContain("LOGINDISABLED");
  expect(capability?.filter((word) => String(word).startsWith("AUTH="))).toEqual([]);
  expect(await client.send('LOGIN ada "p\\"w"')).toMatchObject({ status: "NO", code: ["PRIVACYREQUIRED"] });
  expect(await client.send(`AUTHENTICATE PLAIN ${base64('\0ada\0p"w')}`)).toMatchObject({ status: "NO" });
});

test("what a client sends in clear after STARTTLS is forgotten", async () => {
  await start();
  const socket = connectTcp(mail.imap.port, mail.host);
  await once(socket, "data");
  socket.write('a STARTTLS\r\nb LOGIN ada "p\\"w"\r\n');
  expect(String((await once(socket, "data"))[0])).toBe("a OK Begin TLS negotiation now.\r\n");
  const secure = connectTls({ socket, ca: mail.ca, servername: "localhost" });
  await once(secure, "secureConnect");
  secure.write("c CAPABILITY\r\n");
  const text = String((await once(secure, "data"))[0]);
  expect(text).not.toContain("b OK");
  expect(text).not.toContain("STARTTLS");
  expect(text).toContain("c OK");
  secure.write("d STARTTLS\r\n");
  expect(String((await once(secure, "data"))[0])).toMatch(/^d BAD/);
  secure.destroy();
});
