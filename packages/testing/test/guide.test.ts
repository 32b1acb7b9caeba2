import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { codeBlocks, freePort } from "@mailwright/suite";
import { expect, test } from "vitest";

const guide = fileURLToPath(new URL("../../../docs/testing-mail.md", import.meta.url));

test.each(["smtp-tester.test.mjs", "mailwright.test.mjs"])(
  "the ten tests of the guide pass in %s",
  { timeout: 120_000 },
  async (name) => {
    const blocks = codeBlocks(await readFile(guide, "utf8"), "js");
    const code = blocks.filter((block) => block.startsWith(`// ${name}\n`)).join("\n");
    // Inside the package, where its own name resolves to it.
    const folder = await mkdtemp(fileURLToPath(new URL("guide-", import.meta.url)));
    try {
      await writeFile(join(folder, name), code);
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--test", "--test-reporter=tap", join(folder, name)],
        // smtp-tester takes no 0 for a free port.
        { env: { ...env, SMTP_PORT: String(await freePort()) }, timeout: 120_000 },
      );
      expect(stdout).toContain("\n# pass 10\n");
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
