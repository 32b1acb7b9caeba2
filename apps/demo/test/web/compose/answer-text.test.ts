import { expect, test } from "vitest";
import { answerSubject, forwardSubject } from "../../../src/web/compose/answer-subject.js";
import { forwardText, quoteText } from "../../../src/web/compose/quote-text.js";
import { type AnswerMode, beginDraft } from "../../../src/web/drafts/begin-draft.js";
import { account, message } from "../samples.js";

test.each([
  ["Bridges", "Re: Bridges", "Fwd: Bridges"],
  ["RE: re: Bridges", "Re: Bridges", "Fwd: RE: re: Bridges"],
  ["AW: Re[2]: Brücke", "Re: Brücke", "Fwd: AW: Re[2]: Brücke"],
  ["Fwd: FW: Bridges", "Re: Fwd: FW: Bridges", "Fwd: Bridges"],
  ["回复", "Re: 回复", "Fwd: 回复"],
  ["Re：Brücke", "Re: Brücke", "Fwd: Re：Brücke"],
  ["  ", "Re: ", "Fwd: "],
])("of %j an answer and a forward are marked once", (subject, answer, forward) => {
  expect([answerSubject(subject), forwardSubject(subject)]).toEqual([answer, forward]);
});

const parent = {
  fromName: "Grace",
  fromAddress: "grace@example.test",
  date: "2026-03-01T12:00:00.000Z",
  subject: "Nanoseconds",
  recipients: {
    to: [{ name: "", address: "ada@example.test" }],
    cc: [{ name: "Bob", address: "bob@x.test" }],
    replyTo: [],
  },
};

test("a quote marks each line, those that were marked once more, and leaves the signature out", () => {
  const [room, ...lines] = quoteText(parent, "Hi.\r\n> Before.\r\n\r\nBye.\r\n-- \r\nGrace\r\n")
    .split("\n")
    .slice(1);
  expect(room).toBe("");
  expect(lines[0]).toMatch(/^On .*2026.*, Grace wrote:$/);
  expect(lines.slice(1)).toEqual(["> Hi.", ">> Before.", ">", "> Bye.", ""]);
});

test("a forward says whose message it was, and has it as it was", () => {
  const text = forwardText(parent, "Hi.\r\n-- \r\nGrace\r\n");
  expect(text).toContain("\nFrom: Grace <grace@example.test>\n");
  expect(text).toContain(
    "\nSubject: Nanoseconds\nTo: ada@example.test\nCc: Bob <bob@x.test>\n\nHi.\n-- \nGrace\n",
  );
});

const BODY = { text: "Hi.", quotable: "Hi.", hasHtml: false, hasRemoteImages: false, defects: [] };

test("a draft about a message comes from the account that received it, a forward with its files", () => {
  const got = message(7, { accountId: "work", messageId: "<7@example.test>" });
  const accounts = [account({ id: "home" }), account({ id: "work", signature: "Ada" })];
  const file = {
    part: "2",
    filename: "a.pdf",
    safeFilename: "a.pdf",
    contentType: "application/pdf",
    sizeBytes: 9,
  };
  const body = {
    ...BODY,
    attachments: [
      { ...file, contentId: null, isRelated: false },
      { ...file, part: "3", contentId: "<logo>", isRelated: true },
    ],
  };
  const draft = (mode: AnswerMode) => beginDraft(mode, { message: got, body, listPost: undefined }, accounts);
  expect(draft("reply")).toMatchObject({
    accountId: "work",
    replyToId: 7,
    content: { inReplyTo: "<7@example.test>", attachments: [] },
  });
  expect(draft("reply").content.text.startsWith("\n\n-- \nAda\n\n\nOn ")).toBe(true);
  expect(draft("forward")).toMatchObject({ accountId: "work", replyToId: null, content: { to: [] } });
  expect(draft("forward").content.attachments).toEqual([
    { filename: "a.pdf", contentType: "application/pdf", sizeBytes: 9, source: { messageId: 7, part: "2" } },
  ]);
});

test("an answer to all goes to the others and to no account of the reader's, an answer to the author alone", () => {
  const people = (...addresses: string[]) => addresses.map((address) => ({ name: "", address }));
  const to = people("ada@example.test", "carol@x.test");
  const got = message(7, { recipients: { to, cc: people("ada@work.test", "dan@x.test"), replyTo: [] } });
  const accounts = [account(), account({ id: "work", address: "ada@work.test" })];
  const parent = { message: got, body: { ...BODY, attachments: [] }, listPost: undefined };
  const begun = (mode: AnswerMode) => {
    const { to, cc, bcc } = beginDraft(mode, parent, accounts).content;
    return [to, cc, bcc].map((people) => people.map(({ address }) => address));
  };
  expect(begun("reply-all")).toEqual([["grace@example.test"], ["carol@x.test", "dan@x.test"], []]);
  expect(begun("reply")).toEqual([["grace@example.test"], [], []]);
});
