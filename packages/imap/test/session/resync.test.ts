import { until } from "@mailwright/suite";
import { type ImapServerOptions, type MailServers, startMailServers } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { fetchRows } from "../../src/fetch/fetch-rows.js";
import type { ImapSession } from "../../src/session/imap-session.js";
import { enableQresync, resyncHandlers } from "../../src/session/resync.js";
import { selectMailbox } from "../../src/session/select-mailbox.js";
import type { UidRange } from "../../src/wire/uid-set.js";
import { atom } from "../../src/wire/wire-argument.js";
import { listOf, textsOf, type WireResponse } from "../../src/wire/wire-node.js";
import { plainMessage } from "../support/mime-samples.js";
import { readResponses } from "../support/read-responses.js";
import { openTestSession } from "./open-test-session.js";

interface Opened extends AsyncDisposable {
  readonly mail: MailServers;
  readonly session: ImapSession;
}

const messages = [1, 2, 3, 4].map((n) => plainMessage(`s${n}`));

async function opened(imap: ImapServerOptions = {}): Promise<Opened> {
  const mail = await startMailServers({
    accounts: [{ user: "ada", password: "correct horse", messages }],
    imap,
  });
  const session = await openTestSession(mail.imap.port);
  return {
    mail,
    session,
    async [Symbol.asyncDispose]() {
      session.destroy();
      await mail.stop();
    },
  };
}

/** What a resync tells. */
function listener(): {
  readonly gone: UidRange[];
  readonly changed: string[];
  readonly vanished: (ranges: readonly UidRange[]) => void;
  readonly fetched: (response: WireResponse) => void;
} {
  const gone: UidRange[] = [];
  const changed: string[] = [];
  return {
    gone,
    changed,
    vanished: (ranges) => void gone.push(...ranges),
    fetched: ({ attributes }) => {
      const items = listOf(attributes?.[1]);
      const uid = textsOf(items)[textsOf(items).indexOf("UID") + 1];
      changed.push(`${uid} ${items.flatMap(textsOf).join(" ")}`);
    },
  };
}

describe("a mailbox that is opened with QRESYNC", () => {
  it("tells what is gone, has changed and is new since", async () => {
    await using session = await opened();
    const before = await selectMailbox(session.session, "INBOX");
    const { store } = session.mail;
    store.expunge("ada", "INBOX", [2]);
    store.setFlags("ada", "INBOX", 3, ["\\Flagged"]);
    store.deliver("ada", plainMessage("new"));
    const { uidValidity = 0, highestModseq = 0n } = before;
    expect(await enableQresync(session.session)).toBe(true);
    const heard = listener();
    const resync = { uidValidity, modSeq: highestModseq, knownUids: "1:9", ...heard };
    const after = await selectMailbox(session.session, "INBOX", { resync });
    expect(heard.gone).toEqual([[2, 2]]);
    expect(heard.changed.map((row) => row.split(" ")[0])).toEqual(["3", "5"]);
    expect(heard.changed[0]).toContain("\\Flagged");
    expect(after).toMatchObject({ exists: 4, uidValidity, uidNext: 6 });
    expect(after.highestModseq).toBeGreaterThan(highestModseq);
  });

  it("tells nothing of a mailbox with another UIDVALIDITY", async () => {
    await using session = await opened();
    await enableQresync(session.session);
    const heard = listener();
    const resync = { uidValidity: 1, modSeq: 1n, ...heard };
    expect(await selectMailbox(session.session, "INBOX", { resync })).toMatchObject({ exists: 4 });
    expect([heard.gone, heard.changed]).toEqual([[], []]);
  });

  it("is counted down by VANISHED, which whoever listens hears of", async () => {
    await using session = await opened();
    await enableQresync(session.session);
    const mailbox = await selectMailbox(session.session, "INBOX");
    const names: string[] = [];
    session.session.events.onUnsolicited((name) => names.push(name));
    session.mail.store.expunge("ada", "INBOX", [1, 3]);
    await session.session.command("NOOP", []);
    expect([mailbox.exists, names.includes("VANISHED")]).toEqual([2, true]);
  });

  it("is fetched from by what has changed, with what is gone", async () => {
    await using session = await opened();
    await enableQresync(session.session);
    const { highestModseq: changedSince } = await selectMailbox(session.session, "INBOX");
    const { store } = session.mail;
    store.expunge("ada", "INBOX", [4]);
    store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
    await session.session.command("NOOP", []);
    const { gone, vanished } = listener();
    const rows = await fetchRows(session.session, "1:*", [atom("UID"), atom("FLAGS")], {
      changedSince,
      vanished,
    });
    expect([[...rows.keys()], gone]).toEqual([[1], [[4, 4]]]);
  });
});

