import { until } from "@mailwright/suite";
import type { Browser, Request } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { Tour } from "./open-tour.js";
import { startBrowser } from "./start-browser.js";
import { ada } from "./start-mailbox.js";
import { useTour } from "./use-tour.js";

const browser: Browser | undefined = await startBrowser();
const PATIENCE_MS = 60_000;
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const PIXEL_SIZE = "1,1";
const OF_A_STRANGER = [
  "From: Eve <eve@example.test>",
  "Subject: Not trusted",
  "Content-Type: text/html",
  "",
  '<p>Look</p><img src="http://127.0.0.1:9/eve">',
  "",
].join("\r\n");

// Each step begins where the last one ended.
describe.skipIf(browser === undefined)("reading by keys, offline, and with images, in a browser", () => {
  let tour: Tour;

  useTour(browser, (opened) => {
    tour = opened;
  });

  /** Delivers a message, and puts the list's focus on its row. */
  const receive = async (subject: string): Promise<void> => {
    const text = `From: Bob <bob@example.test>\r\nSubject: ${subject}\r\n\r\nHello.\r\n`;
    tour.mailbox.mail.store.deliver(ada.user, text);
    await tour.row(subject).waitFor();
    await tour.row(subject).focus();
  };
  const rowNamed = (name: RegExp) => tour.page.getByRole("row", { name });
  /** Waits until a message of Ada's inbox has a flag on her server, or has it no more. */
  const untilFlagged = async (subject: string, flag: string, wanted: boolean): Promise<void> => {
    await until(() => tour.onServer("INBOX", subject)?.flags.has(flag) === wanted, PATIENCE_MS);
  };

  test("s stars a message and takes the star off, here and on the server", async () => {
    const { page } = tour;
    await receive("Starred by key");
    await page.keyboard.press("s");
    await rowNamed(/^unread, starred, .*Starred by key,/).waitFor();
    await untilFlagged("Starred by key", "\\Flagged", true);
    await page.keyboard.press("s");
    await rowNamed(/^unread, Bob.*Starred by key,/).waitFor();
    await untilFlagged("Starred by key", "\\Flagged", false);
  });

  test("Shift+i marks a message as read and Shift+u as unread, here and on the server", async () => {
    const { page } = tour;
    await receive("Read by key");
    await page.keyboard.press("Shift+I");
    await rowNamed(/^Bob.*Read by key,/).waitFor();
    await untilFlagged("Read by key", "\\Seen", true);
    await page.keyboard.press("Shift+U");
    await rowNamed(/^unread, Bob.*Read by key,/).waitFor();
    await untilFlagged("Read by key", "\\Seen", false);
  });

  test("v moves a message to the folder that is chosen by keys, here and on the server", async () => {
    const { page, row, onServer } = tour;
    await receive("Moved by key");
    await page.keyboard.press("v");
    await page.getByRole("dialog", { name: "Move to" }).getByRole("button", { name: "Trash" }).waitFor();
    await until(async () => {
      await page.keyboard.press("Tab");
      return (await page.evaluate("document.activeElement?.textContent")) === "Trash";
    }, PATIENCE_MS);
    await page.keyboard.press("Enter");
    await row("Moved by key").waitFor({ state: "detached" });
    await until(() => onServer("Trash", "Moved by key") !== undefined, PATIENCE_MS);
    expect(onServer("INBOX", "Moved by key")).toBeUndefined();
  });

  test("what is done offline is seen at once, and done on the server after coming back", async () => {
    const { context, watched, page, row, onServer } = tour;
    await receive("Archived offline");
    await receive("Starred offline");
    const before = watched.errors.length;
    await context.setOffline(true);
    await page.getByText(/^Offline since .*What you do waits until the server is back/).waitFor();
    await row("Starred offline").focus();
    await page.keyboard.press("s");
    await rowNamed(/starred, .*Starred offline,/).waitFor();
    await row("Archived offline").focus();
    await page.keyboard.press("e");
    await row("Archived offline").waitFor({ state: "detached" });
    expect(onServer("INBOX", "Starred offline")?.flags.has("\\Flagged")).toBe(false);
    expect(onServer("INBOX", "Archived offline")).toBeDefined();
    await context.setOffline(false);
    await untilFlagged("Starred offline", "\\Flagged", true);
    await until(() => onServer("Archive", "Archived offline") !== undefined, PATIENCE_MS);
    await page.getByText(/^Offline since/).waitFor({ state: "detached" });
    await rowNamed(/starred, .*Starred offline,/).waitFor();
    expect(await row("Archived offline").count()).toBe(0);
    // That requests fail while there is no network is no fault of the page.
    watched.errors.splice(before);
  });

  test("images of a sender who is trusted are shown over a reload, and of no other", async () => {
    const { page, goTo, row, heading } = tour;
    const image = page.frameLocator("iframe[title='Message text']").locator("img").first();
    const isShown = async () => {
      const box = await image.boundingBox();
      return box !== null && [box.width, box.height].join() === PIXEL_SIZE;
    };
    const blocked = page.getByText(/^Images from elsewhere are not shown/);
    const asked: Request[] = [];
    await page.route("**/proxy?*", async (route, request) => {
      asked.push(request);
      await route.fulfill({ contentType: "image/gif", body: PIXEL });
    });
    await goTo("/search?q=%22Hostile+1%22", "Search");
    await row("Hostile 1").click();
    await heading("Hostile 1").waitFor();
    await blocked.waitFor();
    expect(asked).toEqual([]);
    await page.getByRole("button", { name: "Always from mallory@example.test" }).click();
    await blocked.waitFor({ state: "detached" });
    await until(isShown, PATIENCE_MS);
    await page.reload();
    await heading("Hostile 1").waitFor();
    await until(isShown, PATIENCE_MS);
    expect(await blocked.count()).toBe(0);
    // The frame sends no cookie: what it asks for is let in by its signature alone. From this machine nothing is fetched.
    const url = new URL(asked[0]?.url() ?? "");
    expect((await asked[0]?.allHeaders())?.["cookie"]).toBeUndefined();
    expect((await fetch(url)).status).toBe(404);
    url.searchParams.set("u", "http://elsewhere.example.test/");
    expect((await fetch(url)).status).toBe(403);
    const before = asked.length;
    tour.mailbox.mail.store.deliver(ada.user, OF_A_STRANGER);
    await goTo("/inbox", "Inbox");
    await row("Not trusted").click();
    await heading("Not trusted").waitFor();
    await blocked.waitFor();
    expect(asked).toHaveLength(before);
    expect(tour.hits).toEqual([]);
  });

  test("the console of the page has no error", () => {
    expect(tour.watched.errors).toEqual([]);
    expect(tour.watched.dialogs).toEqual([]);
  });
});
