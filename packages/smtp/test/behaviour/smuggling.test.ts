import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Content } from "../../src/index.js";
import { recordingServer } from "../support/recording-server.js";
import { smugglingEndings, smugglingText } from "../support/smuggling-endings.js";
import { testClient } from "../support/test-client.js";

const FORMS: Readonly<Record<string, (text: string) => Content>> = {
  "a string": (text) => text,
  bytes: (text) => Buffer.from(text),
  "a stream": (text) => Readable.from([Buffer.from(text)]),
  "a stream of single bytes": (text) =>
    Readable.from(Array.from(Buffer.from(text), (byte) => Buffer.of(byte))),
};

describe("a body that pretends to end early", () => {
  for (const [form, make] of Object.entries(FORMS)) {
    test.each(smugglingEndings)(`stays one message as ${form} with %j`, async (ending) => {
      await using server = await recordingServer();
      await using smtp = testClient(server.port);
      const text = smugglingText(ending);
      for (const message of [
        { to: ["bob@example.org"], subject: "Smuggler", text: make(text) },
        { to: ["bob@example.org"], raw: make(`Subject: Smuggler\r\n\r\n${text}`) },
      ]) {
        const before = server.stored.length;
        if ("raw" in message && ending.includes("\0")) {
          // Encoded as text, NUL does no harm; as it is, it is nothing that SMTP carries.
          expect((await smtp.send(message)).status).toBe("invalid");
          expect(server.stored).toHaveLength(before);
          continue;
        }
        expect((await smtp.send(message)).status).toBe("accepted");
        expect(server.stored).toHaveLength(before + 1);
        expect(server.stored.at(-1)?.body).toContain("MAIL FROM:<evil@example.com>");
        expect(server.stored.at(-1)?.body.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
      }
      expect(server.commands.filter((line) => line.includes("evil"))).toEqual([]);
    });
  }
});