it("what others remove while a mailbox is opened with QRESYNC is for the session", () => {
  const { gone, vanished, fetched } = listener();
  const handlers = resyncHandlers({ vanished, fetched });
  const [missed, meanwhile] = readResponses([Buffer.from("* VANISHED (EARLIER) 2\r\n* VANISHED 3\r\n")]);
  expect([missed, meanwhile].map((response) => response && handlers["VANISHED"]?.(response))).toEqual([
    true,
    false,
  ]);
  expect(gone).toEqual([[2, 2]]);
});

describe("QRESYNC", () => {
  it("is not on where the server has none", async () => {
    await using session = await opened({ disable: ["QRESYNC"] });
    expect(await enableQresync(session.session)).toBe(false);
  });

  it("closes what is open before it is switched on, and stays on", async () => {
    await using session = await opened();
    await selectMailbox(session.session, "INBOX");
    expect(await enableQresync(session.session)).toBe(true);
    expect(session.session.selected).toBeUndefined();
    await selectMailbox(session.session, "INBOX");
    expect(await enableQresync(session.session)).toBe(true);
    expect(session.session.selected).toBeDefined();
  });
});

describe("a mailbox that is opened", () => {
  it("has an id that outlives its name", async () => {
    await using session = await opened();
    await session.session.command("CREATE", [atom("Old")]);
    const { mailboxId } = await selectMailbox(session.session, "Old");
    await session.session.command("RENAME", [atom("Old"), atom("New")]);
    expect(mailboxId).toMatch(/\S/);
    expect(await selectMailbox(session.session, "New")).toMatchObject({ mailboxId });
  });

  it("has no MODSEQ where the server says so", async () => {
    await using session = await opened({ quirks: { noModseq: true } });
    expect((await selectMailbox(session.session, "INBOX")).highestModseq).toBeUndefined();
  });

  it("is opened for reading alone until something is to be changed", async () => {
    await using session = await opened();
    const first = await selectMailbox(session.session, "INBOX", { isReading: true });
    expect(first).toMatchObject({ isExamined: true, isReadOnly: true });
    expect(await selectMailbox(session.session, "INBOX", { isReading: true })).toBe(first);
    const second = await selectMailbox(session.session, "INBOX");
    expect(second).toMatchObject({ isExamined: false, isReadOnly: false });
    expect(await selectMailbox(session.session, "INBOX", { isReading: true })).toBe(second);
  });
});

describe("NOTIFY", () => {
  it("tells of other mailboxes, and the session passes it on", async () => {
    await using session = await opened();
    const told: string[] = [];
    session.session.events.onUnsolicited((name) => told.push(name));
    const events = [atom("MessageNew"), atom("MessageExpunge"), atom("MailboxName")];
    await session.session.command("NOTIFY", [atom("SET"), [atom("PERSONAL"), events]]);
    session.mail.store.createMailbox("ada", "Lists");
    session.mail.store.deliver("ada", plainMessage("elsewhere"), { mailbox: "Lists" });
    await until(() => told.includes("STATUS") && told.includes("LIST"));
  });
});
