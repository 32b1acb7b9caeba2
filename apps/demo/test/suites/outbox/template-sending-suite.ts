import { expect, test } from "vitest";
import { BOB, OUTBOX, type SendingDesk } from "./sending-desk.js";

/** Sending by templates. */
export function templateSendingSuite(desk: SendingDesk): void {
  const { call, letter, untilState } = desk;

  async function addTemplate(html: string | null): Promise<string> {
    await desk.takeKey(["read", "write", "send"]);
    const template = { name: "Invoice", subject: "Invoice {{ number }}", text: "Dear {{ name }}", html };
    const made = await call("POST", "/api/v1/templates", template);
    expect(made.status).toBe(201);
    return made.body.id;
  }
  const invoice = (templateId: string, variables: object, more: object = {}) => {
    const { subject: _subject, text: _text, ...rest } = letter();
    return { ...rest, templateId, variables, ...more };
  };
  const send = (body: object, key: string) => call("POST", OUTBOX, body, { "idempotency-key": key });

  test("a template is filled, what is put into HTML is escaped; the same key gives the first answer after a change", async () => {
    const id = await addTemplate("<p>Dear {{ name }}</p>");
    const body = invoice(id, { name: "Bob & <Co>", number: 7 });
    const { body: sent } = await send(body, "template 1");
    await untilState(sent.id, "accepted");
    const [mail] = desk.mail.smtp.messages;
    expect(mail?.parsed.subject).toBe("Invoice 7");
    expect(mail?.parsed.text?.trim()).toBe("Dear Bob & <Co>");
    expect(mail?.parsed.html).toContain("<p>Dear Bob &amp; &lt;Co&gt;</p>");
    const changed = { name: "Invoice", subject: "Changed", text: "Changed {{ more }}" };
    const saved = await call("PUT", `/api/v1/templates/${id}`, changed, { "if-match": "1" });
    expect(saved.status).toBe(200);
    expect(await send(body, "template 1")).toMatchObject({ status: 200, isReplayed: true });
    expect(desk.mail.smtp.messages).toHaveLength(1);
  });

  test("nothing is sent with gaps, with two texts, by a template that is not there, or with another header in its subject", async () => {
    const id = await addTemplate(null);
    expect(await send(invoice(id, { number: 7 }), "gap")).toMatchObject({
      status: 422,
      body: { code: "missing-variables", errors: [{ pointer: "/variables/name", code: "missing" }] },
    });
    const checked = await call("POST", `${OUTBOX}/validate`, invoice(id, {}));
    expect(checked.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      "/variables/name",
      "/variables/number",
    ]);
    expect((await send(invoice(id, { name: "Bob", number: 7 }, { text: "Mine" }), "two")).status).toBe(422);
    const gone = invoice("0197b3a0-0000-7000-8000-000000000000", {});
    expect((await send(gone, "gone")).status).toBe(404);
    const header = { name: "Bob", number: "7\r\nBcc: eve@example.test" };
    expect((await send(invoice(id, header), "header")).status).toBe(422);
    expect((await call("GET", OUTBOX)).body.items).toEqual([]);
    const own = invoice(id, { name: "Bob", number: 7 }, { subject: "My own" });
    const { body } = await send(own, "own subject");
    expect(body).toMatchObject({ subject: "My own", recipients: [{ address: BOB }] });
  });
}
