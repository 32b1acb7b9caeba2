import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { doubtSuite } from "./doubt-suite.js";
import { ada, BOB, CAROL, DAN, OUTBOX, SENT, type SendingDesk, useSendingDesk } from "./sending-desk.js";
import { templateSendingSuite } from "./template-sending-suite.js";

/** What sending must do on every database, from the request to the server and back. */
export function sendingSuite(open: () => Database): void {
  describe("sending", () => {
    const desk = useSendingDesk(open);
    outcomeSuite(desk);
    doubtSuite(desk);
    templateSendingSuite(desk);
  });
}

function outcomeSuite(desk: SendingDesk): void {
  const { addAccount, call, letter, post, read, untilState, lookNow } = desk;
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
    expect(desk.mail.smtp.messages).toHaveLength(1);
    expect(desk.mail.store.messages(BOB)).toHaveLength(1);
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
    const [copy, ...others] = desk.mail.store.messages(ada.user, SENT);
    expect(others).toEqual([]);
    expect([...(copy?.flags ?? [])]).toContain("\\Seen");
    const [sent] = desk.mail.smtp.messages;
    expect(sent?.recipients.map(({ address }) => address)).toEqual([BOB, CAROL]);
    expect(sent?.parsed.attachments.map(({ filename }) => filename)).toEqual(["minutes.txt"]);
    expect(sent?.raw.toString()).not.toMatch(/carol/i);
    expect(copy?.raw.toString()).toMatch(/^Bcc: carol@example\.test\r\n/);
    expect(copy?.raw.toString()).toContain((await read(id)).messageId);
  });

  test("a copy that the server has filed itself is found, and no other one is put there", async () => {
    const stopFiling = desk.mail.on(
      "message",
      ({ raw }) => void desk.mail.store.deliver(ada.user, raw, { mailbox: SENT }),
    );
    const { id } = await post();
    await untilState(id, "accepted");
    stopFiling();
    await lookNow(id);
    await until(async () => (await read(id)).sentCopy === "server");
    expect(desk.mail.store.messages(ada.user, SENT)).toHaveLength(1);
  });

  test("one refused and one put off for now: each in the server's words; then only who was put off gets it", async () => {
    let isBusy = true;
    desk.mail.smtp.configure({
      answers: {
        rcpt(address) {
          if (address === CAROL) return { code: 550, enhancedCode: "5.1.1", text: "no such person" };
          return address === DAN && isBusy ? { code: 451, enhancedCode: "4.2.1", text: "later" } : undefined;
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
    const [first, second, ...others] = desk.mail.smtp.messages;
    expect(others).toEqual([]);
    expect(second?.recipients.map(({ address }) => address)).toEqual([DAN]);
    expect(second?.parsed.messageId).toBe(first?.parsed.messageId);
    expect(second?.parsed.date).toEqual(first?.parsed.date);
    expect((await call("POST", `${OUTBOX}/${id}/retry`)).status).toBe(409);
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
    expect(desk.mail.smtp.messages).toEqual([]);
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

  test("a key without the scope sends nothing, takes nothing back and settles nothing", async () => {
    const { id } = await post({ sendAt: new Date(Date.now() + 3_600_000).toISOString() });
    await desk.takeKey(["read", "write"]);
    const headers = { "idempotency-key": "no scope" };
    expect((await call("POST", OUTBOX, letter(), headers)).status).toBe(403);
    expect((await call("DELETE", `${OUTBOX}/${id}`)).status).toBe(403);
    for (const path of ["retry", "reopen", "resolve"])
      expect((await call("POST", `${OUTBOX}/${id}/${path}`, { delivered: true })).status, path).toBe(403);
    expect((await call("GET", `${OUTBOX}/${id}`)).body).toMatchObject({ state: "scheduled" });
  });
}
