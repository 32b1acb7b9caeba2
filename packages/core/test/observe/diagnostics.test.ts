import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, test } from "vitest";
import { publishDiagnostic } from "../../src/observe/diagnostics.js";

const send = { messageId: "<1@x>", status: "accepted", recipients: 1, attempts: 1, durationMs: 5 };

test("an event reaches who listens on its channel", () => {
  const heard: unknown[] = [];
  const listen = (message: unknown): void => {
    heard.push(message);
  };
  subscribe("mailwright:send", listen);
  publishDiagnostic("mailwright:send", () => send);
  unsubscribe("mailwright:send", listen);
  publishDiagnostic("mailwright:send", () => send);
  expect(heard).toEqual([send]);
});

test("without a listener the payload is not even built", () => {
  let builds = 0;
  publishDiagnostic("mailwright:send", () => {
    builds += 1;
    return send;
  });
  expect(builds).toBe(0);
});
