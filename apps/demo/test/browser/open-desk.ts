import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { openPage, type WatchedPage } from "./start-browser.js";
import { type Composing, startComposing } from "./start-composing.js";
import { LETTER } from "./start-mailbox.js";

/** A mailbox that can send, a page on its inbox, and what tests of writing find their way by; `on` is another page. */
export interface WritingDesk extends Composing {
  readonly page: Page;
  /** Another tab. */
  open(): Promise<Page>;
  sheet(on?: Page): Locator;
  field(label: string, on?: Page): Locator;
  button(name: string, on?: Page): Locator;
  /** All that was typed is on the server. */
  saved(on?: Page): Promise<void>;
  closed(on?: Page): Promise<void>;
  /** Adds to whom a message goes. */
  fillPeople(people: readonly string[], on?: Page): Promise<void>;
  /** Writes a message and lets it lie. */
  write(subject: string, people: readonly string[], on?: Page): Promise<void>;
  /** What the server got with this subject. */
  sentTo(subject: string): Composing["mailbox"]["mail"]["smtp"]["messages"];
  /** Keeps files from the server until the function is called that this answers with. */
  holdUploads(): Promise<() => void>;
  /** Goes to what became of a message. */
  openSent(subject: string): Promise<void>;
  /** What became of it for one recipient. */
  result(address: string): Locator;
  close(): Promise<void>;
}

/** Starts a mailbox that can send, and opens a page in which every error counts. */
export async function openDesk(browser: Browser): Promise<WritingDesk> {
  const composing = await startComposing(browser);
  const { mailbox, context } = composing;
  const watched: WatchedPage[] = [];
  const open = async (): Promise<Page> => {
    const opened = await openPage(context);
    watched.push(opened);
    await opened.page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    return opened.page;
  };
  const page = await open();
  // What is said in passing is a dialog too.
  const sheet = (on = page) => on.locator("[role=dialog]:has(form)");
  const field = (label: string, on = page) => sheet(on).getByLabel(label, { exact: true });
  const button = (name: string, on = page) => on.getByRole("button", { name, exact: true });
  const saved = async (on = page) =>
    await sheet(on)
      .getByText(/^Saved /)
      .waitFor();
  const fillPeople = async (people: readonly string[], on = page): Promise<void> => {
    for (const address of people) {
      await field("To", on).fill(address);
      await field("To", on).press("Enter");
    }
  };
  await page.goto("/inbox");
  await page.getByRole("row", { name: new RegExp(LETTER) }).waitFor();
  return {
    ...composing,
    page,
    open,
    sheet,
    field,
    button,
    saved,
    fillPeople,
    closed: async (on = page) => await sheet(on).waitFor({ state: "detached" }),
    async write(subject, people, on = page) {
      await button("Write", on).first().click();
      await fillPeople(people, on);
      await field("Subject", on).fill(subject);
      await field("Text", on).fill(`About ${subject}.`);
      await saved(on);
    },
    sentTo: (subject) =>
      mailbox.mail.smtp.messages.filter(({ raw }) => raw.includes(`Subject: ${subject}\r\n`)),
    async holdUploads() {
      let letGo = (): void => {};
      const gone = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      await page.route("**/api/v1/uploads?*", async (route) => await gone.then(() => route.continue()));
      return letGo;
    },
    async openSent(subject) {
      await page.goto("/outbox");
      await page.getByRole("link", { name: new RegExp(subject) }).click();
      await page.getByRole("heading", { name: subject }).waitFor();
    },
    result: (address) => page.getByRole("row", { name: new RegExp(address) }),
    async close() {
      await context.close();
      expect(await mailbox.stop()).toBe(0);
      const told = watched.flatMap(({ errors, dialogs }) => [...errors, ...dialogs]);
      // What a browser says of the refusal that two tabs are meant to get.
      expect(told.filter((text) => !/412 \(Precondition Failed\).*\/drafts\//.test(text))).toEqual([]);
    },
  };
}
