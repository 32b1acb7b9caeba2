import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
const MESSAGE = { to: ["bob@example.org"], subject: "Leftovers", text: "body\n" };

/** Runs a script against the built package in a process of its own; rejects when that does not end. */
async function run(port: number, script: string): Promise<string> {
  const code = `
    import { SmtpClient } from "./dist/index.js";
    const server = { host: "127.0.0.1", port: ${port}, security: "none" };
    const smtp = new SmtpClient({ server, from: "ada@example.com", retry: { attempts: 1 } });
    const message = ${JSON.stringify(MESSAGE)};
    ${script}`;
  const args = ["--input-type=module", "--eval", code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PACKAGE, timeout: 60_000 });
  return stdout.trim();
}

describe("a process", () => {
  test("ends after close()", async () => {
    await using server = await recordingServer();
    expect(
      await run(server.port, "console.log((await smtp.send(message)).status); await smtp.close();"),
    ).toBe("accepted");
    expect(server.commands.at(-1)).toBe("QUIT");
  }, 120_000);

  test("ends with connections idle in the pool", async () => {
    await using server = await recordingServer();
    expect(await run(server.port, "console.log((await smtp.send(message)).status);")).toBe("accepted");
  }, 120_000);

  test("is not ended by a server that breaks the connection at any moment", async () => {
    for (const point of ["greeting", "ehlo", "mail", "end"] as const) {
      await using server = await recordingServer({
        at: (where) => (where === point ? { do: "rst" } : undefined),
      });
      expect(
        await run(server.port, "console.log((await smtp.send(message)).status); await smtp.close();"),
      ).toMatch(/not-sent|unknown/);
    }
  }, 120_000);
});

describe("a client that is closed", () => {
  test("leaves no socket, timer or listener behind, whatever happened to its messages", async () => {
    const resources = (): string[] =>
      process
        .getActiveResourcesInfo()
        .filter((name) => /TCP|TLS|Timeout/.test(name))
        .sort();
    const before = resources();
    for (const action of [
      undefined,
      "450 4.0.0 no",
      { do: "fin" } as const,
      { do: "rst" } as const,
      { do: "silence" } as const,
    ]) {
      for (const point of ["greeting", "rcpt", "end"] as const) {
        const controller = new AbortController();
        const server = await recordingServer({ at: (where) => (where === point ? action : undefined) });
        const smtp = testClient(server.port, { timeouts: { connectMs: 60, envelopeMs: 60, dataEndMs: 60 } });
        await Promise.all([
          smtp.send(MESSAGE, { signal: controller.signal, timeoutMs: 5_000 }),
          smtp.send(MESSAGE),
        ]);
        await smtp.close();
        await server.stop();
      }
    }
    const count = (names: readonly string[], one: string): number =>
      names.filter((name) => name === one).length;
    await until(() => resources().every((name, _, now) => count(now, name) <= count(before, name)));
  }, 120_000);
});
