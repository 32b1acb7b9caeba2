import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { latestEventId, readEvents } from "../../../src/store/events.js";
import { removeSentDrafts } from "../../../src/store/outbox/drafts.js";
import { createTenant } from "../../../src/store/tenant.js";
import { API, type ApiFixture } from "./api-fixture.js";
import { draftOf, newDraftId, saveDraft, sendDraft, withSender } from "./draft-calls.js";

/** What drafts must do on every database: one for each thing that is written, however often it is saved or sent. */
export function draftSuite(open: () => Database, api: () => ApiFixture): void {
  describe("a draft", () => {
    const sender = withSender(api);
    const listed = async (id: string) => {
      const { body } = await api().json(`${API}/drafts?id=${id}`);
      return (body as { items: { id: string; version: number }[] }).items.filter((one) => one.id === id);
    };

    // What is told is seen when all that was under way before has ended, such as what jobs do.
    const toldOf = (id: string, place: number, count: number) =>
      until(async () => {
        const told = await readEvents(api().tenant, place);
        const own = told.isGone ? [] : told.events.filter(({ data }) => data["id"] === id);
        return own.length < count ? undefined : own.map(({ type, data }) => [type, data["version"]]);
      });
    const remove = async (id: string, known: number) =>
      (await api().json(`${API}/drafts/${id}`, { method: "DELETE", headers: { "if-match": `"${known}"` } }))
        .status;

    test("is one however often it is saved, and tells of each save", async () => {
      const accountId = sender();
      const id = newDraftId();
      const place = await latestEventId(api().tenant);
      // The first save's answer was lost: it is done again.
      const firsts = await Promise.all(
        [0, 0].map((known) => saveDraft(api(), id, known, draftOf(accountId))),
      );
      expect(firsts.map(({ status }) => status).sort()).toEqual([200, 412]);
      const second = await saveDraft(api(), id, 1, draftOf(accountId, { text: "More." }));
      expect(second).toMatchObject({ status: 200, body: { version: 2, content: { text: "More." } } });
      expect(await listed(id)).toMatchObject([{ version: 2, content: { text: "More." } }]);
      const all = (await api().json(`${API}/drafts`)).body as { items: { id: string }[] };
      expect(all.items.filter((one) => one.id === id)).toHaveLength(1);
      expect(all.items[0]?.id).toBe(id);
      expect(await toldOf(id, place, 2)).toEqual([
        ["draft.saved", 1],
        ["draft.saved", 2],
      ]);
    });

    test("is not written over by who has not seen the last version, and not thrown away by them", async () => {
      const accountId = sender();
      const id = newDraftId();
      await saveDraft(api(), id, 0, draftOf(accountId));
      await saveDraft(api(), id, 1, draftOf(accountId, { text: "From the other tab." }));
      const late = await saveDraft(api(), id, 1, draftOf(accountId, { text: "From this one." }));
      expect(late).toMatchObject({ status: 412, body: { code: "draft-changed" } });
      expect(await remove(id, 1)).toBe(412);
      expect((await api().json(`${API}/drafts/${id}`)).body).toMatchObject({
        version: 2,
        content: { text: "From the other tab." },
      });
      expect(await remove(id, 2)).toBe(204);
      expect((await saveDraft(api(), id, 2, draftOf(accountId))).status).toBe(404);
      expect(
        (await api().json(`${API}/drafts/${id}`, { method: "PUT", body: draftOf(accountId) })).status,
      ).toBe(422);
    });

    test("ends with the message that is made of it, and is back when that is taken back", async () => {
      const accountId = sender();
      const id = newDraftId();
      const place = await latestEventId(api().tenant);
      await saveDraft(api(), id, 0, draftOf(accountId));
      await saveDraft(api(), id, 1, draftOf(accountId, { text: "Second thoughts." }));
      // Somebody sends what they saw, which is not what was saved last.
      expect((await sendDraft(api(), id, 1, accountId)).status).toBe(412);
      expect(await listed(id)).toHaveLength(1);
      const sent = await sendDraft(api(), id, 2, accountId);
      expect(sent).toMatchObject({ status: 202, body: { state: "scheduled", canCancel: true } });
      expect(await listed(id)).toEqual([]);
      const twice = await sendDraft(api(), id, 2, accountId);
      expect(twice).toMatchObject({ status: 200, body: { id: sent.body.id } });
      expect((await sendDraft(api(), id, 2, accountId, "another key")).status).toBe(404);
      expect((await saveDraft(api(), id, 2, draftOf(accountId))).status).toBe(404);
      expect(await remove(id, 2)).toBe(404);
      const { body: all } = await api().json(`${API}/drafts`);
      expect((all as { items: { id: string }[] }).items.map((one) => one.id)).not.toContain(id);
      const cancel = await api().json(`${API}/outbox/${sent.body.id}`, { method: "DELETE" });
      expect(cancel.status).toBe(204);
      expect(await listed(id)).toMatchObject([{ version: 3, content: { text: "Second thoughts." } }]);
      expect(await toldOf(id, place, 4)).toEqual([
        ["draft.saved", 1],
        ["draft.saved", 2],
        ["draft.removed", 2],
        ["draft.saved", 3],
      ]);
      const again = await sendDraft(api(), id, 3, accountId);
      expect(again.status).toBe(202);
      expect(again.body.id).not.toBe(sent.body.id);
      await removeSentDrafts(open().sql);
      await open().pool.query("update outbox set state = 'rejected' where id = $1", [again.body.id]);
      const reopened = await api().json(`${API}/outbox/${again.body.id}/reopen`, { method: "POST" });
      expect(reopened).toEqual({ status: 200, body: { draftId: id } });
      const last = await sendDraft(api(), id, 4, accountId);
      await open().pool.query("update outbox set state = 'sending' where id = $1", [last.body.id]);
      expect((await api().json(`${API}/outbox/${last.body.id}/reopen`, { method: "POST" })).status).toBe(409);
      await open().pool.query("update outbox_recipients set status = 'accepted' where outbox_id = $1", [
        last.body.id,
      ]);
      await removeSentDrafts(open().sql);
      const { rows } = await open().pool.query("select from drafts where id = $1", [id]);
      expect(rows).toEqual([]);
    });

    test("is made of what a program sent, with its HTML and its files, when that is taken back", async () => {
      const accountId = sender();
      const png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
      const image = { filename: "dot.png", contentType: "image/png", content: png, cid: "dot@example.test" };
      const html = '<p onclick="run()">Hello <b>Bob</b><img src="cid:dot@example.test"></p>';
      const sent = await api().json(`${API}/outbox`, {
        method: "POST",
        headers: { "idempotency-key": "by a program" },
        body: {
          accountId,
          to: [{ name: "Bob", address: "bob@example.test" }],
          bcc: [{ address: "carol@example.test" }],
          subject: "By a program",
          text: "Hello Bob",
          html,
          inReplyTo: "<asked@example.test>",
          attachments: [image],
          holdSeconds: 100,
        },
      });
      const { id, sendAt, createdAt } = sent.body as { id: string; sendAt: string; createdAt: string };
      // Until then somebody may think better of it.
      expect(Date.parse(sendAt) - Date.parse(createdAt)).toBeGreaterThan(50_000);
      const reopened = await api().json(`${API}/outbox/${id}/reopen`, { method: "POST" });
      expect(reopened.status).toBe(200);
      const { draftId } = reopened.body as { draftId: string };
      const { body } = await api().json(`${API}/drafts/${draftId}`);
      const draft = body as { content: { attachments: object[] } };
      expect(draft).toMatchObject({
        accountId,
        version: 1,
        content: {
          to: [{ name: "Bob", address: "bob@example.test" }],
          cc: [],
          bcc: [{ address: "carol@example.test" }],
          subject: "By a program",
          text: "Hello Bob",
          html,
          inReplyTo: "<asked@example.test>",
          attachments: [{ filename: "dot.png", contentType: "image/png", cid: "dot@example.test" }],
        },
      });
      const reopen = () => api().json(`${API}/outbox/${id}/reopen`, { method: "POST" });
      expect((await api().json(`${API}/outbox/${id}`)).body).toMatchObject({
        state: "draft",
        nextTryAt: null,
      });
      expect((await reopen()).status).toBe(409);
      // Of one that was refused this may be asked twice, and makes one.
      await open().pool.query("update outbox set state = 'rejected' where id = $1", [id]);
      expect(await reopen()).toEqual({ status: 200, body: { draftId } });
      // Saved as it was read: nothing of it is lost on the way through the page.
      const { id: _id, version: _version, updatedAt: _at, ...values } = body as Record<string, unknown>;
      expect((await saveDraft(api(), draftId, 1, values)).body).toMatchObject({ content: draft.content });
      const frame = await api().call(`/frames/drafts/${draftId}`, {
        key: await api().key(api().tenant, ["send"]),
      });
      expect(frame.headers.get("content-security-policy")).toMatch(/^sandbox .*default-src 'none'/);
      const shown = await frame.text();
      expect(shown).toContain("<b>Bob</b>");
      expect(shown).toContain(`src="data:image/png;base64,${png}"`);
      expect(shown).not.toContain("onclick");
      const stranger = await api().key(await createTenant(open().sql, "Readers of drafts"), ["send"]);
      expect((await api().call(`/frames/drafts/${draftId}`, { key: stranger })).status).toBe(404);
    });

    test("counts, and so does what is made of it", async () => {
      const accountId = sender();
      const counts = async () => (await api().json(`${API}/outbox/counts`)).body as Record<string, number>;
      const before = await counts();
      const id = newDraftId();
      await saveDraft(api(), id, 0, draftOf(accountId));
      expect(await counts()).toEqual({ ...before, drafts: (before["drafts"] ?? 0) + 1 });
      const { body } = await sendDraft(api(), id, 1, accountId);
      expect(await counts()).toEqual({ ...before, scheduled: (before["scheduled"] ?? 0) + 1 });
      await open().pool.query("update outbox set state = 'unknown' where id = $1", [body.id]);
      expect(await counts()).toEqual({ ...before, unknown: (before["unknown"] ?? 0) + 1 });
      await open().pool.query("update outbox set state = 'deferred' where id = $1", [body.id]);
      expect(await counts()).toEqual({ ...before, underway: (before["underway"] ?? 0) + 1 });
    });
  });
}
