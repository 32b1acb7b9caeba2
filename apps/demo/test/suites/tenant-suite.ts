import { describe, expect, test } from "vitest";
import { inTransaction } from "../../src/db/in-transaction.js";
import type { Database } from "../../src/db/open-database.js";
import { addToOutbox } from "../../src/store/outbox/outbox.js";
import { addUpload } from "../../src/store/outbox/uploads.js";
import { createTenant, type Tenant } from "../../src/store/tenant.js";
import { API, type ApiFixture, ada } from "./api-fixture.js";
import { draftOf, newDraftId, saveDraft } from "./draft-calls.js";
import { within } from "./fixture.js";
import { bySubject } from "./listed-messages.js";

/** Nothing of one tenant is ever seen, changed or removed by another. */
export function tenantSuite(open: () => Database, api: () => ApiFixture): void {
  describe("another tenant", () => {
    test("gets 404 for each route that names something, and changes nothing", async () => {
      const stranger = await api().key(await createTenant(open().sql, "Strangers"), [
        "read",
        "write",
        "send",
        "admin",
      ]);
      const { id, folderId } = await bySubject(api(), "Take this file");
      const keys = (await api().json(`${API}/keys`)).body as { items: { id: string }[] };
      const outboxId = await queueForLater(open(), api());
      const draftId = newDraftId();
      await saveDraft(api(), draftId, 0, draftOf(api().account.id));
      const uploadId = await addFile(api().tenant);
      const ids: Record<string, string | number> = {
        outbox: outboxId,
        accounts: api().account.id,
        folders: folderId,
        messages: id,
        keys: keys.items[0]?.id ?? "",
        drafts: draftId,
        uploads: uploadId,
        webhooks: (await addWebhook(api())).id,
        templates: (await addTemplate(api())).id,
      };
      // What the owner might send: an empty change would not show who may change something.
      const bodies: Record<string, object> = {
        accounts: { name: "Mine now" },
        folders: { name: "Mine now" },
        messages: { seen: true, flagged: true },
        outbox: { delivered: false },
        // Their own account would not help them either.
        drafts: draftOf(api().account.id, { text: "Mine now" }),
        webhooks: { url: "https://stranger.example.test/" },
        templates: { name: "Mine now" },
      };
      const before = await everything();
      const { body } = await api().json(`${API}/openapi.json`);
      const { paths } = body as { paths: Record<string, Record<string, unknown>> };
      const named = Object.entries(paths).filter(([path]) => path.includes("{"));
      expect(named.length).toBeGreaterThanOrEqual(8);
      for (const [path, methods] of named) {
        const resource = path.split("/")[1] ?? "";
        const known = ids[resource];
        expect(known, `an id for ${path}`).toBeDefined();
        const url = path.replace("{id}", String(known)).replace("{part}", "2");
        for (const method of Object.keys(methods)) {
          const call = {
            method: method.toUpperCase(),
            key: stranger,
            headers: { "if-match": "1" },
            ...((method === "patch" || method === "put" || path.startsWith("/outbox")) &&
              method !== "get" && { body: bodies[resource] }),
          };
          const answer = await api().json(`${API}${url}`, call);
          expect(answer.status, `${method} ${path}`).toBe(404);
        }
      }
      const batch = { ids: [id], op: { type: "delete" } };
      const deleted = await api().json(`${API}/messages/batch`, {
        method: "POST",
        key: stranger,
        body: batch,
      });
      expect(deleted.body).toMatchObject({ items: [{ ok: false, code: "not-found" }] });
      for (const query of [`folder=${folderId}`, `account=${api().account.id}`, "q=file", ""])
        expect((await api().json(`${API}/messages?${query}`, { key: stranger })).body).toMatchObject({
          items: [],
        });
      // Not even how many there are.
      const found = await api().json(`${API}/messages?q=file`, { key: stranger });
      expect(found.body).toMatchObject({ total: 0 });
      const folders = await api().json(`${API}/folders?account=${api().account.id}`, { key: stranger });
      expect(folders.body).toEqual({ items: [] });
      const made = await api().json(`${API}/folders`, {
        method: "POST",
        key: stranger,
        body: { accountId: api().account.id, name: "Mine now" },
      });
      expect(made.status).toBe(404);
      expect((await api().json(`${API}/outbox`, { key: stranger })).body).toMatchObject({ items: [] });
      const sent = await api().json(`${API}/outbox`, {
        method: "POST",
        key: stranger,
        headers: { "idempotency-key": "stranger" },
        body: { accountId: api().account.id, to: [{ address: "bob@example.test" }], text: "Mine now" },
      });
      expect(sent.status).toBe(404);
      expect((await api().json(`${API}/drafts`, { key: stranger })).body).toEqual({ items: [] });
      const copied = await api().json(`${API}/uploads/copy`, {
        method: "POST",
        key: stranger,
        body: { messageId: id, part: "2" },
      });
      expect(copied.status).toBe(404);
      expect((await api().json(`${API}/status`, { key: stranger })).body).toMatchObject({ accounts: [] });
      expect(await everything()).toBe(before);

      async function everything() {
        const paths = [
          "accounts",
          "keys",
          "webhooks",
          "templates",
          `messages/${id}`,
          "folders",
          `outbox/${outboxId}`,
          "drafts",
          `uploads/${uploadId}`,
        ];
        const bodies = paths.map(async (path) => (await api().json(`${API}/${path}`)).body);
        // A pass may go on meanwhile; what it writes about itself is nobody's doing.
        const isProgress = /^(state|last|next|total|unread|synced|toSync|cursor|failures)/;
        return JSON.stringify(await Promise.all(bodies), (name, value) =>
          isProgress.test(name) ? undefined : value,
        );
      }
    });

    test("can not move a message into a folder that is not its own", async () => {
      const strangers = await createTenant(open().sql, "Strangers");
      const stranger = await api().key(strangers, ["read", "write"]);
      const { id, folderId } = await bySubject(api(), "Take this file");
      const move = (key?: string, to = folderId) =>
        api().json(`${API}/messages/${id}`, {
          method: "PATCH",
          body: { folderId: to },
          ...(key !== undefined && { key }),
        });
      expect((await move(stranger)).status).toBe(404);
      expect((await move(undefined, api().account.id)).status).toBe(404);
      // The other account's inbox has the same path as this one's.
      const { body } = await api().json(`${API}/folders?account=${api().pop3.id}`);
      const [box] = (body as { items: { id: string }[] }).items;
      expect((await move(undefined, box?.id)).status).toBe(404);
      expect((await api().json(`${API}/messages/${id}`)).body).toMatchObject({ folderId });
    });
  });
}

