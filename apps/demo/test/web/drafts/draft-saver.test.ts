import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ProblemError } from "../../../src/web/api/problem-error.js";
import { DraftSaver } from "../../../src/web/drafts/draft-saver.js";
import { type DraftValues, emptyDraft } from "../../../src/web/drafts/draft-values.js";

const AGES_MS = 60_000;
const withText = (text: string): DraftValues => {
  const values = emptyDraft("ada", "");
  return { ...values, content: { ...values.content, text } };
};

/** A server with one draft at most, which answers as the real one does. */
function createServer() {
  let stored: { values: DraftValues; version: number } | undefined;
  let refusal: Error | undefined;
  const answer = () => {
    if (stored === undefined) throw new Error("Nothing is stored");
    return { ...stored.values, id: "1", version: stored.version, updatedAt: "2026-03-01T12:00:00.000Z" };
  };
  return {
    saves: 0,
    store: (values: DraftValues, version: number) => {
      stored = { values, version };
    },
    remove: () => {
      stored = undefined;
    },
    text: () => stored?.values.content.text,
    fail: (error: Error | undefined) => {
      refusal = error;
    },
    loseAnswer: false,
    async put(values: DraftValues, version: number) {
      if (refusal !== undefined) throw refusal;
      if (stored === undefined && version > 0) throw new ProblemError(404, { code: "not-found" });
      if ((stored?.version ?? 0) !== version) throw new ProblemError(412, { code: "draft-changed" });
      stored = { values, version: version + 1 };
      this.saves += 1;
      if (this.loseAnswer) throw new TypeError("Failed to fetch");
      return answer();
    },
    find: async () => (stored === undefined ? null : answer()),
  };
}

describe("a draft that is typed", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function begin(server = createServer(), version = 0, isTyped = false) {
    const kept: { values?: DraftValues | undefined } = {};
    const values = withText(isTyped ? "typed before" : "");
    const start = { values, version, save: { type: isTyped ? "typing" : "untouched" } } as const;
    const saver = new DraftSaver(start, {
      put: (typed, known) => server.put(typed, known),
      find: server.find,
      keep: (typed) => {
        kept.values = typed;
      },
      forget: () => {
        kept.values = undefined;
      },
    });
    const type = (text: string): void => saver.change(() => withText(text));
    const state = () => saver.snapshot().save.type;
    return { server, saver, kept, type, state, wait: () => vi.advanceTimersByTimeAsync(AGES_MS) };
  }

  test("is kept with each letter and saved when the typing pauses", async () => {
    const { server, kept, type, state, wait } = begin();
    await wait();
    expect(server.saves).toBe(0);
    for (const text of ["H", "He", "Hello"]) type(text);
    expect([kept.values?.content.text, server.saves]).toEqual(["Hello", 0]);
    await wait();
    expect([state(), server.text(), server.saves, kept.values]).toEqual(["saved", "Hello", 1, undefined]);
    type("Hello!");
    await wait();
    expect([server.text(), server.saves]).toEqual(["Hello!", 2]);
  });

  test("what is typed while a save is under way is saved after it", async () => {
    const { server, saver, type, wait } = begin();
    type("one");
    // The timer has fired, and the answer has not come yet.
    vi.advanceTimersByTime(1_000);
    type("two");
    await wait();
    expect([server.text(), server.saves, saver.snapshot().version]).toEqual(["two", 2, 2]);
  });

  test("is one though the answer to a save was lost", async () => {
    const { server, saver, type, state, wait } = begin();
    server.loseAnswer = true;
    type("Hello");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state()).toBe("kept");
    server.loseAnswer = false;
    await wait();
    expect([state(), server.saves, saver.snapshot().version]).toEqual(["saved", 1, 1]);
  });

  test("is kept while nobody answers, and saved when somebody does", async () => {
    const { server, kept, type, state, wait } = begin();
    server.fail(new TypeError("Failed to fetch"));
    type("Hello");
    await wait();
    expect([state(), kept.values?.content.text]).toEqual(["kept", "Hello"]);
    server.fail(undefined);
    await wait();
    expect([state(), server.text(), kept.values]).toEqual(["saved", "Hello", undefined]);
  });

  test("goes no further than what was saved elsewhere, until a person says so", async () => {
    const { server, saver, kept, type, state, wait } = begin();
    type("mine");
    await wait();
    server.store(withText("theirs"), 2);
    type("mine too");
    await wait();
    expect([state(), server.text(), kept.values?.content.text]).toEqual(["changed", "theirs", "mine too"]);
    type("and more");
    await wait();
    expect([state(), server.text(), kept.values?.content.text]).toEqual(["changed", "theirs", "and more"]);
    expect(await saver.flush()).toBe(false);
    saver.adopt({ values: withText("theirs"), version: 2, savedAt: new Date() });
    type("theirs and mine");
    await wait();
    expect([state(), server.text()]).toEqual(["saved", "theirs and mine"]);
  });

  test("that was sent or discarded elsewhere is not made anew by itself", async () => {
    const { server, kept, type, state, wait } = begin();
    type("mine");
    await wait();
    server.remove();
    type("mine too");
    await wait();
    expect([state(), server.text(), kept.values?.content.text]).toEqual(["gone", undefined, "mine too"]);
  });

  test("that another tab left behind is saved at once over what it knew", async () => {
    const server = createServer();
    server.store(withText("before"), 3);
    const { state, wait } = begin(server, 3, true);
    await wait();
    expect([state(), server.text()]).toEqual(["saved", "typed before"]);
  });

  test("that is refused says so, and is tried again when it is changed", async () => {
    const { server, type, state, wait } = begin();
    server.fail(new ProblemError(422, { title: "Too long" }));
    type("x");
    await wait();
    expect(state()).toBe("refused");
    server.fail(undefined);
    type("y");
    await wait();
    expect([state(), server.text()]).toEqual(["saved", "y"]);
  });

  test("that nobody has typed at is saved when it is sent", async () => {
    const { server, saver } = begin();
    expect(await saver.flush()).toBe(true);
    expect(server.saves).toBe(0);
    expect(await saver.flush(true)).toBe(true);
    expect(server.saves).toBe(1);
  });
});
