import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { heldTime } from "../support/held-time.js";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const BODY_MS = 100_000;
/** Five pieces of 256 KB. */
const MESSAGE = {
  to: ["bob@example.org"],
  raw: `Subject: long\r\n\r\n${"twenty-three bytes ...\r\n".repeat(50_000)}`,
};

/** Takes a byte per turn of the event loop, and says so for each piece that is through; nothing of one that it is to keep. */
function slowed(socket: Socket, onPiece: (bytes: number) => "go on" | "stand still"): Socket {
  const write = socket._write.bind(socket);
  socket._write = (chunk: Buffer, encoding, done) => {
    let left = chunk.length;
    const tick = (): void => {
      left -= 1;
      if (left > 0) setImmediate(tick);
      else if (onPiece(chunk.length) === "go on") write(chunk, encoding, done);
    };
    setImmediate(tick);
  };
  Reflect.set(socket, "_writev", null);
  return socket;
}

test("a body that goes out a byte per tick is not given up, however long it takes; one that stands still is", async () => {
  await using server = await recordingServer();
  for (const isStuck of [false, true]) {
    let pieces = 0;
    using time = heldTime("performance");
    const onPiece = (bytes: number): "go on" | "stand still" => {
      if (bytes < 10_000) return "go on";
      pieces += 1;
      if (isStuck && pieces === 3) {
        setImmediate(() => time.pass(BODY_MS));
        return "stand still";
      }
      time.pass(BODY_MS * 0.9);
      return "go on";
    };
    const connectSlowly = async ({ host, port }: { host: string; port: number }): Promise<Socket> => {
      const socket = connect(port, host);
      await once(socket, "connect");
      return slowed(socket, onPiece);
    };
    await using smtp = testClient(server.port, {
      server: { host: "127.0.0.1", port: server.port, security: "none", connect: connectSlowly },
      timeouts: { bodyMs: BODY_MS },
    });
    const result = await smtp.send(MESSAGE);
    if (isStuck) {
      expect(result).toMatchObject({
        status: "not-sent",
        attempts: [{ phase: "body", error: { code: "timeout" } }],
      });
    } else {
      expect(pieces).toBeGreaterThan(4);
      expect(result.status).toBe("accepted");
    }
  }
  expect(server.stored).toHaveLength(1);
});
