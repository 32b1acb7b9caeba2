import type { Clock } from "@mailwright/core";
import { describe, expect, test } from "vitest";
import { ReplyDeadline } from "../../src/connection/reply-deadline.js";

class FakeClock implements Clock {
  #now = 0;
  #timers = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get armed(): number {
    return this.#timers.size;
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = due.at;
      this.#timers.delete(due);
      due.callback();
    }
    this.#now = end;
  }
}

function setUp(stallMs = 100): { clock: FakeClock; deadline: ReplyDeadline; expired: number[] } {
  const clock = new FakeClock();
  const expired: number[] = [];
  return { clock, expired, deadline: new ReplyDeadline(stallMs, (limitMs) => expired.push(limitMs), clock) };
}

describe("ReplyDeadline", () => {
  test("fires when the server falls silent", () => {
    const { clock, deadline, expired } = setUp();
    deadline.start(1_000);
    clock.advance(99);
    expect(expired).toEqual([]);
    clock.advance(2);
    expect(expired).toEqual([100]);
  });

  test("fires for a server that drips, however steadily", () => {
    const { clock, deadline, expired } = setUp();
    deadline.start(1_000);
    for (let at = 0; at < 1_100 && expired.length === 0; at += 50) {
      clock.advance(50);
      deadline.heard(1);
    }
    expect(expired).toEqual([1_000]);
    expect(clock.now()).toBeLessThanOrEqual(1_050);
  });

  test("waits on while a slow line brings the answer on, but not for ever", () => {
    const { clock, deadline, expired } = setUp();
    deadline.start(1_000);
    for (let at = 0; at < 20_000; at += 50) {
      clock.advance(50);
      deadline.heard(4_096);
    }
    expect(expired).toEqual([]);
    for (let at = 0; at < 20_000 && expired.length === 0; at += 50) {
      clock.advance(50);
      deadline.heard(4_096);
    }
    expect(expired).toEqual([1_000]);
  });

  test("counts anew for each answer that comes to be next in line", () => {
    const { clock, deadline, expired } = setUp(10_000);
    for (let answer = 0; answer < 5; answer++) {
      deadline.start(1_000);
      clock.advance(900);
    }
    expect(expired).toEqual([]);
    clock.advance(101);
    expect(expired).toEqual([1_000]);
  });

  test("a shorter limit counts from where it starts, whatever came before", () => {
    const { clock, deadline, expired } = setUp(60_000);
    deadline.start(600_000);
    clock.advance(10);
    deadline.start(500);
    clock.advance(501);
    expect(expired).toEqual([500]);
  });

  test("stands still while the caller holds the stream up", () => {
    const { clock, deadline, expired } = setUp();
    deadline.start(1_000);
    clock.advance(50);
    deadline.pause();
    clock.advance(60_000);
    deadline.resume();
    clock.advance(99);
    expect(expired).toEqual([]);
    clock.advance(2);
    expect(expired).toEqual([100]);
  });

  test("does not begin for an answer that comes to be next while the stream is held up", () => {
    const { clock, deadline, expired } = setUp(10_000);
    deadline.start(1_000);
    deadline.pause();
    clock.advance(5_000);
    deadline.start(1_000);
    expect(clock.armed).toBe(0);
    clock.advance(5_000);
    deadline.resume();
    clock.advance(999);
    expect(expired).toEqual([]);
    clock.advance(2);
    expect(expired).toEqual([1_000]);
  });

  test("is no longer for what came before the time was given anew", () => {
    const { clock, deadline, expired } = setUp();
    deadline.start(1_000);
    deadline.heard(64 * 1024);
    for (let at = 0; at < 3_000 && expired.length === 0; at += 50) {
      clock.advance(50);
      deadline.heard(1);
    }
    expect(expired).toEqual([1_000]);
    expect(clock.now()).toBeLessThanOrEqual(2_050);
  });

  test("is given anew as often for each answer", () => {
    const { clock, deadline, expired } = setUp();
    for (let answer = 0; answer < 3; answer++) {
      deadline.start(1_000);
      for (let at = 0; at < 20_000; at += 50) {
        clock.advance(50);
        deadline.heard(4_096);
      }
    }
    expect(expired).toEqual([]);
  });

  test("keeps one timer at most, and none when stopped", () => {
    const { clock, deadline } = setUp();
    for (let answer = 0; answer < 100; answer++) deadline.start(1_000);
    expect(clock.armed).toBe(1);
    deadline.stop();
    expect(clock.armed).toBe(0);
    deadline.pause();
    deadline.resume();
    expect(clock.armed).toBe(0);
  });
});
