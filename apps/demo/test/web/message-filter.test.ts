import { expect, test } from "vitest";
import { isListed, toQuery } from "../../src/web/mail/message-filter.js";
import { folder, message } from "./samples.js";

const folders = [folder("ada", "inbox"), folder("ada", "archive")];
const inArchive = message(1, { folderId: "ada-archive", flagged: true });

test("a message belongs to the lists that its folder and flags say", () => {
  expect(isListed({}, message(1), folders)).toBe(true);
  expect(isListed({}, inArchive, folders)).toBe(false);
  expect(isListed({ folder: "ada-archive" }, inArchive, folders)).toBe(true);
  expect(isListed({ starred: true }, inArchive, folders)).toBe(true);
  expect(isListed({ starred: true }, message(1), folders)).toBe(false);
  expect(isListed({ unread: true }, message(1, { seen: true }), folders)).toBe(false);
  const inThread = message(1, { folderId: "ada-archive", threadId: "<1@example.test>" });
  expect(isListed({ account: "ada", thread: "<1@example.test>" }, inThread, folders)).toBe(true);
  expect(isListed({ account: "bob", thread: "<1@example.test>" }, inThread, folders)).toBe(false);
  expect(isListed({ account: "ada", thread: "<2@example.test>" }, inThread, folders)).toBe(false);
});

test("what a search finds only the server can tell", () => {
  expect(isListed({ q: "minutes" }, message(1), folders)).toBeUndefined();
});

test("a filter is sent as the API takes it, without what is not set", () => {
  expect(toQuery({ unread: true }, undefined)).toEqual({ limit: "100", unread: "true" });
  expect(toQuery({ account: "ada", thread: "<1@example.test>" }, undefined)).toEqual({
    limit: "100",
    account: "ada",
    thread: "<1@example.test>",
  });
  expect(toQuery({ q: "from:ada", starred: false }, "next")).toEqual({
    limit: "100",
    q: "from:ada",
    cursor: "next",
  });
});
