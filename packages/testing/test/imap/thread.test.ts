import { expect, test } from "vitest";
import { isReplySubject } from "../../src/imap/mime/base-subject.js";
import { formatThreads, type ThreadedMessage } from "../../src/imap/mime/thread-node.js";
import { threadByReferences } from "../../src/imap/mime/thread-references.js";
import { threadBySubject } from "../../src/imap/mime/thread-subjects.js";

function message(number: number, details: Partial<ThreadedMessage> = {}): ThreadedMessage {
  const subject = details.baseSubject ?? `SUBJECT ${number}`;
  return {
    number,
    messageId: `<${number}>`,
    references: [],
    isReply: false,
    sentMs: number,
    ...details,
    baseSubject: subject,
  };
}

const references = (...messages: ThreadedMessage[]): string => formatThreads(threadByReferences(messages));

test("answers stand below what they answer, in the order in which they were sent", () => {
  expect(
    references(
      message(1),
      message(2, { references: ["<1>"], sentMs: 9 }),
      message(3, { references: ["<1>"] }),
      message(4, { references: ["<1>", "<3>"] }),
      message(5),
    ),
  ).toBe("(1 (3 4)(2))(5)");
});

test("a message that is not there holds its answers together, but is no rung between two that are", () => {
  expect(references(message(2, { references: ["<x>"] }), message(3, { references: ["<x>"] }))).toBe(
    "((2)(3))",
  );
  expect(references(message(1), message(2, { references: ["<1>", "<x>"] }))).toBe("(1 2)");
  expect(references(message(2, { references: ["<x>"] }))).toBe("(2)");
  const below = ["<1>", "<x>"];
  expect(
    references(
      message(1),
      message(2, { references: below }),
      message(3, { references: below }),
      message(4, { references: ["<1>"] }),
    ),
  ).toBe("(1 (2)(3)(4))");
});

test("references in a circle, to oneself and under one identifier break nothing", () => {
  expect(references(message(1, { references: ["<2>"] }), message(2, { references: ["<1>"] }))).toBe("(2 1)");
  expect(references(message(1, { references: ["<1>"] }))).toBe("(1)");
  expect(references(message(1), message(2, { messageId: "<1>" }), message(3, { messageId: undefined }))).toBe(
    "(1)(2)(3)",
  );
});

test("threads of one subject become one: an answer below what it answers, equals side by side", () => {
  const baseSubject = "LUNCH";
  expect(references(message(1, { baseSubject }), message(2, { baseSubject, isReply: true }))).toBe("(1 2)");
  expect(references(message(1, { baseSubject, isReply: true }), message(2, { baseSubject }))).toBe("(2 1)");
  expect(references(message(1, { baseSubject }), message(2, { baseSubject }))).toBe("((1)(2))");
  expect(
    references(
      message(1, { baseSubject, references: ["<x>"] }),
      message(2, { baseSubject, references: ["<x>"] }),
      message(3, { baseSubject, references: ["<y>"] }),
      message(4, { baseSubject, references: ["<y>"] }),
      message(5, { baseSubject }),
    ),
  ).toBe("((1)(2)(3)(4)(5))");
  expect(references(message(1, { baseSubject: "" }), message(2, { baseSubject: "" }))).toBe("(1)(2)");
});

test("ordered by subject all others stand below the first", () => {
  const threads = threadBySubject([
    message(1, { baseSubject: "B", sentMs: 5 }),
    message(2, { baseSubject: "A", sentMs: 1 }),
    message(3, { baseSubject: "B", sentMs: 2 }),
    message(4, { baseSubject: "B", sentMs: 9 }),
  ]);
  expect(formatThreads(threads)).toBe("(2)(3 (1)(4))");
});

test.each([
  ["Re: x", true],
  ["[list] Fwd: x", true],
  ["RE[2]: x", true],
  ["x (fwd)", true],
  ["[Fwd: x]", true],
  ["x", false],
  ["Regarding: x", false],
  ["[list] x", false],
])("the subject %j is one of an answer: %j", (subject, isReply) => {
  expect(isReplySubject(subject)).toBe(isReply);
});
