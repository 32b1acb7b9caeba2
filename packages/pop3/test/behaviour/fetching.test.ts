import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, expect, test } from "vitest";
import { errorOf, message, setUpPop3 } from "../support/pop3-set-up.js";

const many = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => message(`m${index + 1}`));
const subjectOf = (source: Buffer): string => /Subject: (.*)\r/.exec(source.toString())?.[1] ?? "";

const MODES = [
  ["pipelined", []],
  ["one at a time", ["PIPELINING"]],
] as const;

describe.each(MODES)("fetching %s", (_mode, disable) => {
  const options = { disable: [...disable] };

  test("gives every message in order, byte for byte", async () => {
    const odd = [
      Buffer.from("Subject: 8-bit\r\n\r\n\xe9\xff\x00\x80\r\n", "latin1"),
      Buffer.from("Subject: dots\r\n\r\n.\r\n..\r\n...a\r\n.\r\n", "latin1"),
      Buffer.from("Subject: header only\r\n\r\n"),
      Buffer.from(`Subject: long line\r\n\r\n${"x".repeat(200_000)}\r\n`),
      Buffer.from("Subject: bare CR\r\n\r\na\r.\rb\r\r\n"),
    ];
    await using mail = await setUpPop3(odd, options);
    await mail.client().session(async (box) => {
      const fetched: Buffer[] = [];
      for await (const { source } of box.messages()) fetched.push(source);
      const hex = (all: readonly Buffer[]): string[] => all.map((bytes) => bytes.toString("hex"));
      expect(hex(fetched)).toEqual(hex(mail.store.messages("ada").map(({ raw }) => raw)));
      expect(hex(fetched)).toEqual(hex(odd));
    });
  });

  test("fails alone for a number that is unknown or refused", async () => {
    await using mail = await setUpPop3(many(4), { ...options, quirks: { refuseRetrieval: [2] } });
    await mail.client().session(async (box) => {
      const { items, succeeded, failed } = await box.fetchMessages([4, 2, 99, 1, 3]);
      expect({ succeeded, failed }).toEqual({ succeeded: 3, failed: 2 });
      expect(items.map((item) => (item.ok ? subjectOf(item.value.source) : item.error.code))).toEqual([
        "m4",
        "busy",
        "not-found",
        "m1",
        "m3",
      ]);
      expect(await errorOf(box.fetchMessage(99))).toMatchObject({
        code: "not-found",
        connectionBroken: false,
      });
      expect(subjectOf((await box.fetchMessage(1)).source)).toBe("m1");
    });
  });

  test("a number out of a long list that is unknown fails alone too, in its place", async () => {
    await using mail = await setUpPop3(many(20), options);
    const numbers = [...Array.from({ length: 20 }, (_, index) => index + 1), 21];
    const { items } = await mail.client().fetchMessages(numbers);
    expect(items.map(({ key, ok }) => [key, ok])).toEqual(numbers.map((number) => [number, number < 21]));
  });

  test("messages() ends at the first that fails", async () => {
    await using mail = await setUpPop3(many(3), { ...options, quirks: { refuseRetrieval: [2] } });
    await mail.client().session(async (box) => {
      const seen: number[] = [];
      const work = (async () => {
        for await (const { number } of box.messages()) seen.push(number);
      })();
      expect(await errorOf(work)).toMatchObject({ code: "busy", phase: "retr" });
      expect(seen).toEqual([1]);
      expect(await box.stat()).toMatchObject({ count: 3 });
    });
  });

  test("a command inside the iteration works, and so does another iteration", async () => {
    await using mail = await setUpPop3(many(30), options);
    await mail.client({ limits: { windowBytes: 300 } }).session(async (box) => {
      const seen: string[] = [];
      for await (const { number, source } of box.messages()) {
        seen.push(subjectOf(source));
        if (number % 10 === 0) await box.deleteMessage(number);
        if (number === 5) {
          for await (const inner of box.messages([7, 8])) seen.push(`inner ${subjectOf(inner.source)}`);
        }
      }
      expect(seen.filter((subject) => subject.startsWith("inner"))).toEqual(["inner m7", "inner m8"]);
      expect(seen.filter((subject) => subject.startsWith("m"))).toEqual(
        many(30).map((_, index) => `m${index + 1}`),
      );
      expect(await box.stat()).toMatchObject({ count: 27 });
    });
  });

  test("leaving the iteration early leaves the session usable", async () => {
    await using mail = await setUpPop3(many(50), options);
    await mail.client().session(async (box) => {
      for await (const { number } of box.messages()) if (number === 3) break;
      expect(await box.stat()).toMatchObject({ count: 50 });
      expect(subjectOf((await box.fetchMessage(50)).source)).toBe("m50");
    });
  });

  test("two iterations side by side do not mix up", async () => {
    await using mail = await setUpPop3(many(40), options);
    await mail.client().session(async (box) => {
      const collect = async (numbers: number[]): Promise<string[]> => {
        const seen: string[] = [];
        for await (const { source } of box.messages(numbers)) seen.push(subjectOf(source));
        return seen;
      };
      const odd = Array.from({ length: 20 }, (_, index) => 2 * index + 1);
      const even = odd.map((number) => number + 1);
      const [first, second] = await Promise.all([collect(odd), collect(even)]);
      expect(first).toEqual(odd.map((number) => `m${number}`));
      expect(second).toEqual(even.map((number) => `m${number}`));
    });
  });

  test("concurrent commands get their own answers", async () => {
    await using mail = await setUpPop3(many(3), options);
    await mail.client().session(async (box) => {
      const answers = await Promise.all([1, 2, 3, 3, 2, 1].map((number) => box.fetchMessage(number)));
      expect(answers.map(({ source }) => subjectOf(source))).toEqual(["m1", "m2", "m3", "m3", "m2", "m1"]);
      const [stat, sizes, uidls] = await Promise.all([box.stat(), box.list(), box.uidl(), box.noop()]);
      expect(stat.count).toBe(3);
      expect(sizes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBe(stat.sizeBytes);
      expect(new Set(uidls.map(({ uidl }) => uidl)).size).toBe(3);
    });
  });

  test("TOP gives the header and as many lines as asked", async () => {
    await using mail = await setUpPop3([message("one", "1\r\n..2\r\n3")], options);
    await mail.client().session(async (box) => {
      expect((await box.top(1, 0)).toString()).toMatch(/^From: .*\r\n\r\n$/s);
      expect((await box.top(1, 2)).toString()).toMatch(/\r\n\r\n1\r\n\.\.2\r\n$/);
      expect(await errorOf(box.top(9, 0))).toMatchObject({ code: "not-found" });
    });
  });
});

test("a server that throws away what it was sent too early gets one command at a time", async () => {
  await using mail = await setUpPop3(many(20), {
    disable: ["PIPELINING"],
    quirks: { dropPipelinedInput: true },
  });
  const pop3 = mail.client({ timeouts: { stallMs: 1_000 } });
  await pop3.session(async (box) => {
    let count = 0;
    for await (const { number } of box.messages()) if (number === ++count && number === 5) await box.noop();
    expect(count).toBe(20);
    const answers = await Promise.all([box.stat(), box.uidl(), box.fetchMessage(3), box.noop()]);
    expect(answers[0].count).toBe(20);
  });
});

describe("sizes", () => {
  test("of 0 in every listing do not stop anything", async () => {
    await using mail = await setUpPop3(many(30), { quirks: { zeroSizes: true } });
    const { succeeded } = await mail.client().fetchMessages(many(30).map((_, index) => index + 1));
    expect(succeeded).toBe(30);
  });

  test("over the limit fail that message alone, without fetching it", async () => {
    await using mail = await setUpPop3([
      message("small"),
      message("big", "x".repeat(5_000)),
      message("last"),
    ]);
    const pop3 = mail.client({ limits: { maxMessageBytes: 1_000 } });
    const { items } = await pop3.fetchMessages([1, 2, 3]);
    expect(items.map((item) => (item.ok ? "ok" : item.error.code))).toEqual(["ok", "limit", "ok"]);
  });

  test("are asked for by messageSize", async () => {
    await using mail = await setUpPop3(many(2));
    expect(await mail.client().messageSize(2)).toBe(Buffer.byteLength(many(2)[1] ?? ""));
    expect(await errorOf(mail.client().messageSize(3))).toMatchObject({ code: "not-found" });
  });
});

describe("a message stream", () => {
  const body = Array.from(
    { length: 20_000 },
    (_, index) => `${index % 7 === 0 ? "." : ""}line ${index}`,
  ).join("\r\n");

  test("gives the same bytes, and afterwards the session goes on", async () => {
    await using mail = await setUpPop3([message("big", body), message("next")]);
    await mail.client().session(async (box) => {
      const chunks: Buffer[] = [];
      for await (const chunk of box.messageStream(1)) chunks.push(chunk);
      expect(Buffer.concat(chunks).equals(mail.store.messages("ada")[0]?.raw ?? Buffer.alloc(0))).toBe(true);
      const hash = createHash("sha256");
      await pipeline(box.messageStream(2), hash);
      expect((await box.fetchMessage(2)).number).toBe(2);
    });
  });

  test("of a number that is not there is destroyed with the refusal", async () => {
    await using mail = await setUpPop3([message("one")]);
    await mail.client().session(async (box) => {
      const work = pipeline(
        box.messageStream(9),
        new Writable({ write: (_chunk, _encoding, done) => done() }),
      );
      expect(await errorOf(work)).toMatchObject({ code: "not-found", phase: "retr" });
      expect(await box.stat()).toMatchObject({ count: 1 });
    });
  });

  test("refuses other commands until it is read or destroyed", async () => {
    await using mail = await setUpPop3([message("big", body), message("next")]);
    await mail.client().session(async (box) => {
      const stream = box.messageStream(1);
      expect(await errorOf(box.stat())).toMatchObject({ code: "invalid-argument", connectionBroken: false });
      expect(await errorOf(box.messages().next())).toMatchObject({ code: "invalid-argument" });
      expect(() => box.messageStream(2)).toThrow(/stream is open/);
      stream.destroy();
      expect(await box.stat()).toMatchObject({ count: 2 });
      expect((await box.fetchMessage(2)).number).toBe(2);
    });
  });

  test("left open ends with the session, which still commits", async () => {
    await using mail = await setUpPop3([message("big", body), message("next")]);
    const stream = await mail.client().session(async (box) => {
      await box.deleteMessage(2);
      return box.messageStream(1);
    });
    expect(stream.destroyed).toBe(true);
    expect(stream.errored).toMatchObject({ code: "closed" });
    expect(mail.subjects()).toEqual(["big"]);
  });
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1\r\nDELE 2" as unknown as number])(
  "%j is no message number, and nothing is sent",
  async (number) => {
    await using mail = await setUpPop3(many(2));
    await mail.client().session(async (box) => {
      const invalid = { code: "invalid-argument" };
      expect(await errorOf(box.fetchMessage(number))).toMatchObject(invalid);
      expect(await errorOf(box.deleteMessage(number))).toMatchObject(invalid);
      expect(await errorOf(box.messageSize(number))).toMatchObject(invalid);
      expect(await errorOf(box.top(number, 0))).toMatchObject(invalid);
      expect(() => box.messageStream(number)).toThrow(/no message number/);
    });
    expect(mail.subjects()).toHaveLength(2);
  },
);
