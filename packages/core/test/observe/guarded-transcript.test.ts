import { expect, test } from "vitest";
import { guardTranscript } from "../../src/observe/guarded-transcript.js";

const ENTRY = { connectionId: "a#1", direction: "client", text: "NOOP" } as const;

test("a guarded transcript hears all and throws nothing", () => {
  const heard: unknown[] = [];
  const guarded = guardTranscript((entry) => {
    heard.push(entry);
    throw new Error("disk full");
  });
  guarded?.(ENTRY);
  expect(heard).toEqual([ENTRY]);
  expect(guardTranscript(undefined)).toBeUndefined();
});
