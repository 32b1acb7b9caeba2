import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Logger } from "@mailwright/core";
import { startFaultProxy } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { ADA, message, setUpPop3 } from "../support/pop3-set-up.js";

type Line = [level: string, fields: Readonly<Record<string, unknown>>, text: string];

function recordingLogger(): { logger: Logger; lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, text: string) => {
    lines.push([level, fields, text]);
  };
  return { lines, logger: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") } };
}

describe("the log", () => {
  test("tells of each session with its id, and of what failed", async () => {
    await using mail = await setUpPop3([message("one")]);
    const { logger, lines } = recordingLogger();
    await mail.client({ logger }).deleteMessage(1);
    expect(lines.map(([level, , text]) => `${level} ${text}`)).toEqual([
      "debug POP3 connection open",
      "debug POP3 session over",
    ]);
    expect(lines[1]?.[1]).toMatchObject({ connectionId: `127.0.0.1:${ADA.user}#1`, deletions: 1 });
    lines.length = 0;
    await mail
      .client({ logger, credentials: { ...ADA, password: "wrong-one" } })
      .stat()
      .catch(() => {});
    expect(lines).toMatchObject([
      ["warn", { code: "authentication", phase: "auth" }, expect.stringContaining("refused")],
    ]);
    expect(JSON.stringify(lines)).not.toContain("wrong-one");
  });

  test("tells of tries that are repeated, and the caller hears of them too", async () => {
    await using mail = await setUpPop3([message("one")]);
    await using proxy = await startFaultProxy({
      target: { host: "127.0.0.1", port: mail.port },
      refuse: true,
    });
    const { logger, lines } = recordingLogger();
    let heard = 0;
    const onRetry = (): void => {
      heard++;
      void proxy.setFaults({ refuse: false });
    };
    const server = { host: "127.0.0.1", port: proxy.port, security: "none" } as const;
    await mail.client({ logger, server, retry: { attempts: 4, backoff: () => 10, onRetry } }).stat();
    expect(lines.filter(([level, , text]) => level === "info" && text === "trying again")).toHaveLength(
      heard,
    );
    expect(heard).toBeGreaterThan(0);
  });
});

test("a logger or transcript that throws changes nothing", async () => {
  await using mail = await setUpPop3([message("one"), message("two")]);
  const fail = (): never => {
    throw new Error("the disk is full");
  };
  const pop3 = mail.client({
    logger: { debug: fail, info: fail, warn: fail, error: fail },
    transcript: fail,
  });
  await pop3.deleteMessage(1);
  expect(mail.subjects()).toEqual(["two"]);
  expect(await pop3.fetchMessage(1)).toMatchObject({ number: 1 });
});

describe("diagnostics_channel", () => {
  test("carries every command with its duration, and the opening and closing of connections once", async () => {
    await using mail = await setUpPop3([message("one")]);
    const commands: { command: string; durationMs: number; error?: { code: string } }[] = [];
    const connections: string[] = [];
    const onCommand = (event: unknown): number => commands.push(event as (typeof commands)[number]);
    const onOpen = (): number => connections.push("open");
    const onClose = (): number => connections.push("close");
    subscribe("mailwright:command", onCommand);
    subscribe("mailwright:connection:open", onOpen);
    subscribe("mailwright:connection:close", onClose);
    try {
      const pop3 = mail.client();
      await pop3.fetchMessage(1);
      await pop3.session((box) => box.stat({ signal: AbortSignal.abort() })).catch(() => {});
    } finally {
      unsubscribe("mailwright:command", onCommand);
      unsubscribe("mailwright:connection:open", onOpen);
      unsubscribe("mailwright:connection:close", onClose);
    }
    expect(commands.map(({ command }) => command)).toEqual(
      expect.arrayContaining(["greeting", "CAPA", "AUTH", "LIST", "UIDL", "RETR", "QUIT"]),
    );
    expect(commands.every(({ durationMs }) => durationMs >= 0)).toBe(true);
    expect(JSON.stringify(commands)).not.toContain(ADA.password);
    expect(connections).toEqual(["open", "close", "open", "close"]);
  });
});

describe("the transcript", () => {
  test("shows commands, answers and listings, neither secrets nor messages", async () => {
    await using mail = await setUpPop3([message("one", "a body that is nobody's business")]);
    const shown: string[] = [];
    const transcript = ({ direction, text }: { direction: string; text: string }) =>
      shown.push(`${direction}: ${text}`);
    await mail.client({ transcript }).fetchMessage(1);
    expect(shown).toContain("client: RETR 1");
    expect(shown).toContain("client: AUTH [secret]");
    expect(shown.some((line) => line.startsWith("server: +OK"))).toBe(true);
    expect(shown.join()).toContain("PIPELINING");
    expect(shown.join()).not.toContain("business");
    expect(shown.join()).not.toContain(ADA.password);
  });
});
