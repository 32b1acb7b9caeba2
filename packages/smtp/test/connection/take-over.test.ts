import SMTPConnection from "nodemailer/lib/smtp-connection";
import { afterEach, describe, expect, test, vi } from "vitest";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE = { to: ["bob@example.org"], subject: "Taken over", text: "body\n" };

afterEach(() => void vi.restoreAllMocks());

/** nodemailer's connection as it would be if it had changed: this happens to it before it says that it is ready. */
function changedBy(change: (connection: SMTPConnection) => void): void {
  const connect: unknown = Reflect.get(SMTPConnection.prototype, "connect");
  if (typeof connect !== "function") throw new Error("SMTPConnection has no connect()");
  vi.spyOn(SMTPConnection.prototype, "connect").mockImplementation(function (this: SMTPConnection, done) {
    Reflect.apply(connect, this, [
      (error: unknown) => {
        change(this);
        Reflect.apply(done ?? (() => {}), undefined, [error]);
      },
    ]);
  });
}

describe("a version of nodemailer whose connection is another one", () => {
  test.each([
    ["_onSocketData", undefined],
    ["_onSocketClose", () => {}],
    ["_onSocketError", undefined],
    ["_remainder", Buffer.alloc(0)],
    ["_responseQueue", ""],
    ["_responseActions", new Set()],
    ["_ehloLines", "PIPELINING"],
    ["_phaseTimer", undefined],
    ["_socket", false],
  ])("sends no mail, and says which part is another: %s", async (name, value) => {
    changedBy((connection) => void Reflect.set(connection, name, value));
    await using server = await recordingServer();
    await using smtp = testClient(server.port, { retry: { attempts: 3 } });
    const result = await smtp.send(MESSAGE);
    expect(result).toMatchObject({
      status: "not-sent",
      attempts: [{ error: { code: "unsupported", message: expect.stringContaining(name) } }],
    });
    expect(result.attempts).toHaveLength(1);
    expect(server.commands.filter((line) => line.startsWith("MAIL"))).toEqual([]);
    expect(smtp.stats().open).toBe(0);
  });
});

test("what the server says behind its EHLO, unasked, ends the connection", async () => {
  await using server = await recordingServer({
    at: (point) => (point === "ehlo" ? "250-recorder.test\n250 PIPELINING\n250 and more" : undefined),
  });
  await using smtp = testClient(server.port);
  expect(await smtp.send(MESSAGE)).toMatchObject({ status: "not-sent" });
  expect(server.stored).toEqual([]);
});
