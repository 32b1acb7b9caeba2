import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { API, type ApiFixture, ada } from "./api-fixture.js";

/** Accounts and folders over the API. */
export function accountRoutesSuite(open: () => Database, api: () => ApiFixture): void {
  describe("accounts and folders", () => {
    test("an account is shown without its password, with how it is doing", async () => {
      const { body } = await api().json(`${API}/accounts`);
      expect(body).toMatchObject({
        items: [{ address: ada.user, hasPassword: true, state: "live", lastError: null }, {}],
      });
      expect(JSON.stringify(body)).not.toMatch(/secret|countess/);
      const status = await api().json(`${API}/status`);
      expect(status.body).toMatchObject({ database: open().kind, accounts: [{ state: "live" }, {}] });
      const log = await api().json(`${API}/accounts/${api().account.id}/log`);
      expect(JSON.stringify(log.body)).toMatch(/SELECT|FETCH/);
      expect(JSON.stringify(log.body)).not.toContain(ada.password);
    });

    test("a test of a wrong password says in which phase and words it failed, and stores nothing", async () => {
      for (const { kind, incoming } of [api().account, api().pop3]) {
        const tried = (password: string) =>
          api().json(`${API}/accounts/test`, {
            method: "POST",
            body: { kind, incoming, secret: { incoming: { password } } },
          });
        const refused = await tried("battery-staple");
        expect(refused).toMatchObject({
          status: 200,
          body: {
            ok: false,
            error: { code: "authentication", phase: "auth", server: expect.stringMatching(/\w/) },
          },
        });
        expect(stepsOf(refused.body)).toBe("connect tls greeting AUTH");
        expect(JSON.stringify(refused.body)).not.toContain("battery-staple");
        const working = await tried(ada.password);
        expect(working).toMatchObject({ status: 200, body: { ok: true } });
        expect(working.body).not.toHaveProperty("outgoing");
        expect(stepsOf(working.body)).toBe("connect tls greeting auth");
      }
    });

    test("a test of both servers says of each how far it came", async () => {
      const { incoming } = api().account;
      const { host, smtp } = api().mail;
      const tried = (port: number, password: string) =>
        api().json(`${API}/accounts/test`, {
          method: "POST",
          body: {
            kind: "imap",
            incoming,
            outgoing: { host, port, security: "tls", user: ada.user },
            secret: { incoming: { password: ada.password }, outgoing: { password } },
          },
        });
      const working = await tried(smtp.tlsPort, ada.password);
      expect(working.body).toMatchObject({ ok: true, outgoing: { ok: true } });
      expect(stepsOf(outgoingOf(working.body))).toBe("connect tls greeting auth");
      const refused = await tried(smtp.tlsPort, "battery-staple");
      expect(refused.body).toMatchObject({ ok: true, outgoing: { error: { code: "authentication" } } });
      expect(stepsOf(outgoingOf(refused.body))).toBe("connect tls greeting AUTH");
      const closed = await tried(1, ada.password);
      expect(closed.body).toMatchObject({
        ok: true,
        outgoing: { ok: false, port: 1, error: { code: "connection" } },
      });
      expect(stepsOf(outgoingOf(closed.body))).toBe("CONNECT");
    });

    test("an account that is there already is refused, another one is added and removed", async () => {
      const { kind, incoming } = api().account;
      const given = { name: "Again", address: ada.user, colour: "#112233", kind, incoming };
      const secret = { incoming: { password: ada.password } };
      const create = (more: object) =>
        api().json(`${API}/accounts`, { method: "POST", body: { ...given, secret, ...more } });
      expect(await create({})).toMatchObject({ status: 409, body: { code: "account-exists" } });
      const made = await create({ address: "second@example.test", syncDays: 90 });
      expect(made).toMatchObject({ status: 201, body: { state: "new", syncDays: 90 } });
      const { id } = made.body as { id: string };
      expect((await api().json(`${API}/accounts/${id}`, { method: "DELETE" })).status).toBe(204);
      expect((await api().json(`${API}/accounts/${id}`)).status).toBe(404);
    });

    test("an account of POP3 has all of its mail here: nothing tells how old it is", async () => {
      const { incoming } = api().pop3;
      const given = { name: "Days", address: "days@example.test", colour: "#112233", kind: "pop3", incoming };
      const body = { ...given, secret: { incoming: { password: ada.password } }, syncDays: 90 };
      expect(await api().json(`${API}/accounts`, { method: "POST", body })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: "/syncDays" }] },
      });
    });

    test("what is known of a provider is offered", async () => {
      const { body } = await api().json(`${API}/providers?address=ada@gmail.com`);
      expect(body).toMatchObject({ items: [{ imap: { host: "imap.gmail.com" } }] });
    });

    test("folders have their counts", async () => {
      const { body } = await api().json(`${API}/folders?account=${api().account.id}`);
      const { items } = body as { items: { role: string; total: number; id: string }[] };
      expect(items[0]?.role).toBe("inbox");
      expect(items[0]?.total).toBe(api().mail.store.messages(ada.user, "INBOX").length);
      expect(await api().json(`${API}/folders/${items[0]?.id}`)).toMatchObject({
        status: 200,
        body: { unfetchable: [] },
      });
    });
  });
}

/** What a test of both servers says of the second. */
function outgoingOf(report: unknown): unknown {
  return (report as { outgoing: unknown }).outgoing;
}

/** The steps of a test of an account, the one that failed in capitals. */
function stepsOf(report: unknown): string {
  const { phases } = report as { phases: { phase: string; ok: boolean }[] };
  return phases.map(({ phase, ok }) => (ok ? phase : phase.toUpperCase())).join(" ");
}
