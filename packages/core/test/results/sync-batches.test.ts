import { describe, expect, it } from "vitest";
import { MailError } from "../../src/errors/mail-error.js";
import type { SyncCursor } from "../../src/results/sync.js";
import { SyncBatches } from "../../src/results/sync-batches.js";

/** What a caller has: numbers, in the order in which they were acknowledged. */
class Numbers {
  readonly list: number[];

  constructor(list: readonly number[] = []) {
    this.list = [...list];
  }

  get size(): number {
    return this.list.length;
  }

  copy(): Numbers {
    return new Numbers(this.list);
  }

  toCursor(): SyncCursor {
    return { version: 1, protocol: "imap", state: [...this.list] };
  }
}

function start(resetReason?: "uidvalidity") {
  const told = new Set<number>();
  const state = new Numbers();
  const batches = new SyncBatches<number, number, Numbers>({ state, handedOut: told, resetReason });
  const add = (id: number) =>
    batches.next([{ type: "added", id, message: id }], 3, (numbers) => numbers.list.push(id));
  return { told, state, batches, add };
}

describe("the batches of a sync", () => {
  it("have the cursor that holds once they are acknowledged, before and after", async () => {
    const { add, told } = start();
    const batch = add(1);
    expect(batch.cursor.state).toEqual([1]);
    await batch.acknowledge();
    await batch.acknowledge();
    expect(batch.cursor.state).toEqual([1]);
    expect(batch.progress).toEqual({ done: 1, total: 3 });
    expect([...told]).toEqual([1]);
  });

  it("are in no cursor of later ones when they are not acknowledged", async () => {
    const { add, state } = start();
    add(1);
    const second = add(2);
    expect(second.cursor.state).toEqual([2]);
    await second.acknowledge();
    expect(state.list).toEqual([2]);
  });

  it("say that all is void until one of them is acknowledged", async () => {
    const { add, batches } = start("uidvalidity");
    expect(batches.hasUntoldReset).toBe(true);
    expect(add(1).events[0]).toEqual({ type: "reset", reason: "uidvalidity" });
    expect(batches.hasUntoldReset).toBe(false);
    const second = add(2);
    expect(second.events[0]).toEqual({ type: "reset", reason: "uidvalidity" });
    await second.acknowledge();
    expect(add(3).events).toEqual([{ type: "added", id: 3, message: 3 }]);
  });

  it("have done no more than there is, also where messages are gone since", () => {
    const { add, batches } = start();
    void add(1).acknowledge();
    const second = batches.next([{ type: "added", id: 2, message: 2 }], 1, (numbers) => numbers.list.push(2));
    expect(second.progress).toEqual({ done: 2, total: 2 });
  });

  it("remember what the server would not give as told, too", () => {
    const { batches, told } = start();
    const error = new MailError("kept back", { code: "protocol", protocol: "imap" });
    batches.next([{ type: "unfetchable", ids: [4, 5], error }], 2, () => {});
    expect([...told]).toEqual([4, 5]);
  });
});
