import { hasMailutils, type MailutilsServer, startMailutils } from "@mailwright/suite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";
import { collect } from "../support/imap-fixture.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";
import type { ConnectOptions } from "./imap-environment.js";
import { describeImapServer } from "./imap-suite.js";
import type { LiveAccount } from "./live-server.js";
import { makeStandardFolders } from "./standard-folders.js";
import { variedMessages } from "./varied-messages.js";

// Says itself why it skips: what is missing, and how it is installed.
const isThere = hasMailutils("imap4d");

if (isThere) {
  const server = await startMailutils("imap4d");
  const connect = (account: LiveAccount, options: ConnectOptions): ImapClient =>
    clientOf(server, account === "awkward" ? server.awkward : server, options);
  describe("a real GNU mailutils", () => {
    afterAll(() => server[Symbol.asyncDispose]());
    beforeAll(async () => {
      await using imap = connect("usual", {});
      await makeStandardFolders(imap, "");
    });
    describeImapServer({
      label: "mailutils",
      user: server.user,
      connect,
      options: () => optionsOf(server, server),
      securities: ["none"],
      prefix: "",
      delimiter: "/",
      hasOtherUsers: false,
      foldsDiacritics: false,
      refusedInNames: "",
      bareLineFeeds: "made CRLF",
      ways: {
        hidesOthers: "a session of mailutils does not see what others do in the folder that it has open",
        sendsNoCodes: "mailutils sends no codes",
        refusesKeywords: "mailutils keeps no keywords",
        forgetsAppended: "mailutils gives what is appended neither its flags nor its date",
        numbersAnew: "mailutils tells folders and messages apart by the second, and numbers them anew",
        mistakesMissing: "mailutils takes a UID that is not there for the last message",
      },
    });
  });
}

type Account = Pick<MailutilsServer, "user" | "password">;

function optionsOf(
  { port }: MailutilsServer,
  { user, password }: Account,
  { isTrusted: _, security = "none", ...options }: ConnectOptions = {},
): ImapClientOptions {
  return {
    server: { host: "127.0.0.1", port, security },
    credentials: { user, password },
    // It offers SCRAM-SHA-256, for which it would need passwords that are not hashed.
    authMethod: "LOGIN-COMMAND",
    pool: { maxPerKey: 1 },
    ...options,
  };
}

function clientOf(server: MailutilsServer, account: Account, options: ConnectOptions = {}): ImapClient {
  return new ImapClient(optionsOf(server, account, options));
}

