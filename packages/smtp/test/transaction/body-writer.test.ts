import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { BodyWriter, type Transfer } from "../../src/transaction/body-writer.js";

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

function start(
  bytes: Buffer,
  socket: Writable,
  mayGoOn = (): boolean => true,
  transfer: Transfer = "data",
): string[] {
  const heard: string[] = [];
  const note = (event: string) => (): void => void heard.push(event);
  const events = { mayGoOn, onEnd: note("end"), beginNext: () => false, onEndSent: note("end sent") };
  new BodyWriter(bytes, transfer, socket, events).start();
  return heard;
}

const LARGE = Buffer.from(".2345678\r\n".repeat(60_000));

describe("BodyWriter", () => {
  test("sends a small body and its dot in one write, and says when that has left", async () => {
    const socket = new SlowSocket();
    const heard = start(Buffer.from("a\r\n.b\r\n"), socket);
    expect(heard).toEqual(["end"]);
    expect(socket.written).toEqual(["a\r\n..b\r\n.\r\n"]);
    await socket.take();
    expect(heard).toEqual(["end", "end sent"]);
  });

  test("sends a large body piece by piece, and its last bytes with the dot when those have left", async () => {
    const socket = new SlowSocket();
    const heard = start(LARGE, socket);
    for (let pieces = 1; pieces <= 3; pieces++) {
      expect(socket.written).toHaveLength(pieces);
      expect(heard).toEqual([]);
      await socket.take();
    }
    expect(heard).toEqual(["end"]);
    await socket.take();
    expect(heard).toEqual(["end", "end sent"]);
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
      expect(heard).toEqual([]);
    },
  );

  test("counts a chunk, leaves its dots alone and ends it with its last bytes", async () => {
    const small = new SlowSocket();
    expect(start(Buffer.from("a\r\n.b\r\n"), small, undefined, "chunk")).toEqual(["end"]);
    expect(small.written).toEqual(["BDAT 7 LAST\r\na\r\n.b\r\n"]);
    const large = new SlowSocket();
    const heard = start(LARGE, large, undefined, "chunk");
    while (heard.length < 2) await large.take();
    expect(heard).toEqual(["end", "end sent"]);
    expect(large.written.join("")).toBe(`BDAT ${LARGE.length} LAST\r\n${LARGE.toString()}`);
  });

  test("says nothing of a dot that did not leave", async () => {
    const socket = new SlowSocket();
    socket.on("error", () => {});
    const heard = start(Buffer.from("a\r\n"), socket);
    socket.destroy(new Error("reset"));
    await new Promise(setImmediate);
    expect(heard).toEqual(["end"]);
  });
});
