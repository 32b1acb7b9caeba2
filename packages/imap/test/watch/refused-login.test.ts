import { inspect } from "node:util";
import type { ImapClientCommand } from "@mailwright/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { WatchEvent } from "../../src/index.js";
import { imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";

let pump: NodeJS.Timeout;

/** Between two tries after a refused login lie half a minute and more: time passes faster here. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  pump = setInterval(() => vi.advanceTimersByTime(2_000), 5);
});
afterEach(() => {
  clearInterval(pump);
  vi.useRealTimers();
});

const LOGIN = ["AUTHENTICATE", "LOGIN"];

/** A server that ends the first IDLE and then answers logins, or other commands, in this way. */
function refusing(
  refusal: string,
  times: number,
  commands = LOGIN,
): {
  readonly answer: (command: ImapClientCommand) => string | undefined;
  readonly refused: () => number;
} {
  let isCut = false;
  let refused = 0;
  return {
    answer: ({ name }) => {
      if (name === "IDLE" && !isCut) {
        isCut = true;
        return "drop";
      }
      return commands.includes(name) && isCut && refused++ < times ? refusal : undefined;
    },
    refused: () => Math.min(refused, times),
  };
}

it.each([
  ["login", LOGIN],
  ["folder", ["SELECT", "EXAMINE"]],
])(
  "a watch outlives a refused %s that says no reason, since it was let in before",
  async (_what, commands) => {
    const { answer, refused } = refusing("NO Internal error", 2, commands);
    await using fixture = await imapFixture({ messages: [plainMessage("one")], server: { answer } });
    const seen: WatchEvent["type"][] = [];
    for await (const event of fixture.imap.watch("INBOX")) {
      seen.push(event.type);
      if (event.type === "resumed") fixture.mail.store.deliver("ada", plainMessage("two"));
      if (event.type === "added") break;
    }
    expect([seen, refused()]).toEqual([["started", "resumed", "added"], 2]);
  },
);

it.each([
  ["says that the password is wrong, at once", "NO [AUTHENTICATIONFAILED] Invalid credentials", 1],
  ["goes on, after ten minutes", "NO Internal error", 7],
])("a watch ends when the refusal %s", async (_when, refusal, most) => {
  const { answer, refused } = refusing(refusal, 1_000);
  await using fixture = await imapFixture({ server: { answer } });
  const watched = (async () => {
    for await (const event of fixture.imap.watch("INBOX")) if (event.type === "added") break;
  })();
  await expect(watched).rejects.toMatchObject({ code: "authentication" });
  expect(refused()).toBeGreaterThan(0);
  expect(refused()).toBeLessThanOrEqual(most);
});

it("a watch ends when its folder goes on being refused, after ten seconds", async () => {
  const { answer, refused } = refusing("NO Internal error", 1_000, ["SELECT", "EXAMINE"]);
  await using fixture = await imapFixture({ server: { answer } });
  const watched = (async () => {
    for await (const event of fixture.imap.watch("INBOX")) if (event.type === "added") break;
  })();
  await expect(watched).rejects.toMatchObject({ code: "rejected", phase: "select" });
  expect(refused()).toBeGreaterThan(1);
});

it("calls to a mailbox that the server cannot reach end with its words, and do not go on for ever", async () => {
  await using fixture = await imapFixture({
    server: { quirks: { notConnectedAfter: 2 } },
    client: { pool: { maxPerKey: 2 } },
  });
  const failure: unknown = await fixture.imap.search("INBOX", {}).catch((error: unknown) => error);
  expect(inspect(failure)).toContain("User is authenticated but not connected");
  expect(fixture.imap.stats().created).toBeLessThan(20);
});
