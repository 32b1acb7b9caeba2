import { until } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { describeError } from "../../../src/server/describe-error.js";
import { findAccount } from "../../../src/store/accounts.js";
import { createUser } from "../../../src/store/users.js";
import { PASSWORD_COST } from "../fixture.js";
import { API, type ApiFixture, ada } from "./api-fixture.js";
import { EventReader } from "./event-reader.js";

const CANARY = "canary-Zq7-incoming";
const OUTGOING = "canary-Zq7-outgoing";
const LOGIN = "canary-Zq7-of-a-person";

/** Secrets are planted and then looked for in all that leaves the program. */
export function canarySuite(open: () => Database, api: () => ApiFixture): void {
  describe("a planted password", () => {
    test("is in no answer, problem, event, wire log, line of the log, nor in the database", async () => {
      const said: string[] = [];
      const hear = async (path: string, call: Parameters<ApiFixture["json"]>[1] = {}) => {
        const answer = await api().json(path, call);
        said.push(JSON.stringify(answer.body) ?? "");
        return answer;
      };
      const post = (path: string, body: unknown) => hear(`${API}${path}`, { method: "POST", body });
      api().restart();

      // A server that repeats what it was told, plain and as SASL has it.
      const sasl = `\0${api().account.incoming.user}\0${CANARY}`;
      const echo = `${CANARY} ${Buffer.from(sasl).toString("base64")}`;
      const isLogin = (name: string): boolean => ["AUTHENTICATE", "LOGIN"].includes(name);
      const answer = ({ name }: { readonly name: string }): string | undefined =>
        isLogin(name) ? `NO [AUTHENTICATIONFAILED] Echoed: ${echo}` : undefined;
      api().mail.imap.configure({ answer });

      const { incoming } = api().account;
      const secret = { incoming: { password: CANARY }, outgoing: { password: OUTGOING } };
      const account = { name: "Canary", address: "canary@example.test", colour: "#112233", kind: "imap" };
      const whole = { ...account, incoming, secret };
      const made = await post("/accounts", whole);
      expect(made.status).toBe(201);
      const { id } = made.body as { id: string };
      expect(await post("/accounts", whole)).toMatchObject({ status: 409 });
      expect(await post("/accounts/test", { kind: "imap", incoming, secret })).toMatchObject({
        body: { ok: false },
      });
      for (const wrong of [
        { ...whole, secret: { incoming: { password: CANARY, more: CANARY } } },
        { ...whole, secret: { incoming: { password: [CANARY] } } },
        { ...whole, kind: CANARY },
        `{"secret": "${CANARY}`,
      ])
        expect((await post("/accounts", wrong)).status).toBeLessThan(500);
      await until(async () => (await findAccount(api().tenant, id))?.state === "needs-login");
      const changed = { method: "PATCH", body: { secret } };
      expect((await hear(`${API}/accounts/${id}`, changed)).status).toBe(200);
      await until(async () => (await findAccount(api().tenant, id))?.state === "needs-login");
      api().mail.imap.configure({ answer: () => undefined });
      expect(said.join("\n")).toContain("Echoed: ");

      const email = "canary@home.test";
      await createUser(api().tenant, { email, password: LOGIN, role: "member" }, PASSWORD_COST);
      await post("/session", { email, password: `${LOGIN}x` });
      await post("/session", { email, password: LOGIN, more: LOGIN });
      const login = await api().call(`${API}/session`, { method: "POST", body: { email, password: LOGIN } });
      expect(login.status).toBe(200);
      const token = /mw=([^;]+)/.exec(login.headers.get("set-cookie") ?? "")?.[1] ?? "";
      const { csrfToken } = (await login.json()) as { csrfToken: string };
      const key = await api().key(api().tenant, ["read"]);

      for (const path of await readable(api(), id)) await hear(path);
      said.push(await eventsUntil(api(), key, id));

      // What the program says when its database fails: drizzle's own message has all values of the statement.
      await open().sql.execute(
        sql`alter table accounts add constraint refusing check (name <> 'Canary') not valid`,
      );
      const errors = api().errors.length;
      const second = "second-canary@example.test";
      expect((await post("/accounts", { ...whole, address: second })).status).toBe(500);
      expect((await hear(`${API}/accounts/${id}`, changed)).status).toBe(500);
      await open().sql.execute(sql`alter table accounts drop constraint refusing`);
      const lines = api()
        .errors.splice(errors)
        .map((error) => describeError(error));
      expect(lines.length).toBeGreaterThanOrEqual(2);
      expect(lines.join("\n")).toMatch(/accounts/);
      expect(lines.join("\n")).not.toContain(second);
      said.push(...lines, ...api().log);
      const told = api().log.map((line) => JSON.parse(line));
      expect(told).toContainEqual(
        expect.objectContaining({ requestId: expect.any(String), method: "PATCH" }),
      );
      expect(told).toContainEqual(
        expect.objectContaining({ accountId: id, code: "authentication", connectionId: expect.any(String) }),
      );

      const passwords = [CANARY, OUTGOING, LOGIN, ada.password];
      expectAbsent(said.join("\n"), [...passwords, sasl]);
      const dump = await readEverything(open());
      expect(dump).toContain(account.address);
      expectAbsent(dump, [...passwords, token, csrfToken, key.slice("mw_000000000000_".length)]);
    });
  });
}

/** A secret as it is, and as bytes are written. */
function expectAbsent(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(8);
    const bytes = Buffer.from(secret);
    for (const form of [secret, bytes.toString("hex"), bytes.toString("base64")])
      expect(text.includes(form), `${secret} as ${form}`).toBe(false);
  }
}

/** Everything that may be read over the API, but for the stream of events. */
async function readable(api: ApiFixture, accountId: string): Promise<string[]> {
  const { paths } = (await api.json(`${API}/openapi.json`)).body as {
    paths: Record<string, Record<string, unknown>>;
  };
  const items = async (path: string) =>
    ((await api.json(`${API}${path}`)).body as { items: { id: string }[] }).items[0]?.id;
  const ids: Record<string, string | undefined> = {
    accounts: accountId,
    folders: await items("/folders"),
    messages: await items("/messages"),
  };
  const unheard = ["/events", "/providers", "/messages/{id}/source", "/messages/{id}/attachments/{part}"];
  return Object.entries(paths)
    .filter(([path, methods]) => "get" in methods && !unheard.includes(path))
    .map(([path]) => `${API}${path.replace("{id}", ids[path.split("/")[1] ?? ""] ?? "")}`)
    .concat(`${API}/accounts/${api.account.id}/log`, `${API}/accounts/${api.pop3.id}/log`);
}

async function eventsUntil(api: ApiFixture, key: string, accountId: string): Promise<string> {
  const headers = { "last-event-id": "0" };
  const reader = await EventReader.open(await api.call(`${API}/events`, { key, headers }));
  const told: string[] = [];
  do told.push((await reader.next("account.state")).data);
  while (!(told.at(-1)?.includes(accountId) && told.at(-1)?.includes("needs-login")));
  await reader.close();
  return told.join("\n");
}

/** Every row of every table. */
async function readEverything({ sql: database }: Database): Promise<string> {
  const { rows: tables } = await database.execute<{ name: string }>(
    sql`select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`,
  );
  expect(tables.length).toBeGreaterThan(10);
  const dumps = tables.map(async ({ name }) => {
    const { rows } = await database.execute(sql`select to_jsonb(t)::text as row from ${sql.raw(name)} as t`);
    return JSON.stringify(rows);
  });
  return (await Promise.all(dumps)).join("\n");
}
