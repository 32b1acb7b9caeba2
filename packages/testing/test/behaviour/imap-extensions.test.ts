import { once } from "node:events";
import { constants, createDeflateRaw, createInflateRaw } from "node:zlib";
import { ImapFlow } from "imapflow";
import { afterEach, expect, test } from "vitest";
import { type ImapServerOptions, type MailServers, startMailServers } from "../../src/index.js";
import { ImapWireClient } from "../support/imap-wire-client.js";
import { LineClient } from "../support/line-client.js";

let mail: MailServers;
const clients: { close(): void }[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await mail.stop();
});

const mixed = [
  "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=",
  "Content-Type: multipart/mixed; boundary=b",
  "",
  "--b",
  "Content-Type: text/html; charset=utf-8",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "<style>p { color: red }</style><p>Sch=C3=B6ne <b>Gr=C3=BC=C3=9Fe</b> &amp; mehr</p>",
  "--b",
  "Content-Type: application/octet-stream",
  "Content-Transfer-Encoding: base64",
  "",
  "AAECAw==",
  "--b",
  "Content-Type: application/x-thing",
  "Content-Transfer-Encoding: x-odd",
  "",
  "odd",
  "--b--",
  "",
].join("\n");

async function logIn(imap: ImapServerOptions = {}, messages: string[] = [mixed]): Promise<ImapWireClient> {
  mail = await startMailServers({ accounts: [{ user: "ada", password: "x", messages }], imap });
  return again();
}

async function again(): Promise<ImapWireClient> {
  const client = await ImapWireClient.open(mail.host, mail.imap.port);
  clients.push(client);
  await client.send("LOGIN ada x");
  return client;
}

/** A literal that waits for nothing (RFC 7888). */
function literal(text: string): string {
  return `{${text.length}+}\r\n${text}`;
}

test("PREVIEW tells how a message begins, without its markup", async () => {
  const client = await logIn({}, [
    mixed,
    "Subject: none\nContent-Type: image/png\n\nxx",
    `\n${"word ".repeat(99)}`,
  ]);
  await client.send("SELECT INBOX");
  const { untagged } = await client.send("FETCH 1:3 (PREVIEW (LAZY) UID)");
  const previews = untagged.map(([, , items]) =>
    Buffer.from(String((items as string[])[1]), "latin1").toString(),
  );
  expect(previews.slice(0, 2)).toEqual(["Schöne Grüße & mehr", ""]);
  expect(previews[2]).toHaveLength(200);
  expect((await client.send("FETCH 2 PREVIEW")).untagged).toEqual([["2", "FETCH", ["PREVIEW", ""]]]);
});

test("BINARY gives parts without their transfer encoding, and their sizes", async () => {
  const client = await logIn();
  await client.send("SELECT INBOX");
  const socket = await LineClient.dial(mail.imap.port);
  clients.push(socket);
  for (const line of ["a LOGIN ada x", "b SELECT INBOX", "c FETCH 1 (BINARY.PEEK[2] BINARY.SIZE[2])"])
    socket.say(line);
  let line = "";
  while (!line.includes("FETCH")) line = await socket.hear();
  expect(line).toBe("* 1 FETCH (BINARY[2] ~{4}");
  expect(await socket.hear()).toBe("\x00\x01\x02\x03 BINARY.SIZE[2] 4)");
  expect((await client.send("FETCH 1 BINARY.PEEK[2]<1.2>")).untagged).toEqual([
    ["1", "FETCH", ["BINARY[2]<1>", "\x01\x02"]],
  ]);
  expect(await client.send("FETCH 1 BINARY.PEEK[3]")).toMatchObject({ status: "NO", code: ["UNKNOWN-CTE"] });
  expect((await client.send("FETCH 1 BINARY.PEEK[9]")).untagged).toEqual([
    ["1", "FETCH", ["BINARY[9]", null]],
  ]);
  for (const bad of ["BINARY[1.MIME]", "BINARY.SIZE[2]<0.1>", "BINARY"]) {
    expect((await client.send(`FETCH 1 ${bad}`)).status).toBe("BAD");
  }
});

