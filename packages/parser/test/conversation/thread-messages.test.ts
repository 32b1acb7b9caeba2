import { measureGrowth } from "@mailwright/suite";
import { expect, test } from "vitest";
import {
  type Thread,
  type ThreadableMessage,
  threadMessages,
} from "../../src/conversation/thread-messages.js";

type Row = readonly [id: string, references?: string, subject?: string];

const message = ([id, references = "", subject = ""]: Row): ThreadableMessage & { id: string } => ({
  id,
  messageId: `<${id}>`,
  inReplyTo: undefined,
  references: references
    .split(" ")
    .filter((part) => part !== "")
    .map((part) => `<${part}>`),
  subject,
});

/** `a(b,c(d))`; a missing message is `?`. */
function show(threads: readonly Thread<{ id: string }>[]): string {
  return threads
    .map(
      ({ message: found, replies }) => (found?.id ?? "?") + (replies.length > 0 ? `(${show(replies)})` : ""),
    )
    .join(",");
}

test.each<[string, Row[], string]>([
  ["a chain", [["a"], ["b", "a"], ["c", "a b"]], "a(b(c))"],
  ["a chain that comes backwards", [["c", "a b"], ["b", "a"], ["a"]], "a(b(c))"],
  ["siblings", [["a"], ["b", "a"], ["c", "a"]], "a(b,c)"],
  ["a missing parent of one", [["b", "a"]], "b"],
  [
    "a missing parent of two",
    [
      ["b", "a"],
      ["c", "a"],
    ],
    "?(b,c)",
  ],
  ["a missing link in between", [["a"], ["c", "a b"]], "a(c)"],
  [
    "a loop",
    [
      ["a", "b"],
      ["b", "a"],
    ],
    "b(a)",
  ],
  ["a message that refers to itself", [["a", "a"]], "a"],
  ["two messages of one identifier", [["a"], ["a"], ["b", "a"]], "a(b),a"],
  [
    "replies without references",
    [
      ["a", "", "offer"],
      ["b", "", "Re: offer"],
      ["c", "", "AW: Offer"],
    ],
    "a(b,c)",
  ],
  [
    "two conversations of one subject",
    [
      ["a", "", "offer"],
      ["b", "", "offer"],
    ],
    "a,b",
  ],
  [
    "empty subjects",
    [
      ["a", "", ""],
      ["b", "", "Re: "],
    ],
    "a,b",
  ],
  ["nothing", [], ""],
])("%s", (_name, rows, expected) => {
  expect(show(threadMessages(rows.map(message)))).toBe(expected);
});

test("In-Reply-To counts where References is missing", () => {
  const reply = { ...message(["b"]), inReplyTo: "<a>" };
  expect(show(threadMessages([message(["a"]), reply]))).toBe("a(b)");
});

test("subjects are left alone when that is wanted", () => {
  const rows: Row[] = [
    ["a", "", "offer"],
    ["b", "", "Re: offer"],
  ];
  expect(show(threadMessages(rows.map(message), { bySubject: false }))).toBe("a,b");
});

test("long chains and wide threads are put together", () => {
  const count = 5_000;
  const chain = Array.from({ length: count }, (_, n) => message([`${n}`, n === 0 ? "" : `${n - 1}`]));
  const wide = Array.from({ length: count }, (_, n) => message([`r${n}`, "root"]));
  expect(threadMessages(chain)).toHaveLength(1);
  expect(threadMessages([...chain].reverse())).toHaveLength(1);
  expect(threadMessages(wide)[0]?.replies).toHaveLength(count);
});

test.each<[string, (n: number) => [string, string]]>([
  ["long chains", (n) => [`${n}`, n === 0 ? "" : `${n - 1}`]],
  ["wide threads", (n) => [`r${n}`, "root"]],
])("%s take linear time", async (_name, row) => {
  const jobOf = (count: number): (() => unknown) => {
    const rows = Array.from({ length: count }, (_, n) => message(row(n)));
    return () => threadMessages(rows);
  };
  const { ratio, told } = await measureGrowth(jobOf, [2_000, 20_000], { bar: 3 });
  expect(ratio, told).toBeLessThan(3);
});
