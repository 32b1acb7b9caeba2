import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startMailServers } from "@mailwright/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFileLedger, type LedgerEntry, SmtpClient } from "../../src/index.js";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-ledger-"));
  path = join(folder, "outbox.ledger");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const entryOf = (number: number): LedgerEntry => ({
  messageId: `<${number}@example.test>`,
  idempotencyKey: `invoice-${number}`,
  attempt: 1,
  from: "me@example.test",
  recipients: ["a@example.org", "ü@example.org"],
  startedAt: new Date(1_700_000_000_000 + number),
});
const outcome = { startedAt: new Date(0), durationMs: 1, phase: "done" };
const finished = (number: number): Parameters<ReturnType<typeof createFileLedger>["finish"]>[0] => ({
  ...entryOf(number),
  outcome,
  results: [],
});

describe("a ledger in a file", () => {
  test("tells the next process what began and never finished, until that is settled", async () => {
    {
      await using ledger = createFileLedger(path);
      expect(await ledger.unsettled()).toEqual([]);
      for (const number of [1, 2, 3]) await ledger.begin(entryOf(number));
      await ledger.finish(finished(2));
      expect(await ledger.unsettled()).toEqual([]);
    }
    await using next = createFileLedger(path);
    expect(await next.unsettled()).toEqual([entryOf(1), entryOf(3)]);
    await next.begin(entryOf(4));
    expect(await next.unsettled()).toHaveLength(2);
    await next.settle(entryOf(1));
    expect(await next.unsettled()).toEqual([entryOf(3)]);
    await next.close();
    expect(await createFileLedger(path).unsettled()).toEqual([entryOf(3), entryOf(4)]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("cut at any byte gives all whole records before the cut, and goes on behind it", async () => {
    const ledger = createFileLedger(path);
    for (const number of [1, 2]) await ledger.begin(entryOf(number));
    await ledger.finish(finished(1));
    await ledger.close();
    const whole = await readFile(path);
    const ends = [...whole.keys()].filter((index) => whole[index] === 0x0a);
    const expected = [[], [entryOf(1)], [entryOf(1), entryOf(2)], [entryOf(2)]];
    for (let cut = 0; cut <= whole.length; cut++) {
      await writeFile(path, whole.subarray(0, cut));
      const records = ends.filter((end) => end < cut).length;
      const torn = createFileLedger(path);
      expect(await torn.unsettled(), `cut at ${cut}`).toEqual(expected[records]);
      if (cut % 7 !== 0) continue;
      await torn.begin(entryOf(9));
      await torn.close();
      expect(await createFileLedger(path).unsettled(), `cut at ${cut}`).toEqual([
        ...(expected[records] ?? []),
        entryOf(9),
      ]);
    }
  });

  test("writes what begins at once in one flush, in order", async () => {
    const ledger = createFileLedger(path);
    const numbers = Array.from({ length: 200 }, (_, number) => number);
    await Promise.all(numbers.map((number) => ledger.begin(entryOf(number))));
    await ledger.close();
    expect(await createFileLedger(path).unsettled()).toEqual(numbers.map(entryOf));
  });

  test("stays small however many attempts begin and end, and keeps those that have not", async () => {
    const ledger = createFileLedger(path);
    for (let number = 0; number < 5; number++) await ledger.begin(entryOf(number));
    const { ino } = await stat(path);
    let longest = 0;
    for (let round = 1; round <= 40; round++) {
      const numbers = Array.from({ length: 100 }, (_, index) => round * 100 + index);
      await Promise.all(numbers.map((number) => ledger.begin(entryOf(number))));
      await Promise.all(numbers.map((number) => ledger.finish(finished(number))));
      longest = Math.max(longest, (await readFile(path, "utf8")).split("\n").length);
    }
    expect(longest).toBeLessThanOrEqual(1_000 + 2 * 100 + 1);
    // Another file took its place: one that is written over is at some moment neither.
    expect((await stat(path)).ino).not.toBe(ino);
    await ledger.close();
    const open = [0, 1, 2, 3, 4].map(entryOf);
    const next = createFileLedger(path);
    expect(await next.unsettled()).toEqual(open);
    // What an earlier process left outlives the compactions of this one, and what is settled does not.
    await next.settle(entryOf(0));
    for (let number = 10_000; number < 10_600; number++) {
      const begun = next.begin(entryOf(number));
      await Promise.all([begun, begun.then(() => next.finish(finished(number)))]);
    }
    await next.close();
    expect(await createFileLedger(path).unsettled()).toEqual(open.slice(1));
    expect(await readdir(folder)).toEqual(["outbox.ledger"]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("goes by the old file whatever a compaction left beside it, and replaces that by the next", async () => {
    const ledger = createFileLedger(path);
    await ledger.begin(entryOf(1));
    await writeFile(`${path}.new`, '{"kind":"begin","messageId":"<half@exam');
    expect(await createFileLedger(path).unsettled()).toEqual([entryOf(1)]);
    const numbers = Array.from({ length: 600 }, (_, index) => 100 + index);
    await Promise.all(numbers.map((number) => ledger.begin(entryOf(number))));
    await Promise.all(numbers.map((number) => ledger.finish(finished(number))));
    await ledger.close();
    expect(await readdir(folder)).toEqual(["outbox.ledger"]);
    expect(await createFileLedger(path).unsettled()).toEqual([entryOf(1)]);
    expect((await readFile(path, "utf8")).split("\n")).toHaveLength(2);
  });

  test("goes on with the file that it has when it cannot be written anew", async () => {
    const ledger = createFileLedger(path);
    await ledger.begin(entryOf(1));
    // A folder in the place of the file that would take over.
    await mkdir(`${path}.new`);
    const numbers = Array.from({ length: 600 }, (_, index) => 100 + index);
    await Promise.all(numbers.map((number) => ledger.begin(entryOf(number))));
    await Promise.all(numbers.map((number) => ledger.finish(finished(number))));
    await ledger.close();
    expect(await createFileLedger(path).unsettled()).toEqual([entryOf(1)]);
  });

  test("that cannot be written keeps the message from being sent", async () => {
    await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
    await using smtp = new SmtpClient({
      server: { host: mail.host, port: mail.smtp.port, security: "none" },
      credentials: { user: "ada", password: "x" },
      from: "ada@example.test",
      retry: { attempts: 1 },
      ledger: createFileLedger(join(folder, "no", "such", "folder")),
    });
    const result = await smtp.send({ to: ["ada@example.test"], subject: "s", text: "hi" });
    expect(result).toMatchObject({ status: "not-sent", attempts: [{ error: { phase: "ledger" } }] });
    expect(mail.smtp.messages).toEqual([]);
  });

  test("has nothing unsettled after sends that came to an end", async () => {
    await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
    const ledger = createFileLedger(path);
    await using smtp = new SmtpClient({
      server: { host: mail.host, port: mail.smtp.port, security: "none" },
      credentials: { user: "ada", password: "x" },
      from: "ada@example.test",
      ledger,
    });
    const to = ["ada@example.test"];
    const results = await Promise.all([1, 2, 3].map((n) => smtp.send({ to, subject: "s", text: `${n}` })));
    expect(results.map(({ status }) => status)).toEqual(["accepted", "accepted", "accepted"]);
    await ledger.close();
    expect(await createFileLedger(path).unsettled()).toEqual([]);
    expect((await readFile(path, "utf8")).split("\n")).toHaveLength(7);
  });

  test.each([undefined, "", 5])("%s is no path", (wrong) => {
    // @ts-expect-error as callers without types may call it
    expect(() => createFileLedger(wrong)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  });
});

test("a process killed at any moment loses nothing that it was told is on the disk", async () => {
  const dist = new URL("../../dist/index.js", import.meta.url).href;
  const program = `
    import { writeSync } from "node:fs";
    import { createFileLedger } from ${JSON.stringify(dist)};
    // Not process.stdout: what it has not written yet when the process is killed was never told.
    const tell = (line) => writeSync(1, line + "\\n");
    const ledger = createFileLedger(process.argv[1]);
    const worker = async (lane) => {
      for (let n = lane; ; n += 4) {
        const entry = { messageId: String(n), attempt: 1, from: "", recipients: [], startedAt: new Date(n) };
        tell("begins " + n);
        await ledger.begin(entry);
        tell("began " + n);
        if (n % 3 === 0) continue;
        await ledger.finish({ ...entry, outcome: {}, results: [] });
        tell("finished " + n);
      }
    };
    for (const lane of [0, 1, 2, 3]) void worker(lane);
    const busy = async () => {
      for (let n = 0; ; n++) {
        const entries = Array.from({ length: 200 }, (_, at) => (
          { messageId: "busy", attempt: n * 200 + at, from: "", recipients: [], startedAt: new Date(0) }
        ));
        await Promise.all(entries.map((entry) => ledger.begin(entry)));
        await Promise.all(entries.map((entry) => ledger.finish({ ...entry, outcome: {}, results: [] })));
        tell("compacts " + n);
      }
    };
    if (process.argv[2] === "busy") void busy();
  `;
  let compactions = 0;
  // A busy process writes its file anew with every thousandth line: some of these fall into that.
  const rounds = [1, 40, 200].map((lines) => ({ lines, mode: [] as string[] }));
  for (let n = 0; n < 6; n++) rounds.push({ lines: 60 + n * 7, mode: ["busy"] });
  for (const { lines, mode } of rounds) {
    await rm(path, { force: true });
    const child = spawn(process.execPath, ["--input-type=module", "-e", program, path, ...mode], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const told: Record<string, Set<string>> = { begins: new Set(), began: new Set(), finished: new Set() };
    const exited = once(child, "exit");
    let heard = 0;
    let written = 0;
    for await (const line of createInterface(child.stdout)) {
      const [what = "", number = ""] = line.split(" ");
      told[what]?.add(number);
      if (what === "compacts") written += 400;
      if (++heard === lines) child.kill("SIGKILL");
    }
    await exited;
    if ((await readFile(path, "utf8").catch(() => "")).split("\n").length < written) compactions += 1;
    const unsettled = await createFileLedger(path).unsettled();
    const left = unsettled.map(({ messageId }) => messageId).filter((id) => id !== "busy");
    const owed = [...(told["began"] ?? [])].filter((n) => Number(n) % 3 === 0);
    expect(left).toEqual(expect.arrayContaining(owed));
    for (const number of left) {
      expect(told["begins"]).toContain(number);
      expect(told["finished"]).not.toContain(number);
    }
  }
  expect(compactions).toBeGreaterThan(0);
});
