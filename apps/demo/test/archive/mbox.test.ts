import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "@mailwright/suite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openMbox } from "../../src/archive/mbox.js";
import { readMboxrd } from "./read-mboxrd.js";

let target: string;

beforeAll(async () => {
  target = await mkdtemp(join(tmpdir(), "mailwright-mbox-"));
});

afterAll(() => rm(target, { recursive: true }));

const message = (id: string, source: Buffer) => ({
  ...{ id, source, date: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)), sender: "ada@example.test" },
  ...{ seen: true, flagged: false, answered: false, draft: false },
});

test("what begins a line like the line between two messages comes back as it was", async () => {
  const lines = [
    "From ada\r\n",
    ">From bob\n",
    ">>From carol\r\n",
    " From\r\n",
    "From\r\n",
    "\r\n",
    "\n",
    "x\r\n",
  ];
  const random = seededRandom(7);
  const sources = Array.from({ length: 200 }, () => {
    const count = 1 + Math.floor(random() * 12);
    const text = Array.from({ length: count }, () => lines[Math.floor(random() * lines.length)]);
    return Buffer.from(text.join(""), "latin1");
  });
  const folder = await openMbox(target, "Projekte/Übersicht");
  for (const [index, source] of sources.entries()) await folder.add(message(String(index), source));
  await folder.close();
  const file = await readFile(join(target, "Projekte.Übersicht.mbox"));
  expect(readMboxrd(file)).toEqual(sources.map((source) => source.toString("latin1")));
  expect(file.toString("latin1")).toMatch(/^From ada@example\.test Fri Jan {2}2 03:04:05 2026\n/);
});

test("a message without an end of line gets one; every byte else is the server's", async () => {
  const source = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 0x0a));
  const folder = await openMbox(target, "Bytes");
  await folder.add(message("1", source));
  await folder.close();
  expect(readMboxrd(await readFile(join(target, "Bytes.mbox")))).toEqual([`${source.toString("latin1")}\n`]);
});

test("a file is there when it is whole, and is never begun again", async () => {
  const broken = await openMbox(target, "Half");
  await broken.add(message("1", Buffer.from("a\r\n")));
  await broken[Symbol.asyncDispose]();
  await expect(broken.add(message("2", Buffer.from("b\r\n")))).rejects.toThrow(/closed|EBADF/);
  expect(await readdir(target)).toContain("Half.mbox.part");
  expect(await readdir(target)).not.toContain("Half.mbox");
  const again = await openMbox(target, "Half");
  expect(again.has(message("1", Buffer.of()))).toBe(false);
  await again.add(message("1", Buffer.from("b\r\n")));
  await again.close();
  expect(readMboxrd(await readFile(join(target, "Half.mbox")))).toEqual(["b\r\n"]);
  const third = await openMbox(target, "Half");
  expect(third.has(message("1", Buffer.of()))).toBe(true);
  await third.add(message("2", Buffer.from("c\r\n")));
  await third.close();
  expect(readMboxrd(await readFile(join(target, "Half.mbox")))).toEqual(["b\r\n"]);
});

test("a sender that is no word, or none, does not break the line that begins a message", async () => {
  const folder = await openMbox(target, "Odd");
  for (const [index, sender] of ["", "a b@x", "a\nFrom b"].entries())
    await folder.add({ ...message(String(index), Buffer.from("x\n")), sender });
  await folder.close();
  const file = await readFile(join(target, "Odd.mbox"), "utf8");
  expect(file.match(/^From MAILER-DAEMON /gm)).toHaveLength(3);
  expect(readMboxrd(Buffer.from(file))).toEqual(["x\n", "x\n", "x\n"]);
});
