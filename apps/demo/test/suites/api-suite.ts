import { until } from "@mailwright/suite";
import { hc } from "hono/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/db/open-database.js";
import type { Api } from "../../src/server/create-api.js";
import { createTenant } from "../../src/store/tenant.js";
import { type ApiFixture, ada, startApi } from "./api-fixture.js";
import { frameSuite } from "./frame-suite.js";

interface Item {
  readonly id: number;
  readonly uid: string;
  readonly accountId: string;
  readonly folderId: string;
  readonly subject: string;
  readonly seen: boolean;
}

interface Page {
  readonly items: readonly Item[];
  readonly next?: string;
}

const API = "/api/v1";

/** What the API must do on every database. */
export function apiSuite(open: () => Database): void {
  describe("the API", () => {
    let api: ApiFixture;

    beforeAll(async () => {
      api = await startApi(open());
    });

    afterAll(async () => {
      await api[Symbol.asyncDispose]();
    });

    const list = async (query = ""): Promise<Page> =>
      (await api.json(`${API}/messages?${query}`)).body as Page;
    const bySubject = async (subject: string, account = api.account.id): Promise<Item> => {
      const { items } = await list(`q=${encodeURIComponent(`"${subject}"`)}`);
      const found = items.find((item) => item.subject === subject && item.accountId === account);
      if (found === undefined) throw new Error(`No message ${subject}`);
      return found;
    };

    describe("who calls", () => {
      test("the first person needs the token that was printed, and there is one first person only", async () => {
        const person = { name: "Home", email: "ada@home.test", password: "correct-horse-battery" };
        const setup = (token: string) =>
          api.json(`${API}/setup`, { method: "POST", body: { ...person, token }, key: undefined as never });
        expect(await setup("wrong")).toMatchObject({ status: 403, body: { code: "setup-token" } });
        expect((await setup(api.setupToken)).status).toBe(201);
        expect(await setup(api.setupToken)).toMatchObject({ status: 409 });
      });

      test("a session needs its CSRF token for changes, and ends when it is told to", async () => {
        const login = { email: "ADA@home.test", password: "correct-horse-battery" };
        const wrong = await api.call(`${API}/session`, { method: "POST", body: { ...login, password: "x" } });
        expect(wrong.status).toBe(401);
        const response = await api.call(`${API}/session`, { method: "POST", body: login });
        expect(response.status).toBe(200);
        const set = response.headers.get("set-cookie") ?? "";
        expect(set).toMatch(/HttpOnly/i);
        expect(set).toMatch(/SameSite=Lax/i);
        const cookie = set.split(";")[0] ?? "";
        const { csrfToken } = (await response.json()) as { csrfToken: string };
        const headers = { cookie };
        const body = { name: "script", scopes: ["read"] };
        const create = (more: Record<string, string>) =>
          api.call(`${API}/keys`, { method: "POST", body, headers: { ...headers, ...more } });
        expect((await create({})).status).toBe(403);
        expect((await create({ "x-csrf": "wrong" })).status).toBe(403);
        expect((await create({ "x-csrf": csrfToken, origin: "https://evil.test" })).status).toBe(403);
        expect((await create({ "x-csrf": csrfToken, "sec-fetch-site": "cross-site" })).status).toBe(403);
        expect((await create({ "x-csrf": csrfToken, origin: "http://localhost" })).status).toBe(201);
        // Beside a key that is wrong, the cookie counts for nothing.
        const both = { ...headers, authorization: "Bearer mw_000000000000_x" };
        expect((await api.call(`${API}/accounts`, { headers: both })).status).toBe(401);
        const reread = await api.call(`${API}/session`, { headers });
        const renewed = (await reread.json()) as { csrfToken: string };
        const end = { method: "DELETE", headers: { ...headers, "x-csrf": renewed.csrfToken } };
        expect((await api.call(`${API}/session`, end)).status).toBe(204);
        expect((await api.call(`${API}/session`, { headers })).status).toBe(401);
      });

      test("guessing passwords is stopped", async () => {
        // What is tried counts before it is looked at.
        const body = { email: "ada@home.test" };
        const statuses: number[] = [];
        let last: Response | undefined;
        for (let guess = 0; guess < 11; guess += 1) {
          last = await api.call(`${API}/session`, { method: "POST", body });
          statuses.push(last.status);
        }
        expect(statuses.at(-1)).toBe(429);
        expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
      });

      test("a key does what its scopes say, and another host is not served", async () => {
        const key = await api.key(api.tenant, ["read"]);
        expect((await api.call(`${API}/accounts`, { key })).status).toBe(200);
        const patch = { method: "PATCH", key, body: { name: "x" } };
        expect((await api.call(`${API}/accounts/${api.account.id}`, patch)).status).toBe(403);
        expect((await api.call(`${API}/keys`, { key })).status).toBe(403);
        expect((await api.call(`${API}/accounts`)).status).toBe(401);
        const elsewhere = await api.call(`${API}/accounts`, { key, headers: { host: "evil.test" } });
        expect(elsewhere.status).toBe(421);
      });
    });

    describe("accounts and folders", () => {
      test("an account is shown without its password, with how it is doing", async () => {
        const { body } = await api.json(`${API}/accounts`);
        expect(body).toMatchObject({
          items: [{ address: ada.user, hasPassword: true, state: "live", lastError: null }, {}],
        });
        expect(JSON.stringify(body)).not.toMatch(/secret|countess/);
        const status = await api.json(`${API}/status`);
        expect(status.body).toMatchObject({ database: open().kind, accounts: [{ state: "live" }, {}] });
        const log = await api.json(`${API}/accounts/${api.account.id}/log`);
        expect(JSON.stringify(log.body)).toMatch(/SELECT|FETCH/);
        expect(JSON.stringify(log.body)).not.toContain(ada.password);
      });

      test("a test of a wrong password says in which phase and words it failed, and stores nothing", async () => {
        const { incoming } = api.account;
        const tried = (password: string) =>
          api.json(`${API}/accounts/test`, {
            method: "POST",
            body: { kind: "imap", incoming, secret: { incoming: { password } } },
          });
        const refused = await tried("battery-staple");
        expect(refused).toMatchObject({
          status: 200,
          body: { ok: false, error: { code: "authentication" } },
        });
        expect(JSON.stringify(refused.body)).not.toContain("battery-staple");
        expect(await tried(ada.password)).toMatchObject({ status: 200, body: { ok: true } });
      });

      test("an account that is there already is refused, another one is added and removed", async () => {
        const { kind, incoming } = api.account;
        const given = { name: "Again", address: ada.user, colour: "#112233", kind, incoming };
        const secret = { incoming: { password: ada.password } };
        const create = (more: object) =>
          api.json(`${API}/accounts`, { method: "POST", body: { ...given, secret, ...more } });
        expect(await create({})).toMatchObject({ status: 409, body: { code: "account-exists" } });
        const made = await create({ address: "second@example.test" });
        expect(made).toMatchObject({ status: 201, body: { state: "new" } });
        const { id } = made.body as { id: string };
        expect((await api.json(`${API}/accounts/${id}`, { method: "DELETE" })).status).toBe(204);
        expect((await api.json(`${API}/accounts/${id}`)).status).toBe(404);
      });

      test("what is known of a provider is offered", async () => {
        const { body } = await api.json(`${API}/providers?address=ada@gmail.com`);
        expect(body).toMatchObject({ items: [{ imap: { host: "imap.gmail.com" } }] });
      });

      test("folders have their counts", async () => {
        const { body } = await api.json(`${API}/folders?account=${api.account.id}`);
        const { items } = body as { items: { role: string; total: number; id: string }[] };
        expect(items[0]?.role).toBe("inbox");
        expect(items[0]?.total).toBe(api.mail.store.messages(ada.user, "INBOX").length);
        expect(await api.json(`${API}/folders/${items[0]?.id}`)).toMatchObject({
          status: 200,
          body: { unfetchable: [] },
        });
      });
    });

    describe("messages", () => {
      test("pages follow each other; a cursor of another list is 400", async () => {
        const first = await list("limit=5");
        const second = await list(`limit=5&cursor=${first.next}`);
        const ids = [...first.items, ...second.items].map(({ id }) => id);
        expect(new Set(ids).size).toBe(10);
        const other = await api.json(`${API}/messages?unread=true&cursor=${first.next}`);
        expect(other).toMatchObject({ status: 400, body: { code: "cursor" } });
      });

      test("is read: text, header fields, source, and a file under a safe name", async () => {
        for (const account of [api.account.id, api.pop3.id]) {
          const { id } = await bySubject("Take this file", account);
          const { body } = await api.json(`${API}/messages/${id}/body`);
          const { attachments } = body as { attachments: { part: string; safeFilename: string }[] };
          expect(body).toMatchObject({ text: expect.stringContaining("Here.") });
          expect(attachments[0]?.safeFilename).not.toMatch(/[/\\]/);
          const key = await api.key(api.tenant, ["read"]);
          const file = await api.call(`${API}/messages/${id}/attachments/${attachments[0]?.part}`, { key });
          expect(file.headers.get("content-type")).toBe("application/octet-stream");
          expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename="[^/\\"]+"/);
          expect(file.headers.get("content-security-policy")).toMatch(/sandbox/);
          expect(await file.text()).toContain("<script>");
          const source = await api.call(`${API}/messages/${id}/source`, { key });
          expect(await source.text()).toContain('filename="../../x"');
          const headers = await api.json(`${API}/messages/${id}/headers`);
          expect(JSON.stringify(headers.body)).toContain("Take this file");
        }
      });

      test("a change is done on the server first; what it refuses is told in its words and not done here", async () => {
        const item = await bySubject("The new logo");
        const patch = (body: object, id = item.id) =>
          api.json(`${API}/messages/${id}`, { method: "PATCH", body });
        expect((await patch({ seen: !item.seen, flagged: true })).status).toBe(204);
        expect(await api.json(`${API}/messages/${item.id}`)).toMatchObject({
          body: { seen: !item.seen, flagged: true },
        });
        const onServer = api.mail.store
          .mailboxes(ada.user)
          .flatMap(({ path }) => api.mail.store.messages(ada.user, path))
          .find(({ raw }) => raw.includes("The new logo"));
        expect([...(onServer?.flags ?? [])].includes("\\Flagged")).toBe(true);

        const inPop3 = await bySubject("The new logo", api.pop3.id).catch(() =>
          bySubject("Take this file", api.pop3.id),
        );
        const refused = await patch({ folderId: inPop3.folderId }, inPop3.id);
        expect(refused).toMatchObject({ status: 501, body: { code: "mail-unsupported" } });
        expect((await api.json(`${API}/messages/${inPop3.id}`)).status).toBe(200);
      });

      test("a batch says what became of each", async () => {
        const { body: folders } = await api.json(`${API}/folders?account=${api.account.id}`);
        const archive = (folders as { items: { id: string; path: string }[] }).items.find(
          ({ path }) => path === "Archive",
        );
        const { items } = await list(`folder=${(await bySubject("Take this file")).folderId}&limit=3`);
        const ids = [...items.map(({ id }) => id), 999_999_999];
        const op = { type: "move", folderId: archive?.id };
        const { body } = await api.json(`${API}/messages/batch`, { method: "POST", body: { ids, op } });
        expect((body as { items: { ok: boolean }[] }).items.map(({ ok }) => ok)).toEqual([
          true,
          true,
          true,
          false,
        ]);
        await api.json(`${API}/accounts/${api.account.id}/sync`, { method: "POST" });
        await until(async () => {
          const moved = await list(`folder=${archive?.id}&limit=200`);
          return items.every(({ subject }) => moved.items.some((candidate) => candidate.subject === subject));
        });
      });
    });

    test("its types are enough for a client: what comes back is typed by the routes", async () => {
      const key = await api.key(api.tenant, ["read"]);
      const client = hc<Api>(`http://localhost${API}`, {
        headers: { authorization: `Bearer ${key}` },
        fetch: async (url: string | URL | Request, init?: RequestInit) =>
          await api.call(String(url).replace("http://localhost", ""), {
            headers: Object.fromEntries(new Headers(init?.headers)),
          }),
      });
      const answer = await client.messages.$get({ query: { limit: "1", unread: "false" } });
      const page = await answer.json();
      const subjects: string[] | undefined =
        "items" in page ? page.items.map(({ subject }) => subject) : undefined;
      expect(subjects).toHaveLength(1);
    });

    describe("input that is not as it should be", () => {
      test.each([
        ["GET", "/messages?limit=0", undefined, 422],
        ["GET", "/messages?limit=x", undefined, 422],
        ["GET", "/messages?folder=x", undefined, 422],
        ["GET", "/messages?cursor=%00", undefined, 400],
        ["GET", "/messages/9007199254740993", undefined, 422],
        ["GET", "/messages/1%27%3B%20drop%20table%20messages", undefined, 422],
        ["GET", "/messages/0/body", undefined, 422],
        ["GET", "/messages/1/attachments/..%2f..%2fx", undefined, 422],
        ["GET", "/nowhere", undefined, 404],
        ["POST", "/accounts", {}, 422],
        ["POST", "/accounts", "{", 400],
        ["POST", "/messages/batch", { ids: [], op: { type: "delete" } }, 422],
        ["POST", "/messages/batch", { ids: [1], op: { type: "explode" } }, 422],
        ["POST", "/messages/batch", { ids: [1], op: { type: "delete", more: 1 } }, 422],
        ["PATCH", "/messages/1", { seen: "yes" }, 422],
        ["POST", "/accounts", "x".repeat(1_100_000), 413],
      ] as const)("%s %s is answered by a problem", async (method, path, body, status) => {
        const answer = await api.json(`${API}${path}`, { method, ...(body !== undefined && { body }) });
        expect(answer).toMatchObject({ status, body: { status, title: expect.any(String) } });
        expect(api.errors).toEqual([]);
      });

      test("a body without its type is not taken for an empty one", async () => {
        const key = await api.key(api.tenant, ["write"]);
        const { id } = await bySubject("Take this file");
        const answer = await api.call(`${API}/messages/batch`, {
          method: "POST",
          key,
          body: "x",
          headers: { "content-type": "text/plain" },
        });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect((await api.json(`${API}/messages/${id}`)).status).toBe(200);
      });

      test("a search with a NUL or an operator finds or finds nothing, and breaks nothing", async () => {
        for (const q of ["%00", "%27%3B--", "%28%26%7C", "%F0%9F%92%8C"])
          expect((await api.json(`${API}/messages?q=${q}`)).status).toBe(200);
        expect(api.errors).toEqual([]);
      });
    });

    describe("another tenant", () => {
      test("gets 404 for each route that names something, and changes nothing", async () => {
        const stranger = await api.key(await createTenant(open().sql, "Strangers"), [
          "read",
          "write",
          "send",
          "admin",
        ]);
        const { id, folderId } = await bySubject("Take this file");
        const keys = (await api.json(`${API}/keys`)).body as { items: { id: string }[] };
        const ids: Record<string, string | number> = {
          accounts: api.account.id,
          folders: folderId,
          messages: id,
          keys: keys.items[0]?.id ?? "",
        };
        const { body } = await api.json(`${API}/openapi.json`);
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
              ...(method === "patch" && { body: {} }),
            };
            const answer = await api.json(`${API}${url}`, call);
            expect(answer.status, `${method} ${path}`).toBe(404);
          }
        }
        const batch = { ids: [id], op: { type: "delete" } };
        const deleted = await api.json(`${API}/messages/batch`, {
          method: "POST",
          key: stranger,
          body: batch,
        });
        expect(deleted.body).toMatchObject({ items: [{ ok: false, code: "not-found" }] });
        for (const query of [`folder=${folderId}`, `account=${api.account.id}`, "q=file", ""])
          expect((await api.json(`${API}/messages?${query}`, { key: stranger })).body).toMatchObject({
            items: [],
          });
        const folders = await api.json(`${API}/folders?account=${api.account.id}`, { key: stranger });
        expect(folders.body).toEqual({ items: [] });
        expect((await api.json(`${API}/messages/${id}`)).status).toBe(200);
        expect((await api.json(`${API}/keys`)).body).toEqual(keys);
      });

      test("can not move a message into a folder that is not its own", async () => {
        const strangers = await createTenant(open().sql, "Strangers");
        const stranger = await api.key(strangers, ["read", "write"]);
        const { id } = await bySubject("Take this file");
        const body = { folderId: api.account.id };
        expect(
          (await api.json(`${API}/messages/${id}`, { method: "PATCH", key: stranger, body })).status,
        ).toBe(404);
        expect((await api.json(`${API}/messages/${id}`, { method: "PATCH", body })).status).toBe(404);
      });
    });

    frameSuite(open, () => api);

    describe("events", () => {
      test("new mail is told at once, and over a restart without a gap", async () => {
        const key = await api.key(api.tenant, ["read"]);
        const deliver = (subject: string) => {
          api.mail.store.deliver(ada.user, `From: bob@example.test\r\nSubject: ${subject}\r\n\r\nHi.\r\n`);
          return api.json(`${API}/accounts/${api.account.id}/sync`, { method: "POST" });
        };
        const first = await EventReader.open(await api.call(`${API}/events`, { key }));
        await deliver("Event one");
        const added = await first.next("message.added");
        const { id } = JSON.parse(added.data).data as { id: number };
        expect((await api.json(`${API}/messages/${id}`)).body).toMatchObject({ subject: "Event one" });
        await first.close();
        api.restart();
        await deliver("Event two");
        await until(async () => (await list('q="Event two"')).items.length > 0);
        const headers = { "last-event-id": added.id };
        const second = await EventReader.open(await api.call(`${API}/events`, { key, headers }));
        const missed = await second.next("message.added");
        const { id: other } = JSON.parse(missed.data).data as { id: number };
        expect((await api.json(`${API}/messages/${other}`)).body).toMatchObject({ subject: "Event two" });
        await second.close();
      });

      test("a place that is gone is told, and the stream goes on from there", async () => {
        const key = await api.key(api.tenant, ["read"]);
        const headers = { "last-event-id": "999999999" };
        const reader = await EventReader.open(await api.call(`${API}/events`, { key, headers }));
        expect((await reader.next("events.reset")).id).not.toBe("999999999");
        await reader.close();
      });
    });
  });
}

interface Told {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Reads a stream of server-sent events, one after the other. */
class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";

  private constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader;
  }

  static async open(response: Response): Promise<EventReader> {
    expect(response.headers.get("content-type")).toMatch(/text\/event-stream/);
    if (response.body === null) throw new Error("No stream");
    const reader = new EventReader(response.body.getReader());
    await reader.next("ready");
    return reader;
  }

  /** The next event of a kind; others are passed over. */
  async next(event: string): Promise<Told> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await this.#reader.read();
        if (done) throw new Error(`The stream ended before ${event}`);
        this.#text += Buffer.from(value).toString();
        continue;
      }
      const lines = this.#text.slice(0, end).split("\n");
      this.#text = this.#text.slice(end + 2);
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
      if (field("event") === event) return { event, id: field("id"), data: field("data") };
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}