test("MULTIAPPEND stores several messages, or none of them", async () => {
  const client = await logIn({}, []);
  const one = "Subject: 1\r\n\r\n";
  const two = "Subject: 2\r\n\r\n";
  const date = '"02-Nov-2026 10:00:00 +0000"';
  const stored = await client.send(`APPEND INBOX (\\Seen) ${literal(one)} ${date} ${literal(two)}`);
  expect(stored.code).toEqual(["APPENDUID", expect.any(String), "1:2"]);
  expect(mail.store.messages("ada").map(({ raw, flags }) => [String(raw), [...flags]])).toEqual([
    [one, ["\\Seen"]],
    [two, []],
  ]);
  expect((await client.send(`APPEND INBOX ${literal(one)} (\\Nope) ${literal(two)}`)).status).toBe("BAD");
  expect((await client.send(`APPEND INBOX ${literal(one)} ${literal("")}`)).status).toBe("NO");
  mail.store.updateAccount("ada", { quotaBytes: 60 });
  const three = [one, two, two].map(literal).join(" ");
  expect(await client.send(`APPEND INBOX ${three}`)).toMatchObject({ code: ["OVERQUOTA"] });
  expect(mail.store.messages("ada")).toHaveLength(2);
});

test("THREAD by references and by subject, by number and by UID", async () => {
  const client = await logIn({}, [
    "Message-ID: <a>\nSubject: Plan\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n\n",
    "Message-ID: <b>\nReferences: <a>\nSubject: Re: Plan\nDate: Mon, 2 Nov 2026 12:00:00 +0000\n\n",
    "Message-ID: <c>\nIn-Reply-To: <a>\nSubject: Re: Plan\nDate: Mon, 2 Nov 2026 11:00:00 +0000\n\n",
    "Message-ID: <d>\nSubject: Other\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n\n",
  ]);
  await client.send("SELECT INBOX");
  mail.store.deliver("ada", "Subject: Re: [list] plan\nDate: Mon, 2 Nov 2026 13:00:00 +0000\n\n");
  mail.store.expunge("ada", "INBOX", [4]);
  await client.send("NOOP");
  expect((await client.send("THREAD REFERENCES UTF-8 ALL")).untagged).toEqual([
    ["THREAD", ["1", ["3"], ["2"], ["4"]]],
  ]);
  expect((await client.send("UID THREAD ORDEREDSUBJECT UTF-8 ALL")).untagged).toEqual([
    ["THREAD", ["1", ["3"], ["2"], ["5"]]],
  ]);
  expect((await client.send("THREAD REFERENCES UTF-8 SUBJECT nowhere")).untagged).toEqual([["THREAD"]]);
  expect((await client.send("THREAD REFS UTF-8 ALL")).status).toBe("BAD");
});

test("IMAP4rev2 is spoken once it is enabled: ESEARCH, names in UTF-8, nothing recent", async () => {
  const client = await logIn({ enable: ["IMAP4rev2"] });
  mail.store.createMailbox("ada", "Pläne & mehr");
  expect((await client.send("CAPABILITY")).untagged[0]).toEqual(
    expect.arrayContaining(["IMAP4rev1", "IMAP4rev2"]),
  );
  expect((await client.send("ENABLE IMAP4rev2")).untagged).toEqual([["ENABLED", "IMAP4rev2"]]);
  const names = (await client.send('LIST "" "Pl*"')).untagged.map((node) => node.at(-1));
  expect(Buffer.from(String(names[0]), "latin1").toString()).toBe("Pläne & mehr");
  const select = await client.send(`SELECT "${Buffer.from("Pläne & mehr").toString("latin1")}"`);
  expect(select).toMatchObject({ status: "OK" });
  expect(select.untagged.map(([first, second]) => (first === "LIST" ? first : second))).toContain("LIST");
  expect(select.untagged.map(([, second]) => second)).not.toContain("RECENT");
  const inbox = await client.send("SELECT INBOX");
  expect(inbox.untagged[0]).toEqual(["OK", ["CLOSED"]]);
  expect((await client.send("UID SEARCH ALL")).untagged).toEqual([
    ["ESEARCH", ["TAG", expect.any(String)], "UID", "ALL", "1"],
  ]);
  expect((await client.send("FETCH 1 FLAGS")).untagged).toEqual([["1", "FETCH", ["FLAGS", []]]]);
  for (const command of ["SEARCH RECENT", "STATUS INBOX (RECENT)"]) {
    expect((await client.send(command)).status).toBe("BAD");
  }
});

test("a server of IMAP4rev2 alone announces nothing that it has in itself", async () => {
  const client = await logIn({ enable: ["IMAP4rev2"], disable: ["IMAP4rev1"] });
  const [words = []] = (await client.send("CAPABILITY")).untagged;
  expect(words).toContain("IMAP4rev2");
  for (const word of ["IMAP4rev1", "ESEARCH", "MOVE", "UIDPLUS"]) expect(words).not.toContain(word);
  await client.send("SELECT INBOX");
  expect((await client.send("SEARCH ALL")).untagged[0]?.[0]).toBe("ESEARCH");
  expect((await client.send("MOVE 1 Sent")).status).toBe("OK");
});

