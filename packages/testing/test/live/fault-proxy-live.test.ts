import { expect, test } from "vitest";
import { startFaultProxy } from "../../src/index.js";
import { LineClient } from "../support/line-client.js";
import { readLiveEnvironment } from "./live-environment.js";
import { type Pop3Account, playPop3 } from "./pop3-run.js";

const live = readLiveEnvironment();
const found = live.users.find(({ user }) => user === "xenia");
if (found === undefined) throw new Error("The live servers have no account of that name");
const dovecot: Pop3Account = { port: live.pop3.port, user: found.user, password: found.password };
const target = { host: live.host, port: live.pop3.port };
const steps = ["STAT", "LIST", "UIDL", "NOOP", "LIST 9999", "XYZZY", "RSET"];

test("Dovecot's answers pass unchanged through latency, a byte at a time", { timeout: 120_000 }, async () => {
  await using slow = await startFaultProxy({ target, latencyMs: 10, oneByteAtATime: true });
  const direct = await playPop3(dovecot, steps);
  expect(await playPop3({ ...dovecot, port: slow.port }, steps)).toEqual(direct);
  expect(slow.bytes.toServer).toBeGreaterThan(steps.join("\r\n").length);
});

test("Dovecot's greeting is cut at any byte", { timeout: 120_000 }, async () => {
  const direct = await LineClient.dial(live.pop3.port);
  const greeting = await direct.hear();
  direct.close();
  for (let afterBytes = 0; afterBytes <= 20; afterBytes++) {
    await using cutting = await startFaultProxy({
      target,
      cut: { direction: "toClient", afterBytes, with: "fin" },
    });
    const client = await LineClient.dial(cutting.port);
    expect(await client.hear()).toBe("<end>");
    expect(client.pending).toBe(greeting.slice(0, afterBytes));
    client.close();
  }
});
