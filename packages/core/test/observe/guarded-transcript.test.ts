import { expect, test } from "vitest";
import { guardLogger } from "../../src/observe/guarded-logger.js";
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
  const transcript = (): void => {};
  expect(guardTranscript(transcript)).toBe(guardTranscript(transcript));
});

test("a transcript or a logger whose promise rejects does not end the process", async () => {
  const unhandled: unknown[] = [];
  const listen = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", listen);
  const fails = async (): Promise<never> => Promise.reject(new Error("disk full"));
  guardTranscript(fails)?.(ENTRY);
  guardLogger({ debug: fails, info: fails, warn: fails, error: fails }).info({}, "text");
  // Node tells of unhandled rejections once the microtasks are done.
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", listen);
  expect(unhandled).toEqual([]);
});
