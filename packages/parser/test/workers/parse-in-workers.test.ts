import { parseInWorkers, parseMessage } from "@mailwright/parser";
import { expect, test, vi } from "vitest";

const MESSAGE = [
  "From: Ada <ada@example.org>",
  "To: bob@example.com",
  "Subject: number NUMBER",
  "Date: Fri, 20 Nov 2026 10:13:00 +0100",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "grüße NUMBER",
  "--b",
  "Content-Type: message/rfc822",
  "",
  "Subject: inner",
  "",
  "--b--",
  "",
].join("\n");
const numbered = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => Buffer.from(MESSAGE.replaceAll("NUMBER", String(index))));

test("messages come back in order with everything decoded", { timeout: 120_000 }, async () => {
  const sources = numbered(25);
  const subjects: (string | undefined)[] = [];
  for await (const result of parseInWorkers(sources, { workers: 2 })) {
    if (!result.ok) throw result.error;
    const ours = parseMessage(sources[subjects.length] ?? "");
    const { value } = result;
    expect([value.text, value.html, value.from, value.date]).toEqual([
      ours.text,
      ours.html,
      ours.from,
      ours.date,
    ]);
    expect(value.structure.children.map(({ path, bodyStart }) => [path, bodyStart])).toEqual(
      ours.structure.children.map(({ path, bodyStart }) => [path, bodyStart]),
    );
    expect([...value.headers]).toEqual([...ours.headers]);
    expect(value.attachments[0]?.content()).toEqual(ours.attachments[0]?.content());
    expect(value.attachments[0]?.message()?.subject).toBe("inner");
    expect(value.defects).toEqual(ours.defects);
    subjects.push(value.subject);
  }
  expect(subjects).toEqual(sources.map((_, index) => `number ${index}`));
});

test("a message that takes too long fails alone", { timeout: 120_000 }, async () => {
  const slow = Buffer.concat([
    Buffer.from("Content-Transfer-Encoding: base64\n\n"),
    Buffer.alloc(50_000_000, "QQ=="),
  ]);
  const [first, second, third] = numbered(3);
  const list = [first, second, slow, third].filter((bytes) => bytes !== undefined);
  const outcomesWithin = async (timeoutMs: number): Promise<readonly string[]> => {
    const outcomes: string[] = [];
    for await (const result of parseInWorkers(list, { workers: 1, timeoutMs }))
      outcomes.push(result.ok ? "ok" : result.error.code);
    return outcomes;
  };
  // How long it takes, the machine decides.
  let timeoutMs = 4_000;
  let outcomes = await outcomesWithin(timeoutMs);
  while (outcomes.every((outcome) => outcome === "ok")) {
    timeoutMs /= 2;
    outcomes = await outcomesWithin(timeoutMs);
  }
  expect(outcomes).toEqual(["ok", "ok", "timeout", "ok"]);
});

test("the signal ends the work with its reason", async () => {
  const controller = new AbortController();
  const run = async (): Promise<void> => {
    for await (const _ of parseInWorkers(numbered(50), { workers: 1, signal: controller.signal }))
      controller.abort(new Error("enough"));
  };
  await expect(run()).rejects.toThrow("enough");
});

test("leaving early leaves no thread behind", { timeout: 120_000 }, async () => {
  for await (const _ of parseInWorkers(numbered(10), { workers: 2 })) break;
  // A port closes some turns after its thread has ended.
  await vi.waitFor(
    () =>
      expect(
        process.getActiveResourcesInfo().filter((name) => name === "Worker" || name === "MessagePort"),
      ).toEqual([]),
    { timeout: 10_000 },
  );
});