async function addFile(tenant: Tenant): Promise<string> {
  const file = { filename: "x", contentType: "text/plain", bytes: Buffer.from("x") };
  return (await addUpload(tenant, file, new Date())).id;
}

async function addTemplate(api: ApiFixture): Promise<{ readonly id: string }> {
  const added = await api.json(`${API}/templates`, { method: "POST", body: { name: "The owner's" } });
  return added.body as { id: string };
}

/** A webhook that nobody listens at. */
async function addWebhook(api: ApiFixture): Promise<{ readonly id: string }> {
  const body = { url: "https://owner.example.test/hook" };
  const added = await api.json(`${API}/webhooks`, { method: "POST", body });
  return added.body as { id: string };
}

/** A message in the outbox that nobody sends meanwhile. */
async function queueForLater(database: Database, { tenant, account }: ApiFixture): Promise<string> {
  const added = await inTransaction(database, (sql) =>
    addToOutbox(within(tenant, sql), {
      accountId: account.id,
      idempotencyKey: "of the owner",
      requestHash: "hash",
      messageId: "<owner@example.test>",
      subject: "Mine",
      rendered: Buffer.from("Subject: Mine\r\n\r\nMine.\r\n"),
      envelope: {
        from: ada.user,
        recipients: ["bob@example.test"],
        bcc: [],
        date: new Date(0).toISOString(),
      },
      sendAt: new Date(Date.now() + 86_400_000),
    }),
  );
  return added?.id ?? "";
}
