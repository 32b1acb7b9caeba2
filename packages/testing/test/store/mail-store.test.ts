import { measureGrowth } from "@mailwright/suite";
import { expect, test } from "vitest";
import { MailStore, MailStoreError } from "../../src/index.js";

function createStore(): MailStore {
  return new MailStore([
    {
      user: "ada",
      password: "x",
      accessToken: "tok",
      messages: [
        "Subject: one\n\nhello\n",
        { raw: "Subject: two\n\n\n", mailbox: "Work/2026", flags: ["\\seen"] },
      ],
    },
    { user: "bob@example.org", password: "y", quotaBytes: 30, mailboxes: ["Sent"] },
  ]);
}

test("text is stored with CRLF line ends and bytes as they are", () => {
  const store = createStore();
  const bytes = Buffer.from("A: b\n\nbare\n");
  store.deliver("ada", bytes);
  expect(store.messages("ada").map((message) => message.raw.toString())).toEqual([
    "Subject: one\r\n\r\nhello\r\n",
    "A: b\n\nbare\n",
  ]);
});

test("system flags are stored in canonical case and Recent never", () => {
  const store = createStore();
  const [message] = store.messages("ada", "Work/2026");
  expect(message?.flags).toEqual(new Set(["\\Seen"]));
  store.setFlags("ada", "Work/2026", 1, ["\\FLAGGED", "\\Recent", "Custom"]);
  expect(message?.flags).toEqual(new Set(["\\Flagged", "Custom"]));
});

test("every change raises the modification sequence, a change to the same flags does not", () => {
  const store = createStore();
  const modseq = (): number => store.mailboxes("ada")[0]?.highestModseq ?? 0;
  const start = modseq();
  store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
  expect(modseq()).toBe(start + 1);
  store.setFlags("ada", "INBOX", 1, ["\\SEEN"]);
  expect(modseq()).toBe(start + 1);
  expect(store.expunge("ada", "INBOX", [1, 99])).toEqual([1]);
  expect(modseq()).toBe(start + 2);
  expect(store.account("ada").mailbox("inbox").expunged).toEqual([{ uid: 1, modseq: start + 2 }]);
});

test("UIDs are never used twice", () => {
  const store = createStore();
  store.expunge("ada", "INBOX", [1]);
  expect(store.deliver("ada", "x\n").uid).toBe(2);
});

test("a message over quota is refused and nothing is stored", () => {
  const store = createStore();
  store.deliver("bob@example.org", "Subject: fits\n\n");
  expect(() => store.deliver("bob@example.org", "Subject: does not fit\n\n")).toThrow(
    expect.objectContaining({ code: "over-quota" }),
  );
  expect(store.messages("bob@example.org")).toHaveLength(1);
});

test("one set of credentials is checked for passwords and tokens", () => {
  const store = createStore();
  expect(store.authenticate("ada", "x")?.address).toBe("ada@example.test");
  expect(store.authenticate("ada", "wrong")).toBeUndefined();
  expect(store.authenticate("nobody", "x")).toBeUndefined();
  expect(store.authenticateToken("ada", "tok")?.user).toBe("ada");
  expect(store.authenticateToken("bob@example.org", "tok")).toBeUndefined();
  expect(store.findAddress("BOB@example.org")?.user).toBe("bob@example.org");
});

test("arrivals are told to listeners until they unsubscribe", () => {
  const store = createStore();
  const seen: string[] = [];
  const unsubscribe = store.on("message", ({ user, mailbox, message }) =>
    seen.push(`${user} ${mailbox} ${message.uid}`),
  );
  store.deliver("ada", "a\n");
  unsubscribe();
  store.deliver("ada", "b\n");
  expect(seen).toEqual(["ada INBOX 2"]);
});

