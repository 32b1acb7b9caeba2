import { once } from "node:events";
import { connect } from "node:net";
import { MailError } from "@mailwright/core";
import { createCertificates, startScriptedServer } from "@mailwright/testing";
import { expect, test } from "vitest";
import { AskedCapabilities } from "../../src/connection/asked-capabilities.js";
import { Pop3Wire } from "../../src/connection/pop3-wire.js";
import { resolvePop3Limits, resolvePop3Timeouts } from "../../src/pop3-limits.js";

test("what waits for the first command fails with the connection, and its answer with it", async () => {
  const script = "C: CAPA\nS: +OK\nS: PIPELINING\nS: .\nEOF:";
  await using server = await startScriptedServer(script, { certificates: await createCertificates() });
  const { host, port } = server;
  const socket = connect(port, host);
  await once(socket, "connect");
  const shown = { host, port, connectionId: "ada#1", redact: (text: string) => text };
  const wire = new Pop3Wire(socket, { ...shown, maxLineBytes: 512, stallMs: 10_000 });
  const account = { timeouts: resolvePop3Timeouts(), limits: resolvePop3Limits() };
  const asked = new AskedCapabilities(wire, account);
  await asked.ask();
  await asked.askAgain();
  wire.destroy(new MailError("gone", { code: "connection", protocol: "pop3" }));
  await expect(asked.latest()).rejects.toMatchObject({ code: "connection", message: "gone" });
});
