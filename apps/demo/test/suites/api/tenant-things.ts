import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { addToOutbox } from "../../../src/store/outbox/outbox.js";
import { addUpload } from "../../../src/store/outbox/uploads.js";
import type { Tenant } from "../../../src/store/tenant.js";
import { within } from "../fixture.js";
import { API, type ApiFixture, ada } from "./api-fixture.js";
import { draftOf, newDraftId, saveDraft } from "./draft-calls.js";
import { bySubject } from "./listed-messages.js";

/** One thing of each kind, by the first part of its path, of which all that has an account has the fixture's account of IMAP. */
export interface NamedThings {
  readonly ids: Readonly<Record<string, string | number>>;
  /** What the owner might send: an empty change would not show who may change something. */
  readonly bodies: Readonly<Record<string, object>>;
}

/** Makes what other callers are to be kept from. */
export async function makeThings(database: Database, api: ApiFixture): Promise<NamedThings> {
  const { id, folderId } = await bySubject(api, "Take this file");
  const keys = (await api.json(`${API}/keys`)).body as { items: { id: string }[] };
  const draftId = newDraftId();
  await saveDraft(api, draftId, 0, draftOf(api.account.id));
  const ids = {
    outbox: await queueForLater(database, api),
    accounts: api.account.id,
    folders: folderId,
    messages: id,
    keys: keys.items[0]?.id ?? "",
    drafts: draftId,
    uploads: await addFile(api.tenant),
    webhooks: (await addWebhook(api)).id,
    templates: (await addTemplate(api)).id,
  };
  const bodies = {
    accounts: { name: "Mine now" },
    folders: { name: "Mine now" },
    messages: { seen: true, flagged: true },
    outbox: { delivered: false },
    // Their own account would not help them either.
    drafts: draftOf(api.account.id, { text: "Mine now" }),
    webhooks: { url: "https://stranger.example.test/" },
    templates: { name: "Mine now" },
  };
  return { ids, bodies };
}

/** The routes of the API as it describes them itself: each path with each method. */
export async function listRoutes(
  api: ApiFixture,
): Promise<{ readonly path: string; readonly method: string }[]> {
  const { body } = await api.json(`${API}/openapi.json`);
  const { paths } = body as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path, method })),
  );
}

/** Calls a route that names a thing, with what its owner might send. */
export async function callNamed(
  api: ApiFixture,
  { ids, bodies }: NamedThings,
  { path, method }: { readonly path: string; readonly method: string },
  key: string,
): Promise<number> {
  const resource = path.split("/")[1] ?? "";
  const known = ids[resource];
  if (known === undefined) throw new Error(`There is no id for ${path}`);
  const url = path.replace("{id}", String(known)).replace("{part}", "2");
  const hasBody = method === "patch" || method === "put" || (path.startsWith("/outbox") && method !== "get");
  const answer = await api.call(`${API}${url}`, {
    method: method.toUpperCase(),
    key,
    headers: { "if-match": "1" },
    ...(hasBody && { body: bodies[resource] }),
  });
  // Read to its end: a download must not go on behind the test.
  await answer.arrayBuffer();
  return answer.status;
}

async function addFile(tenant: Tenant): Promise<string> {
  const file = { filename: "x", contentType: "text/plain", bytes: Buffer.from("x") };
  return (await addUpload(tenant, file, new Date())).id;
}

async function addTemplate(api: ApiFixture): Promise<{ readonly id: string }> {
  const added = await api.json(`${API}/templates`, {
    method: "POST",
    body: { name: `The owner's ${newDraftId()}` },
  });
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
      idempotencyKey: `of the owner ${newDraftId()}`,
      requestHash: "hash",
      messageId: `<${newDraftId()}@example.test>`,
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
