import type { DeliveryResult } from "@mailwright/core";
import { fixedBackoff } from "@mailwright/core";
import { type FaultProxy, startFaultProxy } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import type { OutgoingMessage, SmtpClientOptions } from "../../src/index.js";
import { type CutOutcome, sweepCuts } from "../support/cuts.js";
import { doubtsOfPlainClient, type Script, scriptOf } from "../support/plain-client.js";
import {
  type RecordingServer,
  type RecordingServerOptions,
  recordingServer,
} from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = {
  to: ["bob@example.org", "carol@example.org"],
  raw: "Message-ID: <cut@example.com>\r\n\r\none\r\n.two\r\n",
};

interface Trial {
  readonly result: DeliveryResult;
  readonly server: RecordingServer;
  readonly proxy: FaultProxy;
}

type Faults = Omit<Parameters<typeof startFaultProxy>[0], "target">;

async function trial<T>(
  serverOptions: RecordingServerOptions,
  faults: Faults,
  clientOptions: Partial<SmtpClientOptions>,
  check: (trial: Trial) => T,
  { isHealedByRetry = false } = {},
): Promise<T> {
  await using server = await recordingServer(serverOptions);
  await using proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: server.port }, ...faults });
  const onRetry = (): void => void (isHealedByRetry && proxy.setFaults({ cut: undefined }));
  const retry = { attempts: 1, ...clientOptions.retry, onRetry };
  await using smtp = testClient(proxy.port, { ...clientOptions, retry });
  const result = await smtp.send(MESSAGE);
  await smtp.close();
  return check({ result, server, proxy });
}

async function plainDoubts(
  serverOptions: RecordingServerOptions,
  faults: Faults,
  script: Script,
): Promise<number> {
  await using server = await recordingServer(serverOptions);
  await using proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: server.port }, ...faults });
  return await doubtsOfPlainClient(proxy.port, script);
}

async function sweep(
  name: string,
  serverOptions: RecordingServerOptions,
  clientOptions: Partial<SmtpClientOptions>,
  liesOf: (trial: Trial) => string[],
  options: { readonly isHealedByRetry?: boolean } = {},
): Promise<void> {
  const finals = serverOptions.lmtp === true ? 2 : 1;
  const { bytes, script } = await trial(serverOptions, {}, clientOptions, ({ result, server, proxy }) => {
    expect(result.status).toMatch(/accepted|partial/);
    return { bytes: { ...proxy.bytes }, script: scriptOf(server.received, finals) };
  });
  await sweepCuts(name, bytes, async (cut) => {
    const plainUnknown = await plainDoubts(serverOptions, { cut }, script);
    const checked = (outcome: Trial): CutOutcome => ({
      lies: liesOf(outcome),
      copies: outcome.server.stored.length,
      unknown: outcome.result.status === "unknown" ? 1 : 0,
      plainUnknown,
    });
    return trial(serverOptions, { cut }, clientOptions, checked, options);
  });
}

/** Whatever is stored has to be owned up to; whatever is denied must not be stored. */
function liesAbout({ result, server }: Trial): string[] {
  const storedFor = new Set(server.stored.flatMap(({ to }) => to));
  const lies = result.recipients.flatMap(({ address, status }) => {
    const isTrue = storedFor.has(address) ? /^(accepted|unknown)$/.test(status) : status !== "accepted";
    return isTrue ? [] : [`${address} is ${status}`];
  });
  const isStored = server.stored.length > 0;
  const isTrue = isStored ? /^(accepted|partial|unknown)$/ : /^(not-sent|rejected|deferred|unknown)$/;
  if (!isTrue.test(result.status)) lies.push(`${isStored ? "stored" : "not stored"} and ${result.status}`);
  if (result.messageId !== "<cut@example.com>") lies.push(`called ${result.messageId}`);
  return lies;
}

const SERVERS: Readonly<Record<string, [RecordingServerOptions, Partial<SmtpClientOptions>]>> = {
  "a server that pipelines": [{}, {}],
  "a server that takes one command at a time": [{ capabilities: ["8BITMIME"] }, {}],
  "a server that refuses one of the recipients": [
    { at: (point, line) => (point === "rcpt" && line.includes("carol") ? "550 5.1.1 who?" : undefined) },
    {},
  ],
  "an LMTP server": [{ lmtp: true }, { lmtp: true }],
};

describe("a connection cut anywhere, in both directions, by FIN and by RST", () => {
  for (const [name, [serverOptions, clientOptions]] of Object.entries(SERVERS)) {
    test(`leaves the result honest with ${name}`, { timeout: 1_800_000 }, async () => {
      await sweep(name, serverOptions, clientOptions, liesAbout);
    });
  }

  test("is healed by retries, and the message is stored at most once", { timeout: 1_800_000 }, async () => {
    const statuses = new Map<string, number>();
    await sweep(
      "with retries",
      {},
      { retry: { attempts: 3, backoff: fixedBackoff([1]) } },
      (outcome) => {
        const { result, server } = outcome;
        statuses.set(result.status, (statuses.get(result.status) ?? 0) + 1);
        const isLost = result.status !== "unknown" && server.stored.length !== 1;
        return [...liesAbout(outcome), ...(isLost ? [`${result.status}, and not stored`] : [])];
      },
      { isHealedByRetry: true },
    );
    expect([...statuses.keys()].sort()).toEqual(["accepted", "unknown"]);
  });
});
