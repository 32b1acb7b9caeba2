import { expect, test } from "vitest";
import { type DraftValues, emptyDraft, isSameDraft } from "../../../src/web/drafts/draft-values.js";

const draft = emptyDraft("ada", "");
const bob = { name: "Bob", address: "bob@example.test" };
const file = { filename: "plan.txt", contentType: "text/plain", sizeBytes: 9, uploadId: "1" };
const withContent = (content: Partial<DraftValues["content"]>): DraftValues => ({
  ...draft,
  content: { ...draft.content, ...content },
});

test("two drafts say the same only when all of what is sent is the same", () => {
  const whole = { to: [bob], cc: [bob], bcc: [bob], subject: "Hi", text: "Hi.", html: "<p>Hi.</p>" };
  const others: DraftValues[] = [
    { ...draft, accountId: "bob" },
    { ...draft, mode: "forward" },
    { ...draft, replyToId: 1 },
    ...Object.entries({ ...whole, attachments: [file], inReplyTo: "<1@example.test>" }).map(([name, value]) =>
      withContent({ [name]: value }),
    ),
  ];
  for (const other of others) expect(isSameDraft(draft, other), JSON.stringify(other)).toBe(false);
  for (const change of [{ cid: "1" }, { uploadId: "2" }, { filename: "else.txt" }])
    expect(
      isSameDraft(
        withContent({ attachments: [file] }),
        withContent({ attachments: [{ ...file, ...change }] }),
      ),
    ).toBe(false);
  expect(isSameDraft(withContent(whole), withContent({ ...whole, attachments: [] }))).toBe(true);
});
