import { until } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { ada, BOB, CAROL, DAN, OUTBOX, SENT, type SendingDesk } from "./sending-desk.js";

/** What is in doubt after an answer that never came, and how the doubt ends. */
export function doubtSuite(desk: SendingDesk): void {
  const { call, post, read, untilState, lookNow } = desk;

  test("an answer that never came leaves it in doubt, and the Sent folder ends the doubt", async () => {
    desk.mail.smtp.configure({ answers: { dataEnd: () => "store-and-drop" } });
    const { id, messageId } = await post();
    const unknown = await untilState(id, "unknown");
    expect(unknown).toMatchObject({ nextTryAt: null, recipients: [{ address: BOB, status: "unknown" }] });
    for (const action of ["", "/retry"])
      expect((await call(action === "" ? "DELETE" : "POST", `${OUTBOX}/${id}${action}`)).status).toBe(409);
    await lookNow(id);
    await until(async () => {
      const { rows } = await desk
        .database()
        .sql.execute<{ checks: number; state: string }>(
          sql`select checks, state from outbox where id = ${id}`,
        );
      return rows[0]?.checks === 1 && rows[0].state === "unknown";
    });
    desk.mail.store.deliver(ada.user, `Message-ID: ${messageId}\r\n\r\nWe met.\r\n`, { mailbox: SENT });
    await lookNow(id);
    expect(await untilState(id, "resolved")).toMatchObject({
      resolvedBy: "sent-folder",
      sentCopy: "server",
      recipients: [{ status: "accepted" }],
    });
    expect(desk.mail.smtp.messages).toHaveLength(1);
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
      desk.mail.smtp.configure({ answers: { dataEnd: () => "store-and-drop" } });
      const { id, messageId } = await post({ to: [{ address: BOB }, { address: CAROL }] });
      await untilState(id, "unknown");
      desk.mail.store.deliver(ada.user, answer(messageId));
      await lookNow(id);
      expect(await untilState(id, "resolved")).toMatchObject({
        resolvedBy,
        recipients: [{ status, enhancedCode }, { status: "accepted" }],
      });
    },
  );

  test("a copy of an earlier attempt proves nothing about a later one", async () => {
    desk.mail.smtp.configure({
      answers: { rcpt: (address) => (address === DAN ? { code: 451, text: "later" } : undefined) },
    });
    const { id } = await post({ to: [{ address: BOB }, { address: DAN }] });
    await untilState(id, "partial");
    await lookNow(id);
    await until(async () => (await read(id)).sentCopy === "appended");
    desk.mail.smtp.configure({ answers: { dataEnd: () => "drop" } });
    await call("POST", `${OUTBOX}/${id}/retry`);
    await untilState(id, "unknown");
    await lookNow(id);
    await until(async () => {
      const { rows } = await desk
        .database()
        .sql.execute<{ is_planned: boolean }>(
          sql`select checks = 1 and check_at < now() + interval '2 min' as is_planned from outbox where id = ${id}`,
        );
      return rows[0]?.is_planned === true;
    });
    expect((await read(id)).recipients.map(({ status }) => status)).toEqual(["accepted", "unknown"]);
  });

  test("a person may end the doubt: what did not arrive is sent again on their word", async () => {
    desk.mail.smtp.configure({ answers: { dataEnd: () => "drop" } });
    const { id } = await post();
    await untilState(id, "unknown");
    desk.mail.smtp.configure({ answers: {} });
    const resolved = await call("POST", `${OUTBOX}/${id}/resolve`, { delivered: false });
    expect(resolved).toMatchObject({ status: 200, body: { state: "resolved", resolvedBy: "person" } });
    expect((await call("POST", `${OUTBOX}/${id}/resolve`, { delivered: true })).status).toBe(409);
    await call("POST", `${OUTBOX}/${id}/retry`);
    await untilState(id, "accepted");
    expect(desk.mail.store.messages(BOB)).toHaveLength(1);
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
