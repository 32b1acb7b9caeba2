import { describe, expect, test } from "vitest";
import {
  deliveryResultFrom,
  InvalidMessageError,
  RenderedMessage,
  renderMessage,
  type SendItem,
} from "../../src/index.js";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE = {
  from: "ada@example.com",
  to: ["bob@example.org", "carol@example.org", "dave@example.org"],
  subject: "Outbox ü",
  text: "body\n.dot\n",
  requireTls: false,
  dsn: { notify: ["failure" as const] },
};

describe("a rendered message comes back", () => {
  test.each<[string, (rendered: RenderedMessage) => unknown]>([
    ["from JSON", (rendered) => JSON.parse(JSON.stringify(rendered))],
    ["from a clone", (rendered) => structuredClone(rendered)],
    ["from the JSON of a copy", (rendered) => JSON.parse(JSON.stringify({ ...rendered }))],
  ])("%s as it was", async (_name, store) => {
    const rendered = await renderMessage(MESSAGE);
    const restored = RenderedMessage.from(store(rendered));
    expect(restored).toEqual(rendered);
    expect(JSON.stringify(restored)).toBe(JSON.stringify(rendered));
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    expect((await smtp.send(restored)).status).toBe("accepted");
    expect(server.stored[0]?.body).toBe(rendered.bytes.toString("latin1"));
  });

  test("not when something in it is not what it was", async () => {
    const stored = JSON.parse(JSON.stringify(await renderMessage(MESSAGE)));
    const problemsOf = (change: object): readonly string[] => {
      try {
        RenderedMessage.from({ ...stored, ...change });
        return [];
      } catch (error) {
        return error instanceof InvalidMessageError ? error.problems.map(({ path }) => path) : ["no problem"];
      }
    };
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ bytes: "nö" })).toEqual(["bytes"]);
    expect(problemsOf({ bytes: undefined, date: "never", recipients: "x@example.org" })).toEqual([
      "bytes",
      "date",
      "recipients",
    ]);
    expect(problemsOf({ recipients: ["x>\r\nDATA"] })).toEqual(["envelope.to[0]"]);
    expect(problemsOf({ dsn: { notify: "x" } })).toEqual(["dsn.notify"]);
    expect(() => RenderedMessage.from(null)).toThrow(InvalidMessageError);
  });
});

describe("a result comes back from its JSON", () => {
  test("with its dates and errors", async () => {
    await using server = await recordingServer({
      at: (point, line) => (point === "rcpt" && line.includes("carol") ? "450 4.2.1 later" : undefined),
    });
    await using smtp = testClient(server.port);
    const results = [await smtp.send(MESSAGE), await smtp.send({ ...MESSAGE, subject: "" })];
    for (const result of results) {
      const restored = deliveryResultFrom(JSON.parse(JSON.stringify(result)));
      expect(JSON.stringify(restored)).toBe(JSON.stringify(result));
      expect(restored.sentAt).toEqual(result.sentAt);
      expect(restored.attempts[0]?.error?.code).toBe(result.attempts[0]?.error?.code);
    }
  });

  test.each([null, "accepted", {}, { status: "sent", messageId: "" }, { status: "accepted", messageId: "" }])(
    "and %j is none",
    (stored) => {
      expect(() => deliveryResultFrom(stored)).toThrow("no stored DeliveryResult");
    },
  );
});

describe("a message that went to some is resumed", () => {
  test("for those who do not have it, under the same Message-ID and key", async () => {
    let isLater = false;
    await using server = await recordingServer({
      at: (point, line) => {
        if (point !== "rcpt") return undefined;
        if (line.includes("carol") && !isLater) return "450 4.2.1 later";
        return line.includes("dave") ? "550 5.1.1 who?" : undefined;
      },
    });
    await using smtp = testClient(server.port);
    const first = await smtp.send(MESSAGE, { idempotencyKey: "invoice-7" });
    expect(first.status).toBe("partial");
    isLater = true;
    const resume = deliveryResultFrom(JSON.parse(JSON.stringify(first)));
    const second = await smtp.send(MESSAGE, { idempotencyKey: "invoice-7", resume });
    expect(second.messageId).toBe(first.messageId);
    expect(second.recipients.map(({ status }) => status)).toEqual(["accepted", "accepted", "rejected"]);
    expect(second.attempts).toHaveLength(2);
    expect(server.stored.map(({ to }) => to)).toEqual([["bob@example.org"], ["carol@example.org"]]);
    const third = await smtp.send(MESSAGE, { resume: second });
    expect(third.recipients).toEqual(second.recipients);
    expect(server.stored).toHaveLength(2);
  });

  test("and no other is taken for it", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const resume = await smtp.send(MESSAGE);
    const other = { ...MESSAGE, messageId: "<other@example.com>" };
    await expect(smtp.send(other, { resume })).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(smtp.send(await renderMessage(other), { resume })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });
});

test("results of sendAll carry what came with their messages, and their keys", async () => {
  await using server = await recordingServer();
  await using smtp = testClient(server.port);
  const rows = [{ id: 1 }, { id: 2 }, { id: 3 }];
  const items = rows.map((row): SendItem<{ id: number }> => {
    return { message: { ...MESSAGE, subject: `Row ${row.id}` }, tag: row, idempotencyKey: `row-${row.id}` };
  });
  const seen: (readonly [number | undefined, string | undefined, number])[] = [];
  for await (const { tag, idempotencyKey, index } of smtp.sendAll(items, { order: "completion" }))
    seen.push([tag?.id, idempotencyKey, index]);
  expect(seen.sort()).toEqual(rows.map(({ id }, index) => [id, `row-${id}`, index]));
  const plain = smtp.sendAll([MESSAGE], { idempotencyKey: () => "by function" });
  for await (const { tag, idempotencyKey } of plain)
    expect([tag, idempotencyKey]).toEqual([undefined, "by function"]);
});
