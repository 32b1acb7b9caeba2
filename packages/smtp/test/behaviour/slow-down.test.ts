import { describe, expect, test } from "vitest";
import { heldTime } from "../support/held-time.js";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE = { to: ["bob@example.org"], subject: "Slower", text: "body\n" };

describe("a server that wants to be sent less", () => {
  test("by a 421 4.7.0 to a connection that was used before, is sent less", async () => {
    const times: number[] = [];
    await using server = await recordingServer({
      at: (point, _line, count) => {
        if (point !== "mail") return undefined;
        times.push(performance.now());
        return count === 1 ? "421 4.7.0 slow down" : undefined;
      },
    });
    await using smtp = testClient(server.port);
    await smtp.send(MESSAGE);
    expect(await smtp.send(MESSAGE)).toMatchObject({ status: "deferred", attempts: [{ phase: "mail" }] });
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThan(900);
    expect(server.connections).toBe(2);
  });

  test.each([
    "421 4.7.0 Too many messages for this session",
    "421 Maximum number of messages per session exceeded",
  ])("on one connection alone goes on over another at once: %s", async (goodbye) => {
    await using server = await recordingServer({
      at: (point, _line, count) => (point === "mail" && count === 1 ? goodbye : undefined),
    });
    await using smtp = testClient(server.port);
    using _time = heldTime();
    for (let n = 0; n < 3; n++)
      expect(await smtp.send(MESSAGE)).toMatchObject({ status: "accepted", attempts: [{}] });
    expect(server.connections).toBe(2);
  });
});

test("what a server says of one recipient holds up nobody else", async () => {
  await using server = await recordingServer({
    at: (point, line) => (point === "rcpt" && line.includes("carol") ? "450 4.7.1 not yet" : undefined),
  });
  await using smtp = testClient(server.port);
  // Nobody lets time pass: what waits, waits for ever.
  using _time = heldTime();
  for (let n = 0; n < 5; n++) {
    expect((await smtp.send({ ...MESSAGE, to: "carol@example.org" })).status).toBe("deferred");
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
  }
});
