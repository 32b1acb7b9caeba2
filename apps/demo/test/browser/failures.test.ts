import { until } from "@mailwright/suite";
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { Tour } from "./open-tour.js";
import { lookAt, openPage, startBrowser } from "./start-browser.js";
import { ada, bob, LETTER } from "./start-mailbox.js";
import { useTour } from "./use-tour.js";

const browser: Browser | undefined = await startBrowser();
const REFUSAL = "This is kept from you today";
/** How long the page says nothing of new mail after it has said something. */
const QUIET_MS = 10_000;
/** Keeps all that is told by voice, in order. */
const LISTEN = `window.heard = [];
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const { textContent } of addedNodes) if (/new message/.test(textContent)) window.heard.push(textContent);
}).observe(document.body, { childList: true, characterData: true, subtree: true });`;

// Each step begins where the last one ended.
describe.skipIf(browser === undefined)("what fails and what is told, in a browser", () => {
  let tour: Tour;

  useTour(browser, (opened) => {
    tour = opened;
  });

  const deliver = (subject: string, headers: readonly string[] = []): void => {
    const lines = [
      "From: Bob <bob@example.test>",
      `Subject: ${subject}`,
      ...headers,
      "",
      `About ${subject}.`,
    ];
    tour.mailbox.mail.store.deliver(ada.user, `${lines.join("\r\n")}\r\n`);
  };
  const alert = (page: Page) => page.getByRole("main").getByRole("alert");
  /** The phases of a test at a server, as `passed Encryption` or `failed Login`. */
  const phasesAt = async (port: number): Promise<string[]> => {
    const report = tour.page
      .getByRole("main")
      .locator("[role=alert], [role=status]", { hasText: `:${port}` });
    const found: string[] = [];
    for (const phase of await report.getByRole("list", { name: "Phases" }).getByRole("listitem").all()) {
      const outcome = await phase.locator("svg").getAttribute("aria-label");
      found.push(`${outcome} ${(await phase.textContent())?.replace(/ \d+ ms/, "")}`);
    }
    return found;
  };

  test("a list that cannot be loaded says why, and is there with Retry", async () => {
    const { page, rows, goTo } = tour;
    await goTo("/inbox", "Inbox");
    const title = "The database does not answer";
    await page.route("**/api/v1/messages?*", (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: JSON.stringify({ title }),
      }),
    );
    await page.getByRole("link", { name: /^Archive/ }).click();
    await alert(page).getByText(title).waitFor();
    expect(await rows().count()).toBe(0);
    expect(await alert(page).getByRole("link", { name: "The account" }).getAttribute("href")).toMatch(
      /^\/accounts\/[0-9a-f-]{36}$/,
    );
    await lookAt(page, "list-failed");
    await page.unroute("**/api/v1/messages?*");
    await alert(page).getByRole("button", { name: "Retry" }).click();
    await rows().first().waitFor();
    await alert(page).waitFor({ state: "detached" });
  });

  test("what the mail server will not hand out is said in its words, and is there with Retry", async () => {
    const { mailbox, page, row, goTo } = tour;
    await goTo("/inbox", "Inbox");
    await row(LETTER).click();
    mailbox.refuse("BODY.PEEK[]", REFUSAL);
    await page.getByRole("tab", { name: "Source" }).click();
    await alert(page).getByText(REFUSAL).waitFor();
    await lookAt(page, "source-refused");
    mailbox.refuse(undefined);
    await alert(page).getByRole("button", { name: "Retry" }).click();
    await page.getByRole("tabpanel").getByText("Message-ID: <letter@example.test>").waitFor();
  });

  test("an open message that is deleted elsewhere is said to be gone, and a narrow page leads back", async () => {
    const { mailbox, page, row, goTo } = tour;
    const { store } = mailbox.mail;
    await goTo("/inbox", "Inbox");
    deliver("Soon gone");
    await row("Soon gone").click();
    await page.getByRole("heading", { name: "Soon gone" }).waitFor();
    store.expunge(
      ada.user,
      "INBOX",
      store.messages(ada.user).flatMap(({ uid, raw }) => (raw.includes("Subject: Soon gone") ? [uid] : [])),
    );
    await page.getByText("The server no longer has it").waitFor();
    await row("Soon gone").waitFor({ state: "detached" });
    await lookAt(page, "message-gone");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("button", { name: "Back to the list" }).click();
    await page.waitForURL(/\/inbox$/);
    await row(LETTER).waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    await goTo("/inbox/m/987654321", "Inbox");
    await page.getByText("The server no longer has it").waitFor();
  });

  test("new mail is told by voice at once, then summed up, and the same words are told again", async () => {
    const { mailbox, row } = tour;
    // A clock is that of all pages of a context.
    const context = await (browser as Browser).newContext({
      baseURL: mailbox.url,
      storageState: await tour.context.storageState(),
    });
    const other = await openPage(context);
    const { page } = other;
    await page.clock.install();
    await page.goto("/inbox");
    await page.getByRole("row").first().waitFor();
    await page.evaluate(LISTEN);
    // Its time stands still from here on, and goes only where it is let.
    await page.clock.pauseAt(new Date(Date.now() + 60_000));
    const heard = () => page.evaluate("window.heard.join()");
    const comes = async (subject: string): Promise<void> => {
      deliver(subject);
      await row(subject).waitFor();
      await until(async () => {
        await page.clock.runFor(20);
        return (await page.getByRole("row", { name: new RegExp(`, ${subject},`) }).count()) > 0;
      }, 60_000);
    };
    await comes("Told one");
    await until(heard, 60_000);
    await comes("Told two");
    await comes("Told three");
    await comes("Told four");
    expect(await heard()).toBe("1 new message");
    await page.clock.runFor(QUIET_MS);
    expect(await heard()).toBe("1 new message,3 new messages");
    await comes("Told five");
    await page.clock.runFor(QUIET_MS);
    await comes("Told six");
    await page.clock.runFor(QUIET_MS);
    expect(await heard()).toBe("1 new message,3 new messages,1 new message,1 new message");
    expect(other.errors).toEqual([]);
    await context.close();
  });

  test("a message shows what else is in its thread, also what comes while it is open", async () => {
    const { page, row, heading, goTo } = tour;
    const answer = ["In-Reply-To: <plan@example.test>", "References: <plan@example.test>"];
    await goTo("/inbox", "Inbox");
    deliver("Our plan", ["Message-ID: <plan@example.test>"]);
    deliver("Re: Our plan", ["Message-ID: <answer@example.test>", ...answer]);
    await row("Re: Our plan").waitFor();
    await row("Our plan").click();
    const thread = page.getByRole("region", { name: "In this thread" });
    await thread.getByRole("link", { name: /^unread, Bob.*About Re: Our plan\./ }).waitFor();
    deliver("Re: Our plan again", ["Message-ID: <again@example.test>", ...answer]);
    await thread.getByRole("link", { name: /About Re: Our plan again\./ }).waitFor();
    expect(await thread.getByRole("link").count()).toBe(2);
    await lookAt(page, "thread");
    await thread.getByRole("link", { name: /About Re: Our plan\./ }).click();
    await heading("Re: Our plan").waitFor();
    await thread.getByRole("link", { name: /^Bob.*About Our plan\./ }).waitFor();
    expect(await thread.getByRole("link").count()).toBe(2);
  });

  test("an address of a known provider fills in its servers, and says which password it wants", async () => {
    const { page, goTo } = tour;
    await goTo("/accounts/new", "Add an account");
    await page.getByLabel("E-mail address").fill("somebody@gmail.com");
    await page.getByLabel("Password").focus();
    await page.getByText(/wants an app password/).waitFor();
    expect(await page.getByRole("link", { name: "how to make one" }).getAttribute("href")).toMatch(/^https:/);
    expect(await page.getByLabel("Server name").inputValue()).toBe("imap.gmail.com");
    expect(await page.getByLabel("Port").inputValue()).toBe("993");
    expect(await page.getByLabel("Outgoing server").inputValue()).toMatch(/^smtp\.gmail\.com:(465|587)$/);
    await lookAt(page, "account-preset");
  });

  test("an account that fails ticks the phases that went well at each server, and says what the other one said", async () => {
    const { mailbox, page, goTo } = tour;
    const { host, pop3, smtp } = mailbox.mail;
    await goTo("/accounts/new", "Add an account");
    await page.getByLabel("E-mail address").fill(bob.user);
    await page.getByLabel("Password").fill("no-password-of-bob");
    await page.getByLabel("Protocol").selectOption("pop3");
    await page.getByLabel("Server name").fill(host);
    await page.getByLabel("Port").fill(String(pop3.tlsPort));
    await page.getByLabel("Outgoing server").fill(`${host}:${smtp.tlsPort}`);
    await page.getByRole("button", { name: "Add account" }).click();
    await page.getByRole("alert").nth(1).waitFor();
    for (const { tlsPort } of [pop3, smtp])
      expect(await phasesAt(tlsPort)).toEqual([
        "passed Connecting",
        "passed Encryption",
        "passed The server's greeting",
        expect.stringMatching(/^failed LoginThe server said: \S/),
      ]);
    await page.getByLabel("Password").fill(bob.password);
    await page.getByLabel("Outgoing server").fill(`${host}:1`);
    await page.getByRole("button", { name: "Add account" }).click();
    await page.getByText(`${host}:${pop3.tlsPort} works`).waitFor();
    expect((await phasesAt(pop3.tlsPort)).at(-1)).toBe("passed Login");
    expect(await phasesAt(1)).toEqual(["failed Connecting"]);
    await lookAt(page, "account-half-refused");
  });

  test("the console of the page has no error but of what was to fail", () => {
    const { errors, dialogs } = tour.watched;
    expect(errors.filter((error) => !error.startsWith("Failed to load resource"))).toEqual([]);
    expect(dialogs).toEqual([]);
  });
});
