import { afterEach, expect, test, vi } from "vitest";
import { findProblems, sendDraft } from "../../../src/web/compose/send-draft.js";
import { type DraftValues, emptyDraft } from "../../../src/web/drafts/draft-values.js";

const bob = { name: "Bob", address: "bob@example.test" };
const carol = { name: "", address: "carol@example.test" };
const dan = { name: "", address: "dan@example.test" };
const file = { filename: "plan.txt", contentType: "text/plain", sizeBytes: 9, uploadId: "plan" };
const image = { filename: "dot.gif", contentType: "image/gif", sizeBytes: 42, uploadId: "dot", cid: "dot@x" };
const NOON = new Date("2099-01-01T12:00:00.000Z");

function draft(content: Partial<DraftValues["content"]> = {}, replyToId: number | null = null): DraftValues {
  const empty = emptyDraft("ada", "");
  return { ...empty, replyToId, content: { ...empty.content, ...content } };
}

afterEach(() => vi.unstubAllGlobals());

/** What a server is asked, which answers all of it. */
function listen() {
  const asked: { readonly path: string; readonly headers: Headers; readonly body: unknown }[] = [];
  vi.stubGlobal("fetch", async (path: string, { headers, body }: RequestInit) => {
    asked.push({ path, headers: new Headers(headers), body: JSON.parse(String(body)) });
    return Response.json({ problems: [] });
  });
  return asked;
}

async function send(values: DraftValues, at?: Date) {
  const [asked, save] = [listen(), { type: "saved", at: NOON } as const];
  await sendDraft("7", { values, version: 3, save }, at);
  return asked[0];
}

test("a draft is sent whole: its people, words and files, and those that its HTML shows", async () => {
  const words = { subject: "Bridges", text: "Words.", html: "<p>Words.</p>" };
  const people = { to: [bob], cc: [carol], bcc: [dan] };
  const sent = await send(draft({ ...people, ...words, attachments: [file, image] }));
  expect(sent?.path).toBe("/api/v1/outbox");
  expect(sent?.body).toEqual({
    accountId: "ada",
    ...people,
    ...words,
    attachments: [{ uploadId: "plan" }, { uploadId: "dot", cid: "dot@x" }],
    draftId: "7",
    holdSeconds: 10,
  });
});

test("HTML that was left out is not sent", async () => {
  const sent = await send(draft({ text: "Words.", html: undefined }));
  expect(sent?.body).not.toHaveProperty("html");
});

test("an answer names what it answers, by its number and for when that is gone by its Message-ID", async () => {
  const answer = draft({ inReplyTo: "<7@example.test>" }, 7);
  expect((await send(answer))?.body).toMatchObject({ inReplyToId: 7, inReplyTo: "<7@example.test>" });
  const sent = await send(draft());
  expect(sent?.body).not.toHaveProperty("inReplyToId");
  expect(sent?.body).not.toHaveProperty("inReplyTo");
});

test("what shall go out later has its time, and is not only held back for a moment", async () => {
  const sent = await send(draft(), NOON);
  expect(sent?.body).toMatchObject({ sendAt: NOON.toISOString() });
  expect(sent?.body).not.toHaveProperty("holdSeconds");
});

test("each version of a draft is sent once, and no other version than the one that was seen", async () => {
  const sent = await send(draft());
  expect(sent?.headers.get("idempotency-key")).toBe("draft 7 3");
  expect(sent?.headers.get("if-match")).toBe("3");
});

test("what is checked is what would be sent", async () => {
  const values = draft({ to: [bob], subject: "Bridges", attachments: [file], inReplyTo: "<7@x.test>" }, 7);
  const asked = listen();
  await findProblems(values);
  expect(asked[0]?.path).toBe("/api/v1/outbox/validate");
  const sent = await send(values);
  expect(sent?.body).toEqual({ ...(asked[0]?.body as object), draftId: "7", holdSeconds: 10 });
});