test("renaming takes the children along and INBOX gives only its messages away", () => {
  const account = createStore().account("ada");
  account.createMailbox("Work");
  account.renameMailbox("Work", "Old");
  expect(account.find("Old/2026")?.messages).toHaveLength(1);
  expect(account.find("Work/2026")).toBeUndefined();
  account.renameMailbox("INBOX", "Saved");
  expect(account.find("Saved")?.messages).toHaveLength(1);
  expect(account.find("INBOX")?.messages).toHaveLength(0);
});

test("unknown accounts, unknown mailboxes and impossible names are typed errors", () => {
  const store = createStore();
  expect(() => store.deliver("eve", "x")).toThrow(MailStoreError);
  expect(() => store.messages("ada", "Nope")).toThrow(expect.objectContaining({ code: "no-mailbox" }));
  for (const path of ["", "/a", "a/", "a//b", "a\r\nb"]) {
    expect(() => store.createMailbox("ada", path)).toThrow(expect.objectContaining({ code: "invalid-name" }));
  }
  expect(() => store.createMailbox("ada", "inbox")).toThrow(
    expect.objectContaining({ code: "mailbox-exists" }),
  );
});

test("a second account of the same name is refused, and the first one keeps its mail", () => {
  const store = createStore();
  expect(() => store.addAccount({ user: "ada", password: "other" })).toThrow(
    expect.objectContaining({ name: "MailStoreError", code: "account-exists" }),
  );
  expect(store.messages("ada")).toHaveLength(1);
  expect(store.account("ada").password).toBe("x");
});

test("bytes that the caller changes later stay in the store as they were", () => {
  const bytes = Buffer.from("A: b\r\n\r\nbody\r\n");
  const store = new MailStore([{ user: "ada", password: "x", messages: [bytes] }]);
  store.deliver("ada", bytes);
  store.deliver("ada", bytes, { mailbox: "Sent" });
  const before = bytes.toString();
  bytes.fill(0);
  const kept = [...store.messages("ada"), ...store.messages("ada", "Sent")];
  expect(kept.map(({ raw }) => raw.toString())).toEqual([before, before, before]);
});

test("values that no server could tell are refused", () => {
  const store = new MailStore([{ user: "ada", password: "x" }]);
  const { uid } = store.deliver("ada", "hello");
  const refused = expect.objectContaining({ code: "invalid-value" });
  for (const attempt of [
    () => store.deliver("ada", "hello", { flags: ["two words"] }),
    () => store.deliver("ada", "hello", { internalDate: new Date(Number.NaN) }),
    () => store.setFlags("ada", "INBOX", uid, ["(paren"]),
    () => store.setUidValidity("ada", "INBOX", 1.5),
    () => store.setUidValidity("ada", "INBOX", 2 ** 32),
    () => store.setHighestModseq("ada", "INBOX", Number.NaN),
  ]) {
    expect(attempt).toThrow(refused);
  }
  expect(store.messages("ada")).toHaveLength(1);
});

test("no two mailboxes of a process have the same UIDVALIDITY", () => {
  const accounts = [{ user: "ada", password: "x" }];
  const values = [new MailStore(accounts), new MailStore(accounts)].flatMap((store) =>
    store.mailboxes("ada").map(({ uidValidity }) => uidValidity),
  );
  expect(new Set(values).size).toBe(values.length);
});

test("storing under a quota takes no longer the more there is, and what was removed makes room", async () => {
  const fill = (count: number) => () => {
    const store = new MailStore([{ user: "ada", password: "x", quotaBytes: 1e9 }]);
    for (let index = 0; index < count; index += 1) store.deliver("ada", "Subject: x\r\n\r\n");
    return store;
  };
  const { ratio, told } = await measureGrowth(fill, [400, 6400], { bar: 4 });
  expect(ratio, told).toBeLessThan(4);
  const store = fill(3)();
  expect(store.account("ada").usedBytes).toBe(3 * 14);
  store.expunge("ada", "INBOX", [1, 2]);
  expect(store.account("ada").usedBytes).toBe(14);
});
