import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

test("the example of the project's README type-checks and does what it says", {
  timeout: 120_000,
}, async () => {
  const raw = "From: bob@example.com\r\nSubject: First\r\nMessage-ID: <1@x>\r\n\r\nHello\r\n";
  const ada = { user: "ada@example.com", address: "ada@example.com", password: "secret-of-ada" };
  await using mail = await startMailServers({
    accounts: [
      { ...ada, messages: [raw] },
      { user: "bob@example.com", password: "x", address: "bob@example.com" },
    ],
  });
  const readme = await readFile(join(root, "README.md"), "utf8");
  const [, example = ""] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
  const ports = { imap: mail.imap, pop: mail.pop3, smtp: mail.smtp };
  const code = example.replaceAll(
    /{ host: "(imap|pop|smtp)\.example\.com" }/g,
    (_all, name: keyof typeof ports) => {
      return JSON.stringify({ host: mail.host, port: ports[name].tlsPort, tls: { ca: mail.ca } });
    },
  );
  // Inside the package, where the names of the others resolve.
  const folder = await mkdtemp(join(here, "readme-"));
  try {
    await writeFile(join(folder, "example.ts"), code);
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          module: "nodenext",
          target: "es2023",
          lib: ["es2023", "esnext.disposable"],
          types: ["node"],
          noEmitOnError: true,
        },
        include: ["example.ts"],
      }),
    );
    await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);
    const env = { ...process.env, MAIL_PASSWORD: ada.password };
    const { stdout } = await run(process.execPath, [join(folder, "example.js")], { env });
    expect(stdout).toContain("1 First 0");
    expect(stdout).toContain("accepted");
    expect(mail.store.messages("bob@example.com", "INBOX")).toHaveLength(1);
  } finally {
    await rm(folder, { recursive: true });
  }
});
