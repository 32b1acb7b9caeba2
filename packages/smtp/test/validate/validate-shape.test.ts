import { describe, expect, test } from "vitest";
import { SmtpClient, validateMessage } from "../../src/index.js";

const MESSAGE = { from: "ada@example.com", to: "bob@example.org", subject: "Shape", text: "body\n" };

/** As callers without types write them. */
function problemsOf(change: object): readonly string[] {
  return validateMessage({ ...MESSAGE, ...change }).map(({ message }) => message);
}

describe("what is no such thing is a problem of the message, never a TypeError", () => {
  test.each<[object, string]>([
    [{ envelope: { to: "a@example.org" } }, "envelope.to is no list of addresses"],
    [{ envelope: null }, "envelope is no object"],
    [{ attachments: "x" }, "attachments is no list"],
    [{ attachments: [null] }, "attachments[0] is no object"],
    [{ attachments: [{ headers: 5 }] }, "attachments[0].headers is no object"],
    [{ alternatives: {} }, "alternatives is no list"],
    [{ references: 5 }, "references is neither a string nor a list of ids"],
    [{ calendar: null }, "calendar is no object"],
    [{ headers: null }, "headers is no object"],
    [{ list: 5 }, "list is no object"],
    [{ dsn: "failure" }, "dsn is no object"],
    [{ dkim: { domainName: "a", keySelector: "b", privateKey: "c" } }, "dkim.keys is missing"],
    [{ dkim: { keys: [{ domainName: "a" }] } }, "dkim.keys[0].privateKey is no string"],
    [{ dkim: { keys: [] } }, "dkim.keys is empty"],
    [{ to: [null] }, "to[0] is not a string"],
    [{ priority: "urgent" }, "priority is neither high nor normal nor low"],
  ])("%j", (change, problem) => {
    expect(problemsOf(change)).toContain(problem);
  });
});

describe("what is under a name that does not exist is not dropped in silence", () => {
  test.each<[object, string]>([
    [{ icalEvent: {} }, "icalEvent is no option; use calendar"],
    [{ reply_to: "x@example.org" }, "reply_to is no option; did you mean replyTo?"],
    [{ attachDataUrls: true }, "attachDataUrls is no option; pass images as attachments with a cid"],
    [{ dsn: { envid: "x" } }, "dsn.envid is no option; use envelopeId"],
    [
      { list: { unsubscibe: "https://example.org" } },
      "list.unsubscibe is no option; did you mean unsubscribe?",
    ],
    [{ envelope: { form: "" } }, "envelope.form is no option; did you mean from?"],
    [
      { attachments: [{ filename: "a", contentType: "a/b", content: "", path: "/x" }] },
      "attachments[0].path is no option; files and URLs are not read: pass a stream as content, such as createReadStream(path)",
    ],
  ])("%j", (change, problem) => {
    expect(problemsOf(change)).toContain(problem);
  });

  test("an absent value is none", () => {
    expect(problemsOf({ icalEvent: undefined })).toEqual([]);
  });
});

test("the client's own keys are looked at when it is made", () => {
  const dkim = { domainName: "a", keySelector: "b", privateKey: "c" };
  const options = { server: { host: "mail.example.com" }, dkim };
  expect(() => Reflect.construct(SmtpClient, [options])).toThrow("it belongs in dkim.keys");
});

test.each([
  ["a file alone", { text: undefined, attachments: [{ filename: "a", contentType: "a/b", content: "x" }] }],
  ["an empty text", { text: "" }],
  ["a reply to an id without @", { inReplyTo: "<12345>", references: ["<12345>", "<a b@c>"] }],
])("%s is a message", (_name, change) => {
  expect(problemsOf(change)).toEqual([]);
});

test.each(["a@@b.org", "a@b@c.org"])("%s is said to have more than one @", (to) => {
  expect(problemsOf({ to })).toEqual(["to has more than one @"]);
});
