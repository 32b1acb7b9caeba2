import { randomBytes } from "node:crypto";
import { until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { enqueue } from "../../src/db/enqueue.js";
import { inTransaction } from "../../src/db/in-transaction.js";
import type { Database } from "../../src/db/open-database.js";
import { type Jobs, startJobs } from "../../src/jobs/start-jobs.js";
import type { MailEnvironment } from "../../src/mail/mail-environment.js";
import { WebClients } from "../../src/mail/web-clients.js";
import { WireLog } from "../../src/mail/wire-log.js";
import { createApp } from "../../src/server/create-app.js";
import { createAccount } from "../../src/store/accounts.js";
import { createApiKey, type Scope } from "../../src/store/api-keys.js";
import { createTenant, type Tenant } from "../../src/store/tenant.js";
import { keyring, removeAccounts } from "./fixture.js";

const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
const [BOB, CAROL, DAN] = ["bob@example.test", "carol@example.test", "dan@example.test"] as const;
const SENT = "Gesendet";
const OUTBOX = "/api/v1/outbox";

interface Sent {
  readonly id: string;
  readonly state: string;
  readonly messageId: string;
  readonly sentCopy: string;
  readonly nextTryAt: string | null;
  readonly recipients: readonly { readonly address: string; readonly status: string }[];
}

/** What sending must do on every database, from the request to the server and back. */
export function sendingSuite(open: () => Database): void {
  describe("sending", () => {
    let mail: MailServers;
    let environment: MailEnvironment;
    let clients: WebClients;
    let jobs: Jobs;
    let app: ReturnType<typeof createApp>;
    let tenant: Tenant;
    let accountId: string;
    let key: string;
    let keys = 0;

    beforeAll(async () => {
      const account = (user: string) => ({ user, password: "x", address: user });
      mail = await startMailServers({
        accounts: [
          { ...ada, address: ada.user, mailboxes: [{ path: SENT, specialUse: "\\Sent" }] },
          ...[BOB, CAROL, DAN].map(account),
        ],
      });
      const database = open();
      environment = { database, keyring, ca: mail.ca, wireLog: new WireLog(), now: () => new Date() };
      clients = new WebClients(environment);
      jobs = await startJobs(environment, clients);
      app = createApp({
        environment,
        clients,
        nudge: () => {},
        setupToken: "",
        proxyKey: randomBytes(32),
        url: undefined,
        stopping: new AbortController().signal,
        onError: (error) => console.error(error),
      });
    });

    beforeEach(async () => {
      await clients.forget(accountId);
      await mail.reset();
      mail.smtp.configure({ answers: {} });
      // What the test before has sent is nobody's business any more.
      await removeAccounts(open());
      tenant = await createTenant(open().sql, "Household");
      ({ id: accountId } = await addAccount(ada.password));
      key = await keyWith(["read", "send"]);
    });

    afterAll(async () => {
      await jobs.stop();
      await clients.close();
      await removeAccounts(open());
      await mail.stop();
    });

    async function addAccount(password: string, hasOutgoing = true, address = ada.user) {
      const at = { host: mail.host, security: "tls", user: ada.user } as const;
      const incoming = { ...at, port: mail.imap.tlsPort };
      const outgoing = hasOutgoing ? { ...at, port: mail.smtp.tlsPort } : undefined;
      const account = { name: "Ada", address, colour: "#3366cc", kind: "imap", incoming, outgoing } as const;
      return await createAccount(tenant, keyring, account, {
        incoming: { password: ada.password },
        outgoing: { password },
      });
    }

    async function keyWith(scopes: readonly Scope[]): Promise<string> {
      return (await createApiKey(tenant, { name: "test", scopes })).key;
    }

    async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await app.request(`http://localhost${path}`, {
        method,
        headers: {
          host: "localhost",
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isReplayed = response.headers.get("idempotent-replayed") === "true";
      return { status: response.status, isReplayed, body: text === "" ? undefined : JSON.parse(text) };
    }

    const letter = (more: object = {}) => ({
      accountId,
      to: [{ name: "Bob", address: BOB }],
      subject: "Minutes",
      text: "We met.",
      ...more,
    });
    async function post(more: object = {}): Promise<Sent> {
      keys += 1;
      const answer = await call("POST", OUTBOX, letter(more), { "idempotency-key": `key ${keys}` });
      expect(answer).toMatchObject({ status: 202 });
      return answer.body;
    }
    const read = async (id: string): Promise<Sent> => (await call("GET", `${OUTBOX}/${id}`)).body;
    const untilState = (id: string, ...states: string[]): Promise<Sent> =>
      until(async () => {
        const message = await read(id);
        return states.includes(message.state) ? message : undefined;
      }, 60_000);
    const lookNow = async (id: string): Promise<void> => {
      await open().sql.execute(
        sql`update outbox set check_at = now() where id = ${id} and check_at is not null`,
      );
      // Else the sweep's own clock is waited for.
      await inTransaction(open(), (tx) => enqueue(tx, "outbox.reconcile", [{ tenantId: tenant.id, id }]));
    };
    const all = [BOB, CAROL, DAN].map((address) => ({ address }));

    test("twenty identical posts at once with one key are one mail; the same key with another is refused", async () => {
      const headers = { "idempotency-key": "invoice 7" };
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => call("POST", OUTBOX, letter(), headers)),
      );
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      expect(answers.filter(({ status, isReplayed }) => status === 202 && !isReplayed)).toHaveLength(1);
      expect(answers.filter(({ status, isReplayed }) => status === 200 && isReplayed)).toHaveLength(19);
      const other = await call("POST", OUTBOX, letter({ text: "Else" }), headers);
      expect(other).toMatchObject({ status: 422, body: { code: "idempotency-key" } });
      await untilState(answers[0]?.body.id, "accepted");
      expect((await call("POST", OUTBOX, letter(), headers)).body).toMatchObject({ state: "accepted" });
      expect(mail.smtp.messages).toHaveLength(1);
      expect(mail.store.messages(BOB)).toHaveLength(1);
    });

    test("the sender's copy is put into the Sent folder, once, with those whom nobody else sees", async () => {
      const attachments = [
        {
          filename: "minutes.txt",
          contentType: "text/plain",
          content: Buffer.from("Tea").toString("base64"),
        },
      ];
      const { id } = await post({ bcc: [{ address: CAROL }], attachments });
      await untilState(id, "accepted");
      await lookNow(id);
      await until(async () => (await read(id)).sentCopy === "appended");
      const [copy, ...others] = mail.store.messages(ada.user, SENT);
      expect(others).toEqual([]);
      expect([...(copy?.flags ?? [])]).toContain("\\Seen");
      const [sent] = mail.smtp.messages;
      expect(sent?.recipients.map(({ address }) => address)).toEqual([BOB, CAROL]);
      expect(sent?.parsed.attachments.map(({ filename }) => filename)).toEqual(["minutes.txt"]);
      expect(sent?.raw.toString()).not.toMatch(/carol/i);
      expect(copy?.raw.toString()).toMatch(/^Bcc: carol@example\.test\r\n/);
      expect(copy?.raw.toString()).toContain((await read(id)).messageId);
    });

    test("a copy that the server has filed itself is found, and no other one is put there", async () => {
      const stopFiling = mail.on(
        "message",
        ({ raw }) => void mail.store.deliver(ada.user, raw, { mailbox: SENT }),
      );
      const { id } = await post();
      await untilState(id, "accepted");
      stopFiling();
      await lookNow(id);
      await until(async () => (await read(id)).sentCopy === "server");
      expect(mail.store.messages(ada.user, SENT)).toHaveLength(1);
    });

    test("one refused and one put off for now: each in the server's words; then only who was put off gets it", async () => {
      let isBusy = true;
      mail.smtp.configure({
        answers: {
          rcpt(address) {
            if (address === CAROL) return { code: 550, enhancedCode: "5.1.1", text: "no such person" };
            return address === DAN && isBusy
              ? { code: 451, enhancedCode: "4.2.1", text: "later" }
              : undefined;
          },
        },
      });
      const { id, messageId } = await post({ to: all });
      const partial = await untilState(id, "partial");
      expect(partial.recipients).toMatchObject([
        { address: BOB, status: "accepted" },
        { address: CAROL, status: "rejected", code: "550", enhancedCode: "5.1.1" },
        { address: DAN, status: "deferred", code: "451", text: expect.stringContaining("later") },
      ]);
      expect(partial.nextTryAt).not.toBeNull();
      expect(await call("DELETE", `${OUTBOX}/${id}`)).toMatchObject({ status: 409 });
      isBusy = false;
      expect((await call("POST", `${OUTBOX}/${id}/retry`)).status).toBe(202);
      const after = await until(async () => {
        const message = await read(id);
        return message.recipients[2]?.status === "accepted" ? message : undefined;
      });
      expect(after).toMatchObject({ state: "partial", nextTryAt: null, messageId });
      const [first, second, ...others] = mail.smtp.messages;
      expect(others).toEqual([]);
      expect(second?.recipients.map(({ address }) => address)).toEqual([DAN]);
      expect(second?.parsed.messageId).toBe(first?.parsed.messageId);
      expect(second?.parsed.date).toEqual(first?.parsed.date);
      expect((await call("POST", `${OUTBOX}/${id}/retry`)).status).toBe(409);
    });

    test("an answer that never came leaves it in doubt, and the Sent folder ends the doubt", async () => {
      mail.smtp.configure({ answers: { dataEnd: () => "store-and-drop" } });
      const { id, messageId } = await post();
      const unknown = await untilState(id, "unknown");
      expect(unknown).toMatchObject({ nextTryAt: null, recipients: [{ address: BOB, status: "unknown" }] });
      for (const action of ["", "/retry"])
        expect((await call(action === "" ? "DELETE" : "POST", `${OUTBOX}/${id}${action}`)).status).toBe(409);
      await lookNow(id);
      await until(async () => {
        const { rows } = await open().sql.execute<{ checks: number; state: string }>(
          sql`select checks, state from outbox where id = ${id}`,
        );
        return rows[0]?.checks === 1 && rows[0].state === "unknown";
      });
      mail.store.deliver(ada.user, `Message-ID: ${messageId}\r\n\r\nWe met.\r\n`, { mailbox: SENT });
      await lookNow(id);
      expect(await untilState(id, "resolved")).toMatchObject({
        resolvedBy: "sent-folder",
        sentCopy: "server",
        recipients: [{ status: "accepted" }],
      });
      expect(mail.smtp.messages).toHaveLength(1);
    });

    test.each([
      ["a bounce", (messageId: string) => bounce(messageId), "bounce", "rejected", "5.1.1"],
      [
        "a reply",
        (messageId: string) =>
          `From: ${BOB}\r\nSubject: Re: Minutes\r\nIn-Reply-To: ${messageId}\r\n\r\nYes.\r\n`,
        "reply",
        "accepted",
        null,
      ],
    ] as const)(
      "%s that names it ends the doubt too",
      async (_what, answer, resolvedBy, status, enhancedCode) => {
        mail.smtp.configure({ answers: { dataEnd: () => "store-and-drop" } });
        const { id, messageId } = await post({ to: [{ address: BOB }, { address: CAROL }] });
        await untilState(id, "unknown");
        mail.store.deliver(ada.user, answer(messageId));
        await lookNow(id);
        expect(await untilState(id, "resolved")).toMatchObject({
          resolvedBy,
          recipients: [{ status, enhancedCode }, { status: "accepted" }],
        });
      },
    );

    test("a copy of an earlier attempt proves nothing about a later one", async () => {
      mail.smtp.configure({
        answers: { rcpt: (address) => (address === DAN ? { code: 451, text: "later" } : undefined) },
      });
      const { id } = await post({ to: [{ address: BOB }, { address: DAN }] });
      await untilState(id, "partial");
      await lookNow(id);
      await until(async () => (await read(id)).sentCopy === "appended");
      mail.smtp.configure({ answers: { dataEnd: () => "drop" } });
      await call("POST", `${OUTBOX}/${id}/retry`);
      await untilState(id, "unknown");
      await lookNow(id);
      await until(async () => {
        const { rows } = await open().sql.execute<{ is_planned: boolean }>(
          sql`select checks = 1 and check_at < now() + interval '2 min' as is_planned from outbox where id = ${id}`,
        );
        return rows[0]?.is_planned === true;
      });
      expect((await read(id)).recipients.map(({ status }) => status)).toEqual(["accepted", "unknown"]);
    });

    test("a person may end the doubt: what did not arrive is sent again on their word", async () => {
      mail.smtp.configure({ answers: { dataEnd: () => "drop" } });
      const { id } = await post();
      await untilState(id, "unknown");
      mail.smtp.configure({ answers: {} });
      const resolved = await call("POST", `${OUTBOX}/${id}/resolve`, { delivered: false });
      expect(resolved).toMatchObject({ status: 200, body: { state: "resolved", resolvedBy: "person" } });
      expect((await call("POST", `${OUTBOX}/${id}/resolve`, { delivered: true })).status).toBe(409);
      await call("POST", `${OUTBOX}/${id}/retry`);
      await untilState(id, "accepted");
      expect(mail.store.messages(BOB)).toHaveLength(1);
    });

    test("a message of later is taken back, and nobody gets it", async () => {
      const sendAt = new Date(Date.now() + 3_600_000).toISOString();
      const { id, state } = await post({ sendAt });
      expect(state).toBe("scheduled");
      expect((await call("GET", `${OUTBOX}?state=scheduled`)).body).toMatchObject({
        items: [{ id, sendAt }],
      });
      expect((await call("DELETE", `${OUTBOX}/${id}`)).status).toBe(204);
      expect(await read(id)).toMatchObject({ state: "draft", nextTryAt: null });
      expect(mail.smtp.messages).toEqual([]);
    });

    test("a login that is refused is told with its phase, and not tried again by itself", async () => {
      const { id: other } = await addAccount("battery-staple", true, "other@example.test");
      const { id } = await post({ accountId: other });
      expect(await untilState(id, "not-sent")).toMatchObject({
        nextTryAt: null,
        attempts: [{ attempt: 1, error: { code: "authentication" } }],
      });
      expect(JSON.stringify(await read(id))).not.toContain("battery-staple");
    });

    test("what cannot be sent is told at its place, before anything is stored", async () => {
      const wrong = letter({ to: [{ address: BOB }, { address: "nobody" }] });
      const refused = await call("POST", OUTBOX, wrong, { "idempotency-key": "wrong" });
      expect(refused).toMatchObject({
        status: 422,
        body: { code: "invalid-message", errors: [{ pointer: expect.stringMatching(/^\/to\/1/) }] },
      });
      const checked = await call("POST", `${OUTBOX}/validate`, wrong);
      expect(checked).toMatchObject({
        status: 200,
        body: { problems: [{ path: expect.stringMatching(/^to/) }] },
      });
      expect(await call("POST", `${OUTBOX}/validate`, letter())).toMatchObject({ body: { problems: [] } });
      const never = letter({ sendAt: new Date(Date.now() + 400 * 86_400_000).toISOString() });
      expect((await call("POST", OUTBOX, never, { "idempotency-key": "never" })).status).toBe(422);
      expect((await call("POST", OUTBOX, letter())).status).toBe(422);
      const { id: mute } = await addAccount(ada.password, false, "mute@example.test");
      const without = await call("POST", OUTBOX, letter({ accountId: mute }), { "idempotency-key": "mute" });
      expect(without).toMatchObject({ status: 422, body: { code: "no-outgoing-server" } });
      expect((await call("GET", OUTBOX)).body).toMatchObject({ items: [] });
    });

    test("a key without the scope sends nothing and takes nothing back", async () => {
      const { id } = await post({ sendAt: new Date(Date.now() + 3_600_000).toISOString() });
      key = await keyWith(["read", "write"]);
      const headers = { "idempotency-key": "no scope" };
      expect((await call("POST", OUTBOX, letter(), headers)).status).toBe(403);
      expect((await call("DELETE", `${OUTBOX}/${id}`)).status).toBe(403);
      expect((await call("GET", `${OUTBOX}/${id}`)).body).toMatchObject({ state: "scheduled" });
    });
  });
}

/** The report of a server that could not deliver to the first recipient (RFC 3464 §5). */
function bounce(messageId: string): string {
  const part = (type: string, text: string): string => `--b\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`;
  return [
    "From: MAILER-DAEMON@example.test\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n",
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n',
    part("text/plain", "It came back."),
    part(
      "message/delivery-status",
      `Reporting-MTA: dns; mx.example.test\r\n\r\nFinal-Recipient: rfc822; ${BOB}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such person`,
    ),
    part("text/rfc822-headers", `Message-ID: ${messageId}\r\nSubject: Minutes`),
    "--b--\r\n",
  ].join("");
}
