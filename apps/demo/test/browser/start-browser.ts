import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const CHROMIUM = process.env["MAILWRIGHT_CHROMIUM"] ?? "/usr/bin/chromium";
const PICTURES = fileURLToPath(new URL("../../artifacts/pictures", import.meta.url));
const AXE = axe.source;
/** Only a page that hangs takes so long. */
const PATIENCE_MS = 60_000;

/** The machine's Chromium; `undefined`, with word of it, where there is none. */
export async function startBrowser(): Promise<Browser | undefined> {
  if (existsSync(CHROMIUM)) {
    // As root it has no sandbox of its own; nothing but our own page is opened.
    return await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  }
  const text = `${CHROMIUM} is not there (apt-get install chromium, or MAILWRIGHT_CHROMIUM)`;
  if (process.env["CI"]) throw new Error(text);
  console.log(`SKIPPED the suite in a browser: ${text}`);
  return undefined;
}

/** A page, and what went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console, outside of frames with mail. */
  readonly errors: string[];
  readonly dialogs: string[];
}

/** Opens a page in which every error counts. */
export async function openPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const errors: string[] = [];
  const dialogs: string[] = [];
  page.on("console", (message) => {
    const isOfMail = /\/(frames\/|proxy\?)/.test(message.location().url);
    if (message.type() === "error" && !isOfMail) errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return { page, errors, dialogs };
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds serious or worse in the page, mail itself left out. */
async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = (await page.evaluate(
    "axe.run({ exclude: [['iframe']] }, { resultTypes: ['violations'] }).then((found) => found.violations)",
  )) as Violation[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

const TWO_FRAMES =
  "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
const LOOKS = ["light", "dark"] as const;
const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } } as const;

type Size = keyof typeof SIZES;

/**
 * Looks at a view in both looks and sizes: nothing in the way of anybody in those that are named, nothing wider than the
 * page; keeps pictures.
 */
export async function lookAt(page: Page, name: string, checked: readonly Size[] = ["wide"]): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  for (const look of LOOKS) {
    await page.emulateMedia({ colorScheme: look, reducedMotion: "reduce" });
    for (const size of ["narrow", "wide"] as const) {
      await page.setViewportSize(SIZES[size]);
      // Else a picture of the dark look may have colours of the light one in it.
      await page.evaluate(TWO_FRAMES);
      await page.screenshot({ path: join(PICTURES, `${name}-${look}-${size}.png`) });
      const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      expect(await page.evaluate(overflow), `${name} ${size} is wider than the page`).toBe(0);
      if (checked.includes(size)) expect(await findBarriers(page), `${name} ${look} ${size}`).toEqual([]);
    }
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}
