import { describe, expect, test } from "vitest";
import { SmtpClient, type SmtpClientOptions } from "../src/index.js";
import { recordingServer } from "./support/recording-server.js";

const MESSAGE = { to: ["bob@example.org"], subject: "Hello", text: "Hi Bob\n.dot\n" };

function client(port: number, options: Partial<SmtpClientOptions> = {}): SmtpClient {
  return new SmtpClient({
    server: { host: "127.0.0.1", port, security: "none" },
    from: "ada@example.com",
    retry: { attempts: 1 },
    ...options,
  });
}

describe("send", () => {
  test("hands a message over and tells what the server said", async () => {
    await using server = await recordingServer();
    await using smtp = client(server.port);
    const result = await smtp.send(MESSAGE);
    expect(result).toMatchObject({
      status: "accepted",
      serverMessageId: "M1",
      recipients: [
        { address: "bob@example.org", status: "accepted", reply: { code: "250", enhancedCode: "2.0.0" } },
      ],
      retryable: false,
    });
    expect(result.attempts).toMatchObject([{ phase: "done" }]);
    expect(server.stored).toMatchObject([{ from: "ada@example.com", to: ["bob@example.org"] }]);
    expect(server.stored[0]?.body).toContain(`Message-ID: ${result.messageId}\r\n`);
    expect(server.stored[0]?.body).toContain("\r\n\r\nHi Bob\r\n.dot\r\n");
    expect(smtp.stats()).toMatchObject({ created: 1, open: 1, inFlight: 0, messages: { accepted: 1 } });
  });

  const sizes = [1_000, 7_000, 8_200, 12_000, 16_000, 16_400, 24_000, 32_700, 32_800, 65_000, 66_000];
  test.each(sizes)("a body of %i bytes arrives whole, dots at the start of every line", async (bytes) => {
    await using server = await recordingServer();
    await using smtp = client(server.port, { timeouts: { bodyMs: 5_000, dataEndMs: 5_000 } });
    const text = ".\n".repeat(Math.floor(bytes / 3));
    const { status } = await smtp.send({ ...MESSAGE, text });
    expect(status).toBe("accepted");
    expect(server.stored[0]?.body.split("\r\n\r\n")[1]?.trimEnd()).toBe(
      text.trimEnd().replaceAll("\n", "\r\n"),
    );
  });
});
