import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MailStore } from "@mailwright/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMailFile, writeMailFile } from "../../src/embedded/mail-file.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-mail-"));
});

afterAll(() => rm(folder, { recursive: true }));

test("embedded servers begin with what they had: folders, flags, dates, every byte", async () => {
  const raw = Buffer.from("Subject: Hi\r\n\r\n\xff\0\r\n", "latin1");
  const internalDate = new Date(Date.UTC(2026, 1, 3));
  const message = { raw, mailbox: "Übersicht", flags: ["\\Seen", "mine"], internalDate };
  const account = { user: "ada", password: "x", mailboxes: [{ path: "Sent", specialUse: "\\Sent" }] };
  const store = new MailStore([{ ...account, messages: [message] }]);
  const path = join(folder, "new", "mail.json");
  await writeMailFile(path, store, ["ada"]);
  const [kept] = (await readMailFile(path)) ?? [];
  expect(kept?.mailboxes).toEqual([{ path: "Sent", specialUse: "\\Sent" }, { path: "Übersicht" }]);
  expect(kept?.messages).toEqual([message]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  // Written whole under another name first: a program that is killed meanwhile leaves the last one.
  expect(await readdir(join(folder, "new"))).toEqual(["mail.json"]);
});

test.each(["", "{", "[{}]", '[{"user":"ada","mailboxes":[],"messages":[{"raw":"?"}]}]'])(
  "a file that is %j counts for nothing",
  async (text) => {
    const path = join(folder, "broken.json");
    await writeFile(path, text);
    expect(await readMailFile(path)).toBeUndefined();
  },
);

test("without a file there is nothing", async () => {
  expect(await readMailFile(join(folder, "none.json"))).toBeUndefined();
});
