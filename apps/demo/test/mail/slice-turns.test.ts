import { expect, test } from "vitest";
import { SliceTurns } from "../../src/mail/sync/slice-turns.js";

const { signal } = new AbortController();

/** A slice that lasts until it is told to end. */
function openSlice() {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { slice: () => ended, end };
}

test("who begins comes before those who go on, and no more run at once than may", async () => {
  const turns = new SliceTurns(1);
  const order: string[] = [];
  const first = openSlice();
  const running = turns.run(true, signal, first.slice);
  const others = (["old", "older"] as const).map((name) =>
    turns.run(false, signal, async () => void order.push(name)),
  );
  const newcomer = turns.run(true, signal, async () => void order.push("new"));
  await Promise.resolve();
  expect(order).toEqual([]);
  first.end();
  await Promise.all([running, ...others, newcomer]);
  expect(order).toEqual(["new", "old", "older"]);
});

test("who stops waiting takes no turn, and a slice that fails hands it on", async () => {
  const turns = new SliceTurns(1);
  const first = openSlice();
  const running = turns.run(true, signal, first.slice);
  const impatient = new AbortController();
  const left = turns.run(true, impatient.signal, async () => "never");
  const failing = turns.run(false, signal, () => Promise.reject(new Error("No server")));
  const last = turns.run(false, signal, async () => "at last");
  impatient.abort(new Error("Stopped"));
  await expect(left).rejects.toThrow("Stopped");
  first.end();
  await expect(failing).rejects.toThrow("No server");
  expect(await last).toBe("at last");
  await running;
  expect(await turns.run(false, signal, async () => "free")).toBe("free");
});