test("what IMAP4rev2 cannot be without takes it along", async () => {
  const client = await logIn({ enable: ["IMAP4rev2"], disable: ["MOVE"] });
  expect((await client.send("CAPABILITY")).untagged[0]).not.toContain("IMAP4rev2");
  expect((await client.send("ENABLE IMAP4rev2")).untagged).toEqual([["ENABLED"]]);
});

test("UTF8=ACCEPT puts names into UTF-8 and takes messages in it", async () => {
  const client = await logIn({ enable: ["UTF8=ACCEPT"] }, []);
  await client.send("ENABLE UTF8=ACCEPT");
  const raw = Buffer.from("Subject: Grüße\r\n\r\n").toString("latin1");
  expect((await client.send(`APPEND INBOX UTF8 (~${literal(raw)})`)).status).toBe("OK");
  expect(mail.store.messages("ada")[0]?.raw.toString()).toBe("Subject: Grüße\r\n\r\n");
  const name = Buffer.from("Entwürfe").toString("latin1");
  expect((await client.send(`CREATE "${name}"`)).status).toBe("OK");
  expect(mail.store.mailboxes("ada").map(({ path }) => path)).toContain("Entwürfe");
});

test("COMPRESS compresses both directions, once, and is offered on request only", async () => {
  await logIn(
    { enable: ["COMPRESS=DEFLATE"] },
    Array.from({ length: 50 }, () => mixed),
  );
  const client = await LineClient.dial(mail.imap.port);
  clients.push(client);
  await client.hear();
  await client.ask("a LOGIN ada x");
  expect(await client.ask("b COMPRESS GZIP")).toMatch(/^b NO/);
  expect(await client.ask("c COMPRESS DEFLATE")).toMatch(/^c OK/);
  const inflate = createInflateRaw();
  const deflate = createDeflateRaw();
  client.socket.removeAllListeners("data").on("data", (bytes: Buffer) => inflate.write(bytes));
  deflate.on("data", (bytes: Buffer) => client.socket.write(bytes));
  let heard = "";
  inflate.on("data", (bytes: Buffer) => {
    heard += bytes.toString("latin1");
  });
  const ask = async (command: string): Promise<void> => {
    deflate.write(`${command}\r\n`);
    deflate.flush(constants.Z_SYNC_FLUSH);
    const [tag = ""] = command.split(" ");
    while (!heard.includes(`\r\n${tag} `)) await once(inflate, "data");
  };
  await ask("d SELECT INBOX");
  await ask("e FETCH 1:* BODY.PEEK[]");
  expect(heard.match(/FETCH \(BODY/g)).toHaveLength(50);
  expect(client.socket.bytesRead).toBeLessThan(heard.length / 5);
  await ask("f COMPRESS DEFLATE");
  expect(heard).toMatch(/\r\nf NO \[COMPRESSIONACTIVE\]/);
  await ask("g LOGOUT");
  await mail.stop();
  await logIn();
  expect((await (await again()).send("COMPRESS DEFLATE")).status).toBe("BAD");
});

test("ImapFlow reads over a compressed connection, and what cannot be decompressed ends it", async () => {
  await logIn({ enable: ["COMPRESS=DEFLATE"] });
  const flow = new ImapFlow({
    host: mail.host,
    port: mail.imap.tlsPort,
    secure: true,
    tls: { ca: mail.ca },
    auth: { user: "ada", pass: "x" },
    logger: false,
  });
  await flow.connect();
  await flow.mailboxOpen("INBOX");
  expect((await flow.fetchOne("1", { source: true })) || {}).toMatchObject({ source: expect.any(Buffer) });
  await flow.logout();
  const client = await LineClient.dial(mail.imap.port);
  clients.push(client);
  await client.hear();
  await client.ask("a LOGIN ada x");
  await client.ask("b COMPRESS DEFLATE");
  client.say(Buffer.alloc(100, 0xff));
  expect(await client.hear()).toBe("<end>");
});

test("XLIST lists with the uses of old, and takes no options", async () => {
  const client = await logIn({ enable: ["XLIST"] });
  expect((await client.send('XLIST "" "%"')).untagged).toEqual(
    expect.arrayContaining([
      ["XLIST", ["\\HasNoChildren", "\\Inbox"], "/", "INBOX"],
      ["XLIST", ["\\HasNoChildren", "\\Spam"], "/", "Junk"],
      ["XLIST", ["\\HasNoChildren"], "/", "Archive"],
    ]),
  );
  expect((await client.send('XLIST "" "%" RETURN (CHILDREN)')).status).toBe("BAD");
});
