import { createHash } from "node:crypto";
import { parseMessage } from "@mailwright/parser";
import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { readUploadedImages } from "../../../src/mail/outbox/read-uploaded-images.js";
import { readRendered } from "../../../src/store/outbox/outbox.js";
import { addUpload, removeOldUploads } from "../../../src/store/outbox/uploads.js";
import { API, type ApiFixture, ada } from "./api-fixture.js";
import { draftOf, newDraftId, saveDraft, withSender } from "./draft-calls.js";
import { bySubject, findBySubject } from "./listed-messages.js";

const MB = 1024 * 1024;
const PARENT = "<parent@example.test>";

/** What files on their way out, and answers, must do on every database. */
export function uploadSuite(open: () => Database, api: () => ApiFixture): void {
  describe("a message with files", () => {
    const sender = withSender(api);
    const upload = async (bytes: Buffer | ReadableStream<Uint8Array>, name = "plan.pdf") => {
      const key = await api().key(api().tenant, ["send"]);
      const answer = await api().send(`${API}/uploads?filename=${encodeURIComponent(name)}`, {
        method: "POST",
        body: bytes,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/pdf; charset=x" },
      });
      const body = (await answer.json()) as Record<string, unknown>;
      return { status: answer.status, body, id: String(body["id"]) };
    };
    const post = async (key: string, body: object) => {
      const headers = { "idempotency-key": key };
      const answer = await api().json(`${API}/outbox`, { method: "POST", headers, body });
      return { status: answer.status, body: answer.body as { readonly id: string } };
    };
    const sent = async (id: string) =>
      parseMessage((await readRendered(api().tenant, id)) ?? Buffer.alloc(0));

    test("carries what was uploaded, under its name", async () => {
      const accountId = sender();
      const bytes = Buffer.from("%PDF-1.7 of bridges");
      const { status, body, id } = await upload(bytes, "Brücke.pdf");
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      expect(status).toBe(201);
      expect(body).toMatchObject({ filename: "Brücke.pdf", contentType: "application/pdf", sha256 });
      expect((await api().json(`${API}/uploads/${id}`)).body).toEqual(body);
      const message = { accountId, to: [{ address: "bob@example.test" }], subject: "Plan", text: "See it." };
      const accepted = await post("with a file", { ...message, attachments: [{ uploadId: id }] });
      expect(accepted).toMatchObject({ status: 202 });
      const [file] = (await sent(accepted.body.id)).attachments;
      expect([file?.filename, Buffer.from(file?.content() ?? [])]).toEqual(["Brücke.pdf", bytes]);
      expect((await api().json(`${API}/uploads/${id}`, { method: "DELETE" })).status).toBe(204);
      const without = await post("without it", { ...message, attachments: [{ uploadId: id }] });
      expect(without).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: "/attachments/0", code: "missing" }] },
      });
    });

    test("a file that is too large is refused before all of it was read", async () => {
      let given = 0;
      const endless = new ReadableStream<Uint8Array>({
        pull(controller) {
          given += 1;
          controller.enqueue(new Uint8Array(MB));
        },
      });
      expect(await upload(endless)).toMatchObject({ status: 413, body: { code: "too-large" } });
      expect(given).toBeLessThan(30);
    });

    test("a file that no draft has goes after its day, one that a draft has stays", async () => {
      const accountId = sender();
      const [kept, left] = [await upload(Buffer.from("kept")), await upload(Buffer.from("left"))];
      const file = { filename: "plan.pdf", contentType: "application/pdf", sizeBytes: 4, uploadId: kept.id };
      const draft = newDraftId();
      await saveDraft(api(), draft, 0, draftOf(accountId, { attachments: [file] }));
      const status = async (id: string) => (await api().json(`${API}/uploads/${id}`)).status;
      await removeOldUploads(open().sql, new Date(Date.now() - 60_000));
      expect(await status(left.id)).toBe(200);
      await removeOldUploads(open().sql, new Date(Date.now() + 60_000));
      expect([await status(kept.id), await status(left.id)]).toEqual([200, 404]);
    });

    test("shows of its own images what their bytes are, and two megabytes of them in all", async () => {
      const png = Buffer.from("89504e470d0a1a0a", "hex");
      const files = [
        { cid: "vector", bytes: Buffer.from("<svg/>"), contentType: "image/svg+xml" },
        { cid: "huge", bytes: Buffer.concat([png, Buffer.alloc(2 * MB)]) },
        { cid: "large", bytes: Buffer.concat([png, Buffer.alloc(1.2 * MB)]) },
        { cid: "more", bytes: Buffer.concat([png, Buffer.alloc(1.2 * MB)]) },
        // Its name in the headers is not what it is.
        { cid: "small", bytes: png, contentType: "text/html" },
      ].map(async ({ cid, bytes, contentType = "image/png" }) => {
        const file = { filename: cid, contentType, bytes };
        const { id: uploadId, sizeBytes } = await addUpload(api().tenant, file, new Date());
        return { cid, uploadId, sizeBytes };
      });
      const images = await readUploadedImages(api().tenant, await Promise.all(files));
      expect([...images.keys()]).toEqual(["large", "small"]);
      expect(images.get("small")).toBe(`data:image/png;base64,${png.toString("base64")}`);
    });

    test("a forward takes the original's file over, fetched from its server", async () => {
      const { id: messageId } = await bySubject(api(), "Take this file");
      const copy = (part: string) =>
        api().json(`${API}/uploads/copy`, { method: "POST", body: { messageId, part } });
      const copied = await copy("2");
      expect(copied).toMatchObject({ status: 201, body: { contentType: "text/html" } });
      expect((copied.body as { filename: string }).filename).not.toContain("/");
      expect((await copy("9")).status).toBe(404);
    });

    test("an answer hangs on its parent and comes from the account that received it", async () => {
      const raw = `Subject: The thread\r\nFrom: bob@example.test\r\nMessage-ID: ${PARENT}\r\n`;
      const references = "References: <root@example.test>\r\n <second@example.test>\r\n";
      api().mail.store.deliver(ada.user, Buffer.from(`${raw}${references}\r\nHi.\r\n`));
      await until(async () => (await findBySubject(api(), "The thread")) !== undefined, 60_000);
      const { id: inReplyToId, accountId } = await bySubject(api(), "The thread");
      const answer = { to: [{ address: "bob@example.test" }], subject: "Re: x", text: "Yes.", inReplyToId };
      // The account has no server to send by: it was found, and is the one that got the message.
      expect(await post("by itself", answer)).toMatchObject({
        status: 422,
        body: { code: "no-outgoing-server" },
      });
      expect(accountId).toBeDefined();
      const accepted = await post("an answer", { ...answer, accountId: sender() });
      expect(accepted).toMatchObject({ status: 202 });
      const { inReplyTo, references: all } = await sent(accepted.body.id);
      expect(inReplyTo).toBe(PARENT);
      expect(all).toEqual(["<root@example.test>", "<second@example.test>", PARENT]);
      const gone = { ...answer, accountId: sender(), inReplyToId: 999_999_999 };
      expect(await post("gone", gone)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: "/inReplyToId", code: "missing" }] },
      });
      const moved = await post("moved meanwhile", { ...gone, inReplyTo: PARENT });
      expect((await sent(moved.body.id)).inReplyTo).toBe(PARENT);
      const checked = await api().json(`${API}/outbox/validate`, {
        method: "POST",
        body: {
          accountId: sender(),
          to: [{ address: "bob@example.test" }, { address: "nobody" }],
          subject: "x",
          text: "x",
        },
      });
      expect(checked.body).toMatchObject({ problems: [{ path: "to[1].address" }] });
    });
  });
}
