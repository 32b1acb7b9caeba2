import { createServer } from "node:http";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { openPage, type WatchedPage } from "./start-browser.js";
import { ada, bob, type RunningMailbox, startMailbox } from "./start-mailbox.js";

/** Who the mailbox belongs to. */
export const login = { email: "lady@home.test", password: "a-password-of-the-tour" };

/** A mailbox of its own with a page on it, and what tests of it find their way by. */
export interface Tour {
  readonly mailbox: RunningMailbox;
  readonly context: BrowserContext;
  readonly watched: WatchedPage;
  readonly page: Page;
  /** What a server that hostile mail points to was asked for. */
  readonly hits: readonly string[];
  rows(): ReturnType<Page["getByRole"]>;
  /** The first row with a subject. */
  row(subject: string): ReturnType<Page["getByRole"]>;
  toolbar(): ReturnType<Page["getByRole"]>;
  heading(name: string): ReturnType<Page["getByRole"]>;
  goTo(path: string, title: string): Promise<void>;
  /** A message of Ada's as her server has it. */
  onServer(path: string, subject: string): { readonly flags: ReadonlySet<string> } | undefined;
  close(): Promise<void>;
}

/** Starts a mailbox with nothing in it, and opens a page in which every error counts. */
export async function openTour(browser: Browser): Promise<Tour> {
  const hits: string[] = [];
  const trap = createServer((request, response) => {
    hits.push(request.url ?? "");
    response.end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => trap.once("listening", resolve));
  const address = trap.address();
  const port = typeof address === "object" ? address?.port : 0;
  const mailbox = await startMailbox(`http://127.0.0.1:${port}`);
  const context = await browser.newContext({ baseURL: mailbox.url, acceptDownloads: true });
  const watched = await openPage(context);
  const { page } = watched;
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  const heading = (name: string) => page.getByRole("heading", { name, exact: true });
  return {
    mailbox,
    context,
    watched,
    page,
    hits,
    rows: () => page.getByRole("row"),
    row: (subject) => page.getByRole("row", { name: new RegExp(`, ${subject},`) }).first(),
    toolbar: () => page.getByRole("toolbar", { name: "Message" }),
    heading,
    async goTo(path, title) {
      await page.goto(path);
      await heading(title).waitFor();
    },
    onServer: (path, subject) =>
      mailbox.mail.store.messages(ada.user, path).find(({ raw }) => raw.includes(`Subject: ${subject}\r\n`)),
    async close() {
      await context.close();
      const code = await mailbox.stop();
      trap.closeAllConnections();
      trap.close();
      expect(code).toBe(0);
      for (const { password } of [ada, bob, login]) expect(mailbox.printed()).not.toContain(password);
    },
  };
}
