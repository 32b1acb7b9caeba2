import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderFileName } from "../../src/archive/folder-file-name.js";
import { openMaildir } from "../../src/archive/maildir.js";

let target: string;
const date = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
const none = { seen: false, flagged: false, answered: false, draft: false };

beforeAll(async () => {
  target = await mkdtemp(join(tmpdir(), "mailwright-maildir-"));
});

afterAll(() => rm(target, { recursive: true }));

test.each([
  [{}, "new", ""],
  [{ seen: true }, "cur", ":2,S"],
  [{ flagged: true, answered: true }, "cur", ":2,FR"],
  [{ seen: true, flagged: true, answered: true, draft: true }, "cur", ":2,DFRS"],
])("a message with the flags %j lies in %s, and its name ends with %j", async (flags, part, info) => {
  const id = Object.keys(flags).join("-");
  const source = Buffer.from(`Subject: ${id}\r\n\r\n\0\xff`, "latin1");
  const folder = await openMaildir(target, "INBOX");
  await folder.add({ ...none, ...flags, id, date, source, sender: "ada@example.test" });
  await folder.close();
  const name = `${date.getTime() / 1_000}.${id}.mailwright${info}`;
  expect(await readFile(join(target, part, name))).toEqual(source);
  expect((await stat(join(target, part, name))).mtime).toEqual(date);
  expect(await readdir(join(target, "tmp"))).toEqual([]);
});

test("what is there already is known again, whatever a reader did to its flags", async () => {
  const [first, second] = ["1", "2"].map((id) => ({
    ...{ ...none, id, date, sender: "", source: Buffer.from("x") },
  }));
  if (first === undefined || second === undefined) throw new Error("Two messages");
  const folder = await openMaildir(target, "Sub.folder/Übersicht");
  await folder.add(first);
  await folder.add({ ...second, seen: true });
  await folder.close();
  const again = await openMaildir(target, "Sub.folder/Übersicht");
  expect([first, second, { id: "3", date }].map((message) => again.has(message))).toEqual([
    true,
    true,
    false,
  ]);
  expect(await readdir(target)).toContain(".Sub%2efolder.Übersicht");
});

test("two messages of one second never get one file, whatever their server calls them", async () => {
  const folder = await openMaildir(target, "Names");
  const ids = ["a_b", "a/b", "a:b", "a=2fb", "../../x", "é", "Ã©", "x".repeat(300), `${"x".repeat(300)}y`];
  for (const id of ids) {
    expect(folder.has({ id, date })).toBe(false);
    await folder.add({ ...none, seen: true, id, date, sender: "", source: Buffer.from(id) });
  }
  await folder.close();
  const names = await readdir(join(target, ".Names", "cur"));
  const sources = await Promise.all(
    names.map((name) => readFile(join(target, ".Names", "cur", name), "utf8")),
  );
  expect(sources.sort()).toEqual([...ids].sort());
});

test("two folders never get one name, and no name leaves the target", () => {
  const paths = ["a/b", "a.b", "a%2eb", "a%2fb", "a\\b", "..", "../x", "/etc", "a:b", "CON\0"];
  const names = paths.map(folderFileName);
  expect(new Set(names).size).toBe(paths.length);
  for (const name of names) expect(name).not.toMatch(/[/\\\0:]/);
  expect(folderFileName("../x")).toBe("%2e%2e.x");
});
