import { until } from "@mailwright/suite";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { login, openTour, type Tour } from "./open-tour.js";
import { lookAt, startBrowser } from "./start-browser.js";
import { ada, bob, LETTER } from "./start-mailbox.js";

const browser: Browser | undefined = await startBrowser();

// One person's way through the mailbox: each step begins where the last one ended.
describe.skipIf(browser === undefined)("in a browser", () => {
  let tour: Tour;

  beforeAll(async () => {
    tour = await openTour(browser as Browser);
  });

  afterAll(async () => {
    await tour?.close();
    await browser?.close();
  });

  test("the printed link sets the first person up", async () => {
    const { mailbox, page } = tour;
    await page.goto(mailbox.setupUrl);
    await page.getByLabel("Name of the household or team").waitFor();
    await lookAt(page, "setup");
    await page.getByLabel("Name of the household or team").fill("Home");
    await page.getByLabel("Your e-mail address").fill(login.email);
    await page.getByLabel("Password").fill(login.password);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByText("Add your first account").first().waitFor();
    await lookAt(page, "empty");
  });

  test("a wrong password is said in the server's words, the right one is let in, and the sync shows how far it is", async () => {
    const { mailbox, page, rows, row, heading } = tour;
    await page.getByRole("link", { name: "Add an account" }).first().click();
    await heading("Add an account").waitFor();
    const { host, imap } = mailbox.mail;
    await page.getByLabel("E-mail address").fill(ada.user);
    await page.getByLabel("Password").fill("not-the-password");
    await page.getByLabel("Name", { exact: true }).fill("Ada");
    await page.getByLabel("Server name").fill(host);
    await page.getByLabel("Port").fill(String(imap.tlsPort));
    await page.getByRole("button", { name: "Add account" }).click();
    const refused = page.getByRole("alert");
    await refused.waitFor();
    expect(await refused.textContent()).toMatch(
      /Login failed[\s\S]*The server said: .+[\s\S]*Check the user name/,
    );
    await lookAt(page, "account-refused");
    mailbox.setSlow(true);
    await page.getByLabel("Password").fill(ada.password);
    await page.getByRole("button", { name: "Add account" }).click();
    await page.getByRole("progressbar").first().waitFor();
    await rows().first().waitFor();
    await lookAt(page, "first-sync");
    mailbox.setSlow(false);
    await row(LETTER).waitFor();
    await page
      .getByText(/^Up to date at/)
      .first()
      .waitFor();
    expect(await page.getByRole("progressbar").count()).toBe(0);
  });

  test("an account of POP3 comes into the same list", async () => {
    const { mailbox, page, goTo } = tour;
    await goTo("/accounts/new", "Add an account");
    await page.getByLabel("E-mail address").fill(bob.user);
    await page.getByLabel("Password").fill(bob.password);
    await page.getByLabel("Name", { exact: true }).fill("Bob");
    await page.getByLabel("Protocol").selectOption("pop3");
    await page.getByLabel("Server name").fill(mailbox.mail.host);
    await page.getByLabel("Port").fill(String(mailbox.mail.pop3.tlsPort));
    await page.getByRole("button", { name: "Add account" }).click();
    await page
      .getByRole("region", { name: "Bob" })
      .getByText(/^Up to date at/)
      .waitFor();
    await lookAt(page, "inbox");
  });

  test("the first list comes, and how soon is printed", async () => {
    const { page, rows, goTo } = tour;
    await goTo("/inbox", "Inbox");
    await rows().first().waitFor();
    const shown = (await page.evaluate(
      "performance.getEntriesByType('paint').find(({ name }) => name === 'first-contentful-paint').startTime",
    )) as number;
    const started = performance.now();
    await page.reload();
    await rows().first().waitFor();
    console.log(
      `first list after ${Math.round(performance.now() - started)} ms, first paint after ${Math.round(shown)} ms (load of the machine included)`,
    );
  });

  test("new mail comes without a reload", async () => {
    const { mailbox, row } = tour;
    mailbox.mail.store.deliver(
      ada.user,
      "From: Bob <bob@example.test>\r\nSubject: Just now\r\n\r\nHello.\r\n",
    );
    await row("Just now").waitFor();
  });

  test("a message is read, starred, moved and found again, here and on the server", async () => {
    const { page, rows, row, toolbar, onServer } = tour;
    await row(LETTER).click();
    await page.getByRole("heading", { name: LETTER }).waitFor();
    await page.frameLocator("iframe[title='Message text']").getByText("Nanoseconds.").waitFor();
    // One line of text has no room for ten below it.
    expect((await page.getByTitle("Message text").boundingBox())?.height).toBeLessThan(100);
    await lookAt(page, "message");
    await until(() => onServer("INBOX", LETTER)?.flags.has("\\Seen"), 60_000);
    await toolbar().getByRole("button", { name: "Star" }).click();
    await until(() => onServer("INBOX", LETTER)?.flags.has("\\Flagged"), 60_000);
    for (const tab of ["Text", "Headers", "Source", "Structure"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page
        .getByRole("tabpanel")
        .getByText(/Nanoseconds|grace@example\.test|text\/plain/)
        .first()
        .waitFor();
    }
    await toolbar().getByRole("button", { name: "Move to a folder" }).click();
    await page.getByRole("dialog", { name: "Move to" }).getByRole("button", { name: "Archive" }).click();
    await until(() => onServer("Archive", LETTER) !== undefined, 60_000);
    await page.getByRole("searchbox", { name: "Search mail" }).fill(`"${LETTER}" is:starred`);
    await page.keyboard.press("Enter");
    await row(LETTER).waitFor();
    expect(await rows().count()).toBe(1);
    await lookAt(page, "search");
    await page.getByRole("searchbox", { name: "Search mail" }).fill("nothing-has-this-word");
    await page.keyboard.press("Enter");
    await page.getByText(/No mail matches/).waitFor();
    await lookAt(page, "search-nothing");
  });

  test("fifty hostile mails run nothing and fetch nothing", async () => {
    const { mailbox, watched, page, hits, row } = tour;
    const folder = page.getByRole("link", { name: /^Hostile/ });
    await folder.click();
    await page.getByRole("heading", { level: 1, name: /^Hostile/ }).waitFor();
    const title = await page.title();
    for (let index = 1; index <= 50; index += 1) {
      await row(`Hostile ${index}`).click();
      await page.getByRole("heading", { name: `Hostile ${index}`, exact: true }).waitFor();
      await page.frameLocator("iframe[title='Message text']").getByText(`Trick ${index}`).waitFor();
      if (index === 1) await lookAt(page, "message-images-blocked");
    }
    expect(hits).toEqual([]);
    expect(watched.dialogs).toEqual([]);
    expect(await page.title()).toBe(title);
    expect(new URL(page.url()).origin).toBe(mailbox.url);
  });

  test("a file named ../../x is saved under a name that leads nowhere", async () => {
    const { page, row, goTo } = tour;
    await goTo("/search?q=%22Take+this+file%22", "Search");
    await row("Take this file").click();
    const file = page.getByRole("list", { name: "Attachments" }).getByRole("link");
    const [download] = await Promise.all([page.waitForEvent("download"), file.click()]);
    expect(download.suggestedFilename()).not.toMatch(/[/\\]|\.\./);
  });

  test("a keyboard is enough", async () => {
    const { page, rows, goTo } = tour;
    await goTo("/inbox", "Inbox");
    await rows().first().waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await lookAt(page, "keys");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    const focused = () => page.evaluate("document.activeElement?.getAttribute('data-id')");
    const id = await until(focused);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/inbox\/m\/\d+$/);
    await page.getByRole("article").waitFor();
    await page.keyboard.press("u");
    await page.waitForURL(/\/inbox$/);
    // Back at the row that was left.
    await until(async () => (await focused()) === id);
    await page.keyboard.press("x");
    await page.getByText("1 selected").waitFor();
    await page.keyboard.press("x");
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL(/\/starred$/);
    await page.keyboard.press("/");
    const focusedBox = "document.activeElement?.getAttribute('aria-label') === 'Search mail'";
    await until(() => page.evaluate(focusedBox));
    await page.keyboard.type("is:unread");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/search\?q=is/);
  });

  test("accounts and settings are looked at, a key is made and revoked, and logging out leads to the login", async () => {
    const { page, rows, heading, goTo } = tour;
    await goTo("/accounts", "Accounts");
    await page.getByRole("main").getByRole("link", { name: /Ada/ }).waitFor();
    await lookAt(page, "accounts");
    await page.getByRole("main").getByRole("link", { name: /Ada/ }).click();
    await heading("Ada").waitFor();
    await lookAt(page, "account");
    await page.getByRole("link", { name: "The conversation with the server" }).click();
    await page.getByRole("list", { name: "Lines" }).waitFor();
    expect(await page.getByRole("list", { name: "Lines" }).textContent()).not.toContain(ada.password);
    await lookAt(page, "account-log");
    await goTo("/settings/appearance", "Appearance");
    await page.getByRole("radio", { name: /^Dense/ }).check();
    await lookAt(page, "appearance");
    await goTo("/inbox", "Inbox");
    await rows().first().waitFor();
    expect((await rows().first().boundingBox())?.height).toBe(44);
    await lookAt(page, "inbox-dense");
    await goTo("/settings/appearance", "Appearance");
    await page.getByRole("radio", { name: /^With the first words/ }).check();
    await goTo("/settings/keys", "Keys");
    await page.getByLabel("Name").fill("A script");
    await page.getByRole("button", { name: "Make a key" }).click();
    await page.getByText(/^mw_[0-9a-f]{12}_/).waitFor();
    await lookAt(page, "keys-of-programs");
    await page.getByRole("button", { name: "Revoke A script" }).click();
    await page.getByText("No keys").waitFor();
    await goTo("/settings/security", "Security");
    await lookAt(page, "security");
    await page.getByRole("button", { name: "Log out" }).click();
    await heading("Log in").waitFor();
    await lookAt(page, "login");
  });

  test("the console of the page has no error", () => {
    const { watched } = tour;
    expect(watched.errors).toEqual([]);
  });
});
