import { expect, test } from "vitest";
import { HostBreaker } from "../../../src/pool/opening/host-breaker.js";
import { FakeClock } from "../../support/fake-clock.js";

const HOST = "mail.example:993";

function gates(): { clock: FakeClock; gates: HostBreaker<string>; woken: string[] } {
  const clock = new FakeClock();
  const woken: string[] = [];
  return {
    clock,
    woken,
    gates: new HostBreaker<string>(
      clock,
      () => 1,
      (key) => void woken.push(key),
    ),
  };
}

test("a host that never failed lets everyone through and costs nothing", () => {
  const { clock, gates: open } = gates();
  expect(open.admits(HOST, "a")).toBe(true);
  open.succeeded(open.enter(HOST));
  open.abandoned(open.enter(HOST));
  expect(clock.pending).toBe(0);
});

test("dials that failed together close the gate once, not once each", async () => {
  const { clock, gates: closed, woken } = gates();
  const permits = [closed.enter(HOST), closed.enter(HOST), closed.enter(HOST)];
  for (const permit of permits) closed.failed(permit);
  expect(closed.admits(HOST, "a")).toBe(false);
  await clock.advance(499);
  expect(woken).toEqual([]);
  await clock.advance(1);
  expect(woken).toEqual(["a"]);
  expect(closed.admits(HOST, "a")).toBe(true);
});

test("the pause doubles with every probe that fails, up to 30 s, and who waited shares the outcome", async () => {
  const { clock, gates: closed } = gates();
  closed.failed(closed.enter(HOST));
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) {
    const since = clock.now();
    while (!closed.admits(HOST, "prober")) await clock.advance(100);
    pauses.push(clock.now() - since);
    const permit = closed.enter(HOST);
    expect(permit.isProbe).toBe(true);
    expect(closed.admits(HOST, "other")).toBe(false);
    expect(closed.failed(permit)).toContain("other");
  }
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("a probe that succeeds opens the gate for all; one that is given up lets the next one try", async () => {
  const { clock, gates: closed, woken } = gates();
  closed.failed(closed.enter(HOST));
  await clock.advance(500);
  const abandoned = closed.enter(HOST);
  for (const key of ["b", "c", "d"]) closed.admits(HOST, key);
  closed.abandoned(abandoned);
  expect(woken[0]).toBe("b");
  const probe = closed.enter(HOST);
  for (const key of ["c", "d"]) closed.admits(HOST, key);
  woken.length = 0;
  closed.succeeded(probe);
  expect(woken.sort()).toEqual(["c", "d"]);
  expect(closed.admits(HOST, "e")).toBe(true);
  expect(clock.pending).toBe(0);
});

test("hosts do not matter to each other, and stop() leaves no timer", () => {
  const { clock, gates: closed } = gates();
  closed.failed(closed.enter(HOST));
  expect(closed.admits("other:993", "a")).toBe(true);
  expect(closed.admits(HOST, "a")).toBe(false);
  expect(clock.pending).toBe(1);
  closed.stop();
  expect(clock.pending).toBe(0);
});

test("very many hosts that failed long ago are not remembered for ever", async () => {
  const { clock, gates: many } = gates();
  for (let n = 0; n < 2_500; n++) {
    many.failed(many.enter(`host-${n}:993`));
    await clock.advance(n % 100 === 0 ? 61_000 : 0);
  }
  const permit = many.enter("host-0:993");
  expect(permit.isProbe).toBe(false);
});

test("a host that somebody waits for keeps no others in memory", async () => {
  const { clock, gates: many } = gates();
  many.failed(many.enter("awaited:993"));
  many.enter("awaited:993");
  expect(many.admits("awaited:993", "a")).toBe(false);
  for (let n = 0; n < 1_500; n++) many.failed(many.enter(`host-${n}:993`));
  await clock.advance(120_000);
  for (let n = 0; n < 1_500; n++) many.failed(many.enter(`later-${n}:993`));
  const isKnown = (host: string): boolean => many.enter(host).isProbe;
  expect(isKnown("awaited:993")).toBe(true);
  const old = Array.from({ length: 1_500 }, (_, n) => isKnown(`host-${n}:993`));
  expect(old.filter(Boolean)).toEqual([]);
});

test("a probe from before the host was forgotten says nothing about the one under way now", async () => {
  const { clock, gates: closed } = gates();
  closed.failed(closed.enter(HOST));
  await clock.advance(500);
  const old = closed.enter(HOST);
  closed.forget(HOST);
  closed.failed(closed.enter(HOST));
  await clock.advance(500);
  expect(closed.enter(HOST).isProbe).toBe(true);
  closed.abandoned(old);
  expect(closed.admits(HOST, "a")).toBe(false);
  closed.failed(old);
  await clock.advance(60_000);
  expect(closed.admits(HOST, "a")).toBe(false);
});
