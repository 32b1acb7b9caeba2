import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { SingleFlight } from "../../src/time/single-flight.js";
import { settle } from "../support/fake-clock.js";

test("callers at the same time share one call, later ones start another", async () => {
  let calls = 0;
  const flight = new SingleFlight(async () => {
    await settle();
    return ++calls;
  });
  expect(await Promise.all([flight.run("core"), flight.run("core"), flight.run("core")])).toEqual([1, 1, 1]);
  expect(await flight.run("core")).toBe(2);
});

test("a call that fails fails for everyone and does not stick", async () => {
  let calls = 0;
  const flight = new SingleFlight(async () => {
    if (++calls === 1) throw new Error("once");
    return "ok";
  });
  const both = await Promise.allSettled([flight.run("core"), flight.run("core")]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await flight.run("core")).toBe("ok");
});

test("a caller that gives up leaves the others their answer; when all do, the call is aborted", async () => {
  const signals: AbortSignal[] = [];
  const flight = new SingleFlight<string>((signal) => {
    signals.push(signal);
    return new Promise((resolve) => setTimeout(resolve, 30, "answer"));
  });
  const first = new AbortController();
  const leaving = expect(flight.run("imap", first.signal)).rejects.toMatchObject({
    code: "aborted",
    protocol: "imap",
  });
  const staying = flight.run("imap");
  first.abort();
  await leaving;
  expect(signals[0]?.aborted).toBe(false);
  expect(await staying).toBe("answer");
  const last = new AbortController();
  const alone = expect(flight.run("imap", last.signal)).rejects.toMatchObject({ code: "aborted" });
  last.abort();
  await alone;
  expect(signals[1]?.aborted).toBe(true);
  expect(getEventListeners(last.signal, "abort")).toHaveLength(0);
});
