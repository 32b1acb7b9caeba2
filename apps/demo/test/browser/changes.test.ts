import { until } from "@mailwright/suite";
import type { Browser, Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { Tour } from "./open-tour.js";
import { lookAt, openPage, startBrowser } from "./start-browser.js";
import { ada, LETTER } from "./start-mailbox.js";
import { useTour } from "./use-tour.js";

const browser: Browser | undefined = await startBrowser();
const REFUSAL = "You may not change this today";

// Each step begins where the last one ended.
describe.skipIf(browser === undefined)("changes in a browser", () => {
  let tour: Tour;

  useTour(browser, (opened) => {
    tour = opened;
  });

  const toast = (text: string): Locator => tour.page.getByRole("dialog").filter({ hasText: text });
  const gone = async (row: Locator): Promise<void> => await row.waitFor({ state: "detached" });
  const deliver = (subject: string): void => {
    tour.mailbox.mail.store.deliver(
      ada.user,
      `From: Bob <bob@example.test>\r\nSubject: ${subject}\r\n\r\nHello.\r\n`,
    );
  };
  /** Puts the list's focus on a row, by keys. */
  const reach = async (subject: string): Promise<void> => {
    const row = tour.row(subject);
    await row.waitFor();
    await row.focus();
  };

  test("a star that the server refuses is shown, then taken back with the server's words", async () => {
    const { mailbox, page, row, onServer } = tour;
    const starred = page.getByRole("row", { name: new RegExp(`^(unread, )?starred, .*${LETTER},`) });
    await row(LETTER).waitFor();
    let refuse = (): void => {};
    const isLet = new Promise<void>((resolve) => {
      refuse = resolve;
    });
    mailbox.refuse("STORE", REFUSAL, isLet);
    await row(LETTER).getByRole("button", { name: "Star" }).click();
    await starred.waitFor();
    refuse();
    await toast("The server refused").filter({ hasText: REFUSAL }).waitFor();
    await gone(starred);
    mailbox.refuse(undefined);
    expect(onServer("INBOX", LETTER)?.flags.has("\\Flagged")).toBe(false);
  });

  test("what was archived is back with Undo, and nothing has happened on the server", async () => {
    const { page, row, toolbar, onServer } = tour;
    const moves: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/messages/batch") && request.postData()?.includes('"move"') === true)
        moves.push(request.postData() ?? "");
    });
    deliver("Undone");
    await row("Undone").click();
    await toolbar().getByRole("button", { name: "Archive" }).click();
    await toast("Archived 1 message").waitFor();
    await gone(row("Undone"));
    await toast("Archived 1 message").getByRole("button", { name: "Undo" }).click();
    await row("Undone").waitFor();
    // What is archived after it goes to the server, so the time of what was undone has passed too.
    deliver("Archived");
    await reach("Archived");
    await page.keyboard.press("e");
    await gone(row("Archived"));
    await until(() => onServer("Archive", "Archived") !== undefined, 60_000);
    expect(moves).toHaveLength(1);
    expect(onServer("INBOX", "Undone")).toBeDefined();
  });

  test("what was deleted lies in the trash, on the server too", async () => {
    const { page, row, onServer } = tour;
    deliver("Thrown away");
    await reach("Thrown away");
    await page.keyboard.press("#");
    await toast("Deleted 1 message").waitFor();
    await gone(row("Thrown away"));
    await until(() => onServer("Trash", "Thrown away") !== undefined, 60_000);
    expect(onServer("INBOX", "Thrown away")).toBeUndefined();
  });

  test("two rows are selected with Shift, and what the server will not move is there again", async () => {
    const { mailbox, page, row, onServer } = tour;
    deliver("First of two");
    await row("First of two").waitFor();
    deliver("Second of two");
    await reach("Second of two");
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByText("2 selected").waitFor();
    mailbox.refuse("MOVE", REFUSAL);
    await page.keyboard.press("e");
    await gone(row("First of two"));
    await toast("The server refused this for 2 messages").filter({ hasText: REFUSAL }).waitFor();
    mailbox.refuse(undefined);
    for (const subject of ["First of two", "Second of two"]) {
      await row(subject).waitFor();
      expect(onServer("INBOX", subject)).toBeDefined();
    }
  });

  test("images from elsewhere come through this program, and after the click only", async () => {
    const { page, goTo, row, heading, hits } = tour;
    const proxied: string[] = [];
    page.on("request", (request) => {
      if (new URL(request.url()).pathname === "/proxy") proxied.push(request.url());
    });
    await goTo("/search?q=%22Hostile+1%22", "Search");
    await row("Hostile 1").click();
    await heading("Hostile 1").waitFor();
    await page.frameLocator("iframe[title='Message text']").getByText("Trick 1").waitFor();
    await page.getByText(/^Images from elsewhere are not shown/).waitFor();
    expect(proxied).toEqual([]);
    await page.getByRole("button", { name: "Show images" }).click();
    await until(() => proxied.length > 0, 60_000);
    await page.getByText(/^Images from elsewhere are not shown/).waitFor({ state: "detached" });
    // The browser asks nobody but us; the address, on this machine, is one that we fetch nothing from.
    expect(new URL(proxied[0] ?? "").origin).toBe(tour.mailbox.url);
    expect(hits).toEqual([]);
  });

  test("a row says how many files came along", async () => {
    const { page, goTo } = tour;
    await goTo("/search?q=%22Signed+contract%22", "Search");
    await page
      .getByRole("row", { name: /, Signed contract,.*, 1 attachment$/ })
      .first()
      .waitFor();
  });

  test("offline is said, and what came meanwhile is there when the server is back", async () => {
    const { mailbox, context, watched, page, rows, row, goTo } = tour;
    await goTo("/inbox", "Inbox");
    await rows().first().waitFor();
    const before = watched.errors.length;
    await context.setOffline(true);
    await page.getByText(/^Offline since \d{1,2}:\d\d/).waitFor();
    await lookAt(page, "offline");
    mailbox.mail.store.deliver(
      ada.user,
      "From: Bob <bob@example.test>\r\nSubject: Meanwhile\r\n\r\nHello.\r\n",
    );
    await context.setOffline(false);
    await row("Meanwhile").waitFor();
    await page.getByText(/^Offline since/).waitFor({ state: "detached" });
    // That requests fail while there is no network is no fault of the page.
    watched.errors.splice(before);
  });

  test("two tabs show the same, and both may change things", async () => {
    const { context, page, row } = tour;
    const other = await openPage(context);
    await other.page.goto("/inbox");
    const inOther = other.page.getByRole("row", { name: /, Meanwhile,/ }).first();
    await inOther.waitFor();
    await row("Meanwhile").getByRole("button", { name: "Star" }).click();
    await other.page.getByRole("row", { name: /starred, .*Meanwhile,/ }).waitFor();
    await inOther.getByRole("button", { name: "Star" }).click();
    await page.getByRole("row", { name: /starred, .*Meanwhile,/ }).waitFor({ state: "detached" });
    expect(other.errors).toEqual([]);
    await other.page.close();
  });

  test("a pane keeps the width that somebody gave it", async () => {
    const { page, goTo } = tour;
    await goTo("/inbox", "Inbox");
    const divider = page.getByRole("separator", { name: "Width of the list" });
    const box = await divider.boundingBox();
    if (box === null) throw new Error("There is no line between the panes");
    await page.mouse.move(box.x + box.width / 2, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 90, box.y + 200, { steps: 3 });
    await page.mouse.up();
    await page.reload();
    await tour.rows().first().waitFor();
    const after = await divider.boundingBox();
    expect(Math.round((after?.x ?? 0) - box.x)).toBe(90);
    await divider.focus();
    await page.keyboard.press("ArrowLeft");
    expect(Math.round(((await divider.boundingBox())?.x ?? 0) - box.x)).toBe(90 - 16);
  });

  test("between wide and narrow the folders are in a drawer, and going somewhere closes it", async () => {
    const { page, goTo, rows, heading } = tour;
    await page.setViewportSize({ width: 900, height: 800 });
    await goTo("/inbox", "Inbox");
    await rows().first().waitFor();
    await page.getByRole("button", { name: "Show folders" }).click();
    const drawer = page.getByRole("dialog", { name: "Folders" });
    await drawer.getByRole("link", { name: "Starred" }).click();
    await drawer.waitFor({ state: "detached" });
    await heading("Starred").waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test("the console of the page has no error", () => {
    expect(tour.watched.errors).toEqual([]);
    expect(tour.watched.dialogs).toEqual([]);
  });
});