describe.runIf(isThere)("a real GNU mailutils", () => {
  const UNREADABLE = "a multipart that is cut off";
  const FOLDER = "Ablage ü & Co";

  it("has every message of a folder listed, though it finds none by 1:*", async () => {
    await using server = await startMailutils("imap4d");
    for (let number = 1; number <= 30; number++) await server.deliver(asFile(plainMessage(`s${number}`)));
    await using imap = clientOf(server, server);
    const transcript: string[] = [];
    await using traced = clientOf(server, server, { transcript: ({ text }) => void transcript.push(text) });
    const subjects = (await collect(traced.messages("INBOX"))).map(({ subject }) => subject);
    expect(subjects).toHaveLength(30);
    expect(new Set(subjects).size).toBe(30);
    // That is what makes it worth a test: it has said that there is nothing.
    const asked = transcript.findIndex((text) => text.includes("UID SEARCH UID 1:*"));
    expect(transcript[asked + 1]?.trim()).toBe("* SEARCH");
    expect(await collect(imap.messages("INBOX", { newest: 3 }))).toHaveLength(3);
    expect(await collect(imap.messages("INBOX", { afterUid: 27 }))).toHaveLength(3);
  });

  it("tells the figures of folders, whose names it does not quote", async () => {
    await using server = await startMailutils("imap4d");
    await using imap = clientOf(server, server);
    await imap.createFolder(FOLDER);
    await imap.append(FOLDER, plainMessage("one"));
    expect(await imap.status(FOLDER)).toMatchObject({ totalCount: 1 });
    const listed = (await imap.listFolders({ counts: true })).find(({ name }) => name === FOLDER);
    expect(listed).toMatchObject({ displayName: FOLDER, totalCount: 1, isSelectable: true });
  });

  it("has messages read, with their text, and files downloaded", async () => {
    await using server = await startMailutils("imap4d");
    await server.deliver(asFile(mixedMessage(1)));
    await using imap = clientOf(server, server);
    const [message] = await collect(imap.messages("INBOX", { body: "text" }));
    expect(message).toMatchObject({
      subject: "Grüße 1",
      text: "Schön, Nummer 1",
      html: "<p>Schön 1</p>",
      attachmentCount: 1,
      incomplete: undefined,
    });
    const { content, filename } = await imap.downloadAttachment("INBOX", message?.uid ?? 0, "2");
    expect(filename).toBe("Übersicht 1.pdf");
    expect(Buffer.concat(await collect(content)).equals(Buffer.alloc(3_000, 1))).toBe(true);
    const [whole] = await collect(imap.messages("INBOX", { body: "full" }));
    expect(whole?.source?.toString("latin1")).toContain("Nummer=20=\r\n1");
  });

  it("has messages of every shape read as they are", async () => {
    await using server = await startMailutils("imap4d");
    for (const { source } of variedMessages) await server.deliver(asFile(source.toString("latin1")));
    await using imap = clientOf(server, server);
    const read = await collect(imap.messages("INBOX", { body: "text" }));
    expect(read).toHaveLength(variedMessages.length);
    for (const [index, { title, subject = "", text, html, attachments = [] }] of variedMessages.entries()) {
      if (title === UNREADABLE) {
        console.log(`SKIPPED ${title}: mailutils gives an empty part`);
        continue;
      }
      const message = read[index];
      const parts = message?.attachments.map(({ part, contentType, filename }) => [
        part,
        contentType,
        filename,
      ]);
      expect({
        title,
        subject: message?.subject,
        text: message?.text?.trimEnd(),
        html: message?.html?.trimEnd(),
        parts,
      }).toEqual({
        title,
        subject,
        text: text?.trimEnd(),
        html: html?.trimEnd(),
        parts: attachments.map(({ part, contentType, filename }) => [part, contentType, filename]),
      });
    }
  });

  it("has messages marked, searched, copied, moved and deleted, and nothing expunged that others have marked", async () => {
    await using server = await startMailutils("imap4d");
    for (const subject of ["one", "two", "three"]) await server.deliver(asFile(plainMessage(subject)));
    await using imap = clientOf(server, server, { pool: { maxPerKey: 1 } });
    await imap.createFolder(FOLDER);
    const [one = 0, two = 0, three = 0] = await imap.search("INBOX", {});
    // A UID that is not there it takes for the last message.
    const missing = three + 50;
    expect(await imap.delete("INBOX", [missing])).toEqual({ uids: [], isExpunged: false });
    expect((await imap.copy("INBOX", [missing], FOLDER)).uids).toEqual([]);
    expect((await imap.move("INBOX", [missing], FOLDER)).uids).toEqual([]);
    expect(await imap.search("INBOX", { deleted: true })).toEqual([]);
    expect(await imap.search(FOLDER, {})).toEqual([]);
    expect(await imap.markAsRead("INBOX", [one])).toMatchObject({ updated: [one] });
    expect(await imap.search("INBOX", { seen: false })).toEqual([two, three]);
    expect((await imap.copy("INBOX", [one], FOLDER)).uids).toEqual([one]);
    const moved = await imap.move("INBOX", [two], FOLDER);
    expect(moved).toMatchObject({ uids: [two], isSourceRemoved: false });
    expect(await imap.delete("INBOX", [three])).toEqual({ uids: [three], isExpunged: false });
    expect(await imap.search("INBOX", { deleted: true })).toEqual([two, three]);
    expect(await imap.search(FOLDER, {})).toHaveLength(2);
  });

  it("refuses without codes, and the errors say what is wrong all the same", async () => {
    await using server = await startMailutils("imap4d");
    await using imap = clientOf(server, server);
    await imap.createFolder(FOLDER);
    await expect(imap.createFolder(FOLDER)).rejects.toMatchObject({ code: "already-exists" });
    const missing = { code: "not-found", connectionBroken: false };
    await expect(imap.search("Nowhere", {})).rejects.toMatchObject(missing);
    await expect(imap.status("Nowhere")).rejects.toMatchObject(missing);
    await expect(imap.append("Nowhere", plainMessage("lost"))).rejects.toMatchObject(missing);
    await expect(imap.deleteFolder("Nowhere")).rejects.toMatchObject(missing);
  });
});

/** As it keeps messages: with the line ends of the system. */
function asFile(source: string): string {
  return source.replaceAll("\r\n", "\n");
}
