import { PassThrough, Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { MessageBody } from "../../src/transaction/message-body.js";

/** A socket whose system takes what it is given only when told to. */
class SlowSocket extends Writable {
  readonly written: string[] = [];
  #taken: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, taken: () => void): void {
    this.written.push(chunk.toString());
    this.#taken = taken;
  }

  async take(): Promise<void> {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
    await new Promise(setImmediate);
  }
}

function start(bytes: Buffer, socket: Writable, mayGoOn = (): boolean => true): string[] {
  const heard: string[] = [];
  const note = (event: string) => (): void => void heard.push(event);
  const events = {
    onStart: note("start"),
    mayGoOn,
    onDot: note("dot"),
    beginNext: () => false,
    onDotSent: note("dot sent"),
  };
  new MessageBody(bytes, socket, events).pipe(new PassThrough());
  return heard;
}

const LARGE = Buffer.from(".2345678\r\n".repeat(60_000));

describe("MessageBody", () => {
  test("sends a small body and its dot in one write, and says when that has left", async () => {
    const socket = new SlowSocket();
    const heard = start(Buffer.from("a\r\n.b\r\n"), socket);
    expect(heard).toEqual(["start", "dot"]);
    expect(socket.written).toEqual(["a\r\n..b\r\n.\r\n"]);
    await socket.take();
    expect(heard).toEqual(["start", "dot", "dot sent"]);
  });

  test("sends a large body piece by piece, and the dot when the last one has left", async () => {
    const socket = new SlowSocket();
    const heard = start(LARGE, socket);
    for (let pieces = 1; pieces <= 3; pieces++) {
      expect(socket.written).toHaveLength(pieces);
      expect(heard).toEqual(["start"]);
      await socket.take();
    }
    expect(heard).toEqual(["start", "dot"]);
    await socket.take();
    expect(heard).toEqual(["start", "dot", "dot sent"]);
    expect(socket.written.join("")).toBe(`${LARGE.toString().replaceAll(".2", "..2")}.\r\n`);
  });

  test.each([0, 1, 2, 3])(
    "stops for good when there is a reason to after %i pieces, the last one included",
    async (most) => {
      const socket = new SlowSocket();
      let pieces = 0;
      const heard = start(LARGE, socket, () => pieces++ < most);
      for (let n = 0; n < 5; n++) await socket.take();
      expect(socket.written).toHaveLength(most);
      expect(heard).toEqual(["start"]);
    },
  );

  test("says nothing of a dot that did not leave", async () => {
    const socket = new SlowSocket();
    socket.on("error", () => {});
    const heard = start(Buffer.from("a\r\n"), socket);
    socket.destroy(new Error("reset"));
    await new Promise(setImmediate);
    expect(heard).toEqual(["start", "dot"]);
  });
});
