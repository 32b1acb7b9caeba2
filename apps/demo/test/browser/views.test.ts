import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { openDesk, type WritingDesk } from "./open-desk.js";
import { lookAt, startBrowser } from "./start-browser.js";
import { LETTER } from "./start-mailbox.js";

const browser: Browser | undefined = await startBrowser();
const SIZES = ["wide", "narrow"] as const;
const HALF_A_YEAR_MS = 180 * 86_400_000;

// What the other suites look at in passing, they look at wide alone.
describe.skipIf(browser === undefined)("views in both sizes, in a browser", () => {
  let desk: WritingDesk;

  beforeAll(async () => {
    desk = await openDesk(browser as Browser);
  });

  afterAll(async () => {
    await desk?.close();
    await browser?.close();
  });

  const row = (subject: string) => desk.page.getByRole("row", { name: new RegExp(`, ${subject},`) }).first();
  const goTo = async (path: string, title: string): Promise<void> => {
    await desk.page.goto(path);
    await desk.page.getByRole("heading", { name: title, exact: true }).waitFor();
  };

  test("the inbox with a selection, and the folders to move it to", async () => {
    const { page } = desk;
    await goTo("/inbox", "Inbox");
    await row(LETTER).focus();
    await page.keyboard.press("x");
    await page.getByRole("toolbar", { name: "Selected messages" }).waitFor();
    await lookAt(page, "selection", SIZES);
    await page.keyboard.press("v");
    const sheet = page.getByRole("dialog", { name: "Move to" });
    await sheet.getByRole("button", { name: "Archive" }).waitFor();
    await lookAt(page, "move", SIZES);
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
  });

  test("the folders in their drawer", async () => {
    const { page } = desk;
    await page.setViewportSize({ width: 390, height: 844 });
    await goTo("/inbox", "Inbox");
    await page.getByRole("navigation", { name: "Main" }).getByRole("button", { name: "Folders" }).click();
    await page.getByRole("dialog", { name: "Folders" }).getByRole("link", { name: "Starred" }).waitFor();
    await lookAt(page, "drawer", SIZES);
  });

  test("a message that is open", async () => {
    const { page } = desk;
    await goTo("/inbox", "Inbox");
    await row(LETTER).click();
    await page.frameLocator("iframe[title='Message text']").getByText("Nanoseconds.").waitFor();
    await lookAt(page, "message-open", SIZES);
  });

  test("starred messages", async () => {
    const { page } = desk;
    await goTo("/starred", "Starred");
    await page.getByRole("row").first().waitFor();
    await lookAt(page, "starred", SIZES);
  });

  test("drafts", async () => {
    const { page } = desk;
    await goTo("/inbox", "Inbox");
    await desk.write("Half a letter", ["grace@example.test"]);
    await goTo("/drafts", "Drafts");
    await page.getByRole("link", { name: /Half a letter/ }).waitFor();
    await lookAt(page, "drafts", SIZES);
  });

  test("what is sent later", async () => {
    const { page, accountId, post } = desk;
    const sendAt = new Date(Date.now() + HALF_A_YEAR_MS).toISOString();
    const to = [{ address: "grace@example.test" }];
    await post(
      "/outbox",
      { accountId, to, subject: "Later", text: "Then.", sendAt },
      { "idempotency-key": "1" },
    );
    await goTo("/scheduled", "Scheduled");
    await page.getByRole("link", { name: /Later/ }).waitFor();
    await lookAt(page, "scheduled", SIZES);
  });
});
