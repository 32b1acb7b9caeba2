// Takes the README's picture: the mailbox with its sample mail, as `npx pnpm@10 demo` shows it. Needs a build, and
// Chromium at CHROMIUM or where Debian has it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const demo = fileURLToPath(new URL("../dist/demo.js", import.meta.url));
const picture = fileURLToPath(new URL("../../../docs/pictures/inbox.png", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "mailwright-picture-"));
const server = spawn(process.execPath, [demo], {
  env: { PATH: process.env.PATH, MAILWRIGHT_DATA: folder, MAILWRIGHT_PORT: "0" },
  stdio: ["ignore", "pipe", "inherit"],
});
const ended = new Promise((resolve) => server.once("exit", resolve));
let browser;
try {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Chromium refuses a sandbox to root, which containers run as.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  await page.goto(await entryOf(server.stdout));
  await page
    .getByText(/^Up to date/)
    .nth(1)
    .waitFor({ timeout: 120_000 });
  await page.reload();
  await page
    .getByRole("row", { name: /Figures of the quarter/ })
    .first()
    .click();
  await page.frameLocator("iframe").getByText("The table and the raw data.").waitFor();
  await page.mouse.move(1_000, 700);
  await page.screenshot({ path: picture });
  process.stdout.write(`${picture}\n`);
} finally {
  await browser?.close();
  server.kill("SIGINT");
  await ended;
  await rm(folder, { recursive: true });
}

/** The address that the program prints for whoever started it. */
async function entryOf(output) {
  for await (const line of createInterface(output)) {
    const entry = /^Open (\S+)/.exec(line)?.[1];
    if (entry !== undefined) return entry;
  }
  throw new Error("The mailbox did not start");
}
