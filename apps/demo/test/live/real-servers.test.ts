import { expect, test } from "vitest";
import { runDemo } from "../tour/run-demo.js";
import { liveAccount as account, live } from "./live-servers.js";

// Postfix needs root; where it cannot run, its address is absent and the set-up has said so.
test.skipIf(live.smtp === undefined)(
  "Postfix takes the message, Dovecot delivers it, IDLE sees it, POP3 fetches the same attachment",
  async () => {
    const [yara, zeno] = [account("yara"), account("zeno")];
    const args = ["--imap", `imaps://${live.host}:${live.imap.tlsPort}`];
    args.push(
      "--pop3",
      `pop3://${live.host}:${live.pop3.port}`,
      "--smtp",
      `smtp://${live.host}:${live.smtp?.port}`,
    );
    args.push("--from", yara.address, "--ca", live.ca);
    for (const to of [yara.address, zeno.address, live.recipients.unknown]) args.push("--to", to);
    const { code, stdout, stderr } = await runDemo(args, {
      MAILWRIGHT_USER: yara.user,
      MAILWRIGHT_PASSWORD: yara.password,
      MAILWRIGHT_POP3_USER: zeno.user,
      MAILWRIGHT_POP3_PASSWORD: zeno.password,
    });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain("Delivery: partial, 2 of 3 recipients");
    expect(stdout).toMatch(/✗ \S+ +rejected +550 5\.1\.1/);
    expect(stdout).toMatch(/Arrival: seen by IDLE \d+ ms/);
    expect(stdout).toContain("attachment is the same byte for byte");
    expect(stdout).toContain("POP3: fetched the same message");
  },
  120_000,
);
