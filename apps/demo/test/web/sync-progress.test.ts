import { describe, expect, test } from "vitest";
import { describeAccount, describeSync, withSample } from "../../src/web/mail/sync-progress.js";
import { account, folder } from "./samples.js";

describe("the sync of a folder", () => {
  const inbox = folder("ada", "inbox", { synced: 1_240, toSync: 18_300 });

  test("is told by how much is done, how fast, and how long it will take", () => {
    const samples = [
      { at: 0, synced: 930 },
      { at: 1_000, synced: 1_240 },
    ];
    expect(describeSync(inbox, samples)?.words).toBe("1\u202f240 of 18\u202f300 · 310/s · less than 1 min");
    expect(describeSync({ ...inbox, toSync: 60_000 }, samples)?.words).toContain("about 3 min");
  });

  test("has no rate before there are two samples, and is not told once it is through", () => {
    expect(describeSync(inbox, [])?.words).toBe("1\u202f240 of 18\u202f300");
    expect(describeSync({ ...inbox, synced: 18_300 }, [])).toBeUndefined();
    expect(describeSync({ ...inbox, toSync: null }, [])).toBeUndefined();
  });

  test("is measured anew when it begins anew", () => {
    const samples = withSample([{ at: 0, synced: 900 }], { at: 1_000, synced: 10 });
    expect(samples).toEqual([{ at: 1_000, synced: 10 }]);
  });
});

describe("what an account is doing", () => {
  test("is never up to date before a pass has ended", () => {
    expect(describeAccount(account()).mood).toBe("good");
    expect(describeAccount(account({ lastOkAt: null }))).toEqual({ mood: "busy", words: "First sync…" });
    expect(describeAccount(account({ state: "syncing" })).mood).toBe("busy");
  });

  test("is told in the server's own words where it fails, with the next try", () => {
    const lastError = {
      code: "throttled",
      message: "Too many",
      server: "[LIMIT] Slow down",
      at: "2026-01-05T14:02:00.000Z",
    };
    const failing = account({ state: "retrying", lastError, nextTryAt: "2026-01-05T14:07:00.000Z" });
    expect(describeAccount(failing)).toEqual({
      mood: "bad",
      words: expect.stringMatching(/^\[LIMIT\] Slow down; next try .*07/),
    });
    expect(describeAccount({ ...failing, failures: 3 }).words).toMatch(
      /^\[LIMIT\] Slow down; failed 3 times; next/,
    );
    expect(describeAccount(account({ state: "needs-login", lastError })).words).toBe(
      "Login refused: [LIMIT] Slow down",
    );
  });
});
