import { expect, test } from "vitest";
import { othersInThread } from "../../src/web/mail/others-in-thread.js";
import { message } from "./samples.js";

const opened = message(3, { messageId: "<3@example.test>" });

test("a message alone in its thread has no others", () => {
  expect(othersInThread(opened, [opened])).toEqual([]);
  expect(othersInThread(opened, [])).toEqual([]);
});

test("copies of one message in several folders are one, and those of the open one are none", () => {
  const second = message(2, { messageId: "<2@example.test>" });
  const thread = [
    opened,
    message(13, { messageId: opened.messageId, folderId: "ada-all" }),
    second,
    message(12, { messageId: second.messageId, folderId: "ada-all" }),
  ];
  expect(othersInThread(opened, thread)).toEqual([second]);
});

test("messages without a Message-ID are each their own", () => {
  const [one, other] = [message(4), message(5)];
  expect(othersInThread(opened, [other, opened, one])).toEqual([other, one]);
});
