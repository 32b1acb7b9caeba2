import { describe, expect, test } from "vitest";
import { removeOldRates } from "../../../src/store/request-rates.js";
import { createUser } from "../../../src/store/users.js";
import { PASSWORD_COST } from "../fixture.js";
import { API, type ApiFixture } from "./api-fixture.js";
import { list } from "./listed-messages.js";

const DAY_MS = 86_400_000;

/** Who may call, and how they say who they are. */
export function callerSuite(api: () => ApiFixture): void {
  describe("who calls", () => {
    /** As a day later: who was stopped may try again. */
    const restartLater = async (url?: URL): Promise<void> => {
      await removeOldRates(api().services().environment.database.sql, new Date(Date.now() + DAY_MS));
      api().restart(url);
    };

    test("the first person needs the token that was printed, and there is one first person only", async () => {
      const person = { name: "Home", email: "ada@home.test", password: "correct-horse-battery" };
      const setup = (token: string) =>
        api().json(`${API}/setup`, { method: "POST", body: { ...person, token }, key: undefined as never });
      expect(await setup("wrong")).toMatchObject({ status: 403, body: { code: "setup-token" } });
      expect((await setup(api().setupToken)).status).toBe(201);
      expect(await setup(api().setupToken)).toMatchObject({ status: 409 });
    });

    test("a session needs its CSRF token for changes, and ends when it is told to", async () => {
      const login = { email: "ADA@home.test", password: "correct-horse-battery" };
      const wrong = await api().call(`${API}/session`, { method: "POST", body: { ...login, password: "x" } });
      expect(wrong.status).toBe(401);
      const response = await api().call(`${API}/session`, { method: "POST", body: login });
      expect(response.status).toBe(200);
      const set = response.headers.get("set-cookie") ?? "";
      expect(set).toMatch(/HttpOnly/i);
      expect(set).toMatch(/SameSite=Lax/i);
      const cookie = set.split(";")[0] ?? "";
      const { csrfToken } = (await response.json()) as { csrfToken: string };
      const headers = { cookie };
      const body = { name: "script", scopes: ["read"] };
      const create = (more: Record<string, string>) =>
        api().call(`${API}/keys`, { method: "POST", body, headers: { ...headers, ...more } });
      expect((await create({})).status).toBe(403);
      expect((await create({ "x-csrf": "wrong" })).status).toBe(403);
      expect((await create({ "x-csrf": csrfToken, origin: "https://evil.test" })).status).toBe(403);
      for (const site of ["cross-site", "same-site"])
        expect((await create({ "x-csrf": csrfToken, "sec-fetch-site": site })).status).toBe(403);
      expect((await create({ "x-csrf": csrfToken, origin: "http://localhost" })).status).toBe(201);
      // Beside a key that is wrong, the cookie counts for nothing.
      const both = { ...headers, authorization: "Bearer mw_000000000000_x" };
      expect((await api().call(`${API}/accounts`, { headers: both })).status).toBe(401);
      const asked = await api().call(`${API}/session`, { headers });
      const again = (await asked.json()) as { csrfToken: string };
      // Another tab that asks has the same one, and takes it from nobody.
      expect(again.csrfToken).toBe(csrfToken);
      const end = { method: "DELETE", headers: { ...headers, "x-csrf": again.csrfToken } };
      expect((await api().call(`${API}/session`, end)).status).toBe(204);
      expect((await api().call(`${API}/session`, { headers })).status).toBe(401);
    });

    test("guessing passwords is stopped", async () => {
      await restartLater();
      // What is tried counts before it is looked at.
      const guess = (email: string) => api().call(`${API}/session`, { method: "POST", body: { email } });
      const statuses: number[] = [];
      for (let turn = 0; turn < 10; turn += 1)
        statuses.push((await guess(turn % 2 === 0 ? "ada@home.test" : "Ada@Home.test")).status);
      expect(new Set(statuses)).toEqual(new Set([422]));
      const stopped = await guess("ada@home.test");
      expect(stopped.status).toBe(429);
      expect(Number(stopped.headers.get("retry-after"))).toBeGreaterThan(0);
      // Others may still log in from there, but nobody tries one name after the other.
      expect((await guess("bob@home.test")).status).toBe(422);
      for (let turn = 0; turn < 88; turn += 1) statuses.push((await guess(`${turn}@home.test`)).status);
      expect(statuses.filter((status) => status !== 422)).toEqual([]);
      expect((await guess("carol@home.test")).status).toBe(429);
    });

    test("a key does what its scopes say, and another host is not served", async () => {
      const key = await api().key(api().tenant, ["read"]);
      expect((await api().call(`${API}/accounts`, { key })).status).toBe(200);
      const patch = { method: "PATCH", key, body: { name: "x" } };
      expect((await api().call(`${API}/accounts/${api().account.id}`, patch)).status).toBe(403);
      const { items } = await list(api(), "limit=1");
      const body = { seen: true };
      const id = items[0]?.id;
      for (const [method, path] of [
        ["PATCH", `/messages/${id}`],
        ["DELETE", `/messages/${id}`],
        ["POST", "/messages/batch"],
      ] as const)
        expect((await api().call(`${API}${path}`, { method, key, body })).status, path).toBe(403);
      for (const less of [key, await api().key(api().tenant, ["write", "send"])])
        expect((await api().call(`${API}/keys`, { key: less })).status).toBe(403);
      expect((await api().call(`${API}/accounts`)).status).toBe(401);
      for (const host of [
        "evil.test",
        "localhost.evil.test",
        "127.0.0.1.evil.test",
        "localhost:80.evil.test",
      ]) {
        const elsewhere = await api().call(`${API}/accounts`, { key, headers: { host } });
        expect(elsewhere.status, host).toBe(421);
      }
    });

    test("a member does all but what is the owner's", async () => {
      const login = { email: "member@home.test", password: "battery-staple-horse" };
      await createUser(api().tenant, { ...login, role: "member" }, PASSWORD_COST);
      await restartLater();
      const answer = await api().call(`${API}/session`, { method: "POST", body: login });
      const headers = { cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "" };
      expect((await api().call(`${API}/accounts`, { headers })).status).toBe(200);
      expect((await api().call(`${API}/keys`, { headers })).status).toBe(403);
    });

    test("the printed link logs in whom it is for, and no other text does", async () => {
      const enter = (token: string) => api().call(`/enter?token=${token}`);
      const { token } = api().entry;
      for (const wrong of ["", "x", token.slice(1), `${token}x`]) {
        const refused = await enter(wrong);
        expect(refused.headers.get("location")).toBe("/login");
        expect(refused.headers.get("set-cookie")).toBeNull();
      }
      const entered = await enter(token);
      expect([entered.status, entered.headers.get("location")]).toEqual([303, "/"]);
      expect(entered.headers.get("referrer-policy")).toBe("no-referrer");
      const headers = { cookie: entered.headers.get("set-cookie")?.split(";")[0] ?? "" };
      const session = await api().call(`${API}/session`, { headers });
      expect(await session.json()).toMatchObject({ user: { email: "ada@home.test" } });
    });

    test("under an address of HTTPS the cookie is for that alone, and only that address is served", async () => {
      await restartLater(new URL("https://mail.example.test"));
      const call = (host: string, origin: string) =>
        api().call(`${API}/session`, {
          method: "POST",
          headers: { host, origin },
          body: { email: "ada@home.test", password: "correct-horse-battery" },
        });
      const answer = await call("mail.example.test", "https://mail.example.test");
      expect(answer.status).toBe(200);
      expect(answer.headers.get("set-cookie")).toMatch(/^__Host-mw=[^;]+;.*; Secure/);
      expect((await call("mail.example.test", "http://mail.example.test")).status).toBe(403);
      expect((await call("other.example.test", "https://other.example.test")).status).toBe(421);
      api().restart();
    });

    test("answers tell browsers to run nothing of them, and to tell nobody of them", async () => {
      const { headers } = await api().call(`${API}/session`);
      expect(headers.get("content-security-policy")).toMatch(
        /default-src 'none'.*base-uri 'none'.*frame-ancestors 'none'/,
      );
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    });
  });
}
