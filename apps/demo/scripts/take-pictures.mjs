// Takes the README's pictures of the mailbox with its sample mail, as `npx pnpm@10 demo` shows it: the inbox, and what became of
// a message whose third recipient is unknown to the server. Needs a build, and Chromium at CHROMIUM or where Debian has it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const demo = fileURLToPath(new URL("../dist/demo.js", import.meta.url));
const pictures = fileURLToPath(new URL("../../../docs/pictures/", import.meta.url));
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
  await take(page, "inbox.png");
  await send(page, "Minutes of the meeting", [
    "bob@example.test",
    "grace@elsewhere.test",
    "no.longer.here@example.test",
  ]);
  await page.getByRole("link", { name: "Outbox" }).click();
  await page.getByRole("link", { name: /Minutes of the meeting/ }).click();
  await page.getByText("Refused").waitFor();
  await page.mouse.move(1_000, 700);
  await take(page, "result.png", { x: 0, y: 0, width: 1280, height: 420 });
} finally {
  await browser?.close();
  server.kill("SIGINT");
  await ended;
  await rm(folder, { recursive: true });
}

async function take(page, name, clip) {
  const path = join(pictures, name);
  await page.screenshot({ path, ...(clip && { clip }) });
  process.stdout.write(`${path}\n`);
}

async function send(page, subject, people) {
  await page.getByRole("button", { name: "Write" }).click();
  const sheet = page.locator("[role=dialog]:has(form)");
  for (const address of people) {
    await sheet.getByLabel("To", { exact: true }).fill(address);
    await sheet.getByLabel("To", { exact: true }).press("Enter");
  }
  await sheet.getByLabel("Subject").fill(subject);
  await sheet.getByLabel("Text", { exact: true }).fill("Attached is what we agreed on.");
  await sheet.getByRole("button", { name: "Send", exact: true }).click();
  // Until then it may be taken back, and a toast says so.
  await page.getByText(/^Sending/).waitFor();
  await page.getByText(/^Sending/).waitFor({ state: "detached" });
}

/** The address that the program prints for whoever started it. */
async function entryOf(output) {
  for await (const line of createInterface(output)) {
    const entry = /^Open (\S+)/.exec(line)?.[1];
    if (entry !== undefined) return entry;
  }
  throw new Error("The mailbox did not start");
}
