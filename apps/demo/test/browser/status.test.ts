import { until } from "@mailwright/suite";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt, openPage, startBrowser, type WatchedPage } from "./start-browser.js";
import { startComposing } from "./start-composing.js";
import { bob, type RunningMailbox } from "./start-mailbox.js";

const browser: Browser | undefined = await startBrowser();
const REFUSED = "nobody@example.test";
/** `--accent` of both looks. */
const ACCENTS = { light: "50,83,204", dark: "147,169,255" };
/** The colours on the canvas of SMTP, each once. */
const COLOURS = `(() => {
  const figure = [...document.querySelectorAll("figure")].find((one) => one.textContent.includes("SMTP"));
  const { width, height } = figure.querySelector("canvas");
  const { data } = figure.querySelector("canvas").getContext("2d").getImageData(0, 0, width, height);
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4) colours.add(data.slice(at, at + 3).join());
  return [...colours];
})()`;

describe.skipIf(browser === undefined)("the status in a browser", () => {
  let mailbox: RunningMailbox;
  let context: BrowserContext;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    ({ mailbox, context } = await startComposing(browser as Browser));
    watched = await openPage(context);
    page = watched.page;
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await page.goto("/inbox");
    await page.getByRole("link", { name: "Status" }).click();
    await page.getByRole("heading", { name: "Status" }).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    expect(await mailbox?.stop()).toBe(0);
  });

  const part = (name: string) => page.getByRole("region", { name, exact: true });
  const row = (table: string, name: RegExp) => part(table).getByRole("row", { name });
  const send = async (address: string): Promise<void> => {
    const ask = async (path: string, csrf?: string, data?: object) => {
      const headers = { "idempotency-key": address, ...(csrf !== undefined && { "x-csrf": csrf }) };
      const answer = await context.request.fetch(`/api/v1${path}`, {
        method: data === undefined ? "GET" : "POST",
        headers,
        ...(data !== undefined && { data }),
      });
      expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
      return await answer.json();
    };
    const { csrfToken } = (await ask("/session")) as { csrfToken: string };
    const { items } = (await ask("/accounts")) as { items: { id: string }[] };
    const message = { accountId: items[0]?.id, to: [{ address }], subject: "Figures", text: "As asked." };
    await ask("/outbox", csrfToken, message);
  };

  test("nothing was sent and nothing went wrong yet", async () => {
    await part("Sent in the last day").getByText("Nothing was sent in the last day.").waitFor();
    await part("Last errors").getByText("Nothing went wrong.").waitFor();
    await part("Waiting to go out").getByText("Nothing has to be tried again.").waitFor();
  });

  test("what is sent and what is refused comes up by itself, with the server's words", async () => {
    await send(bob.user);
    await send(REFUSED);
    const outcomes = part("Sent in the last day");
    await outcomes.getByText(/^Sent 1$/).waitFor();
    await outcomes.getByText(/^Refused 1$/).waitFor();
    await part("Last errors")
      .getByText(/5\.1\.1/)
      .first()
      .waitFor();
    await part("Last errors").getByRole("link", { name: "The message" }).waitFor();
  });

  test("connections, processes and who holds the account are told, and its wire log is one click away", async () => {
    await row("Connections", /Ada IMAP/).waitFor();
    await row("Connections", /Ada SMTP/).waitFor();
    await row("Processes", /Alive/).waitFor();
    const process = await row("Processes", /Alive/).getByRole("rowheader").textContent();
    expect(await row("Accounts", /^Ada/).textContent()).toContain(process);
    await part("Accounts").getByRole("link", { name: "Wire log of Ada" }).click();
    await page.getByRole("heading", { name: "Conversation with the server" }).waitFor();
    await page.goBack();
    await part("Processes").waitFor();
  });

  test("the latencies are painted in the colours of the look, and are told in numbers too", async () => {
    const chart = part("How long servers take").getByRole("figure").filter({ hasText: "SMTP" });
    await chart.locator("canvas").waitFor();
    const isPaintedIn = async (colour: string) =>
      ((await page.evaluate(COLOURS)) as string[]).includes(colour);
    await until(async () => await isPaintedIn(ACCENTS.light), 30_000);
    // What comes anew is painted anew; here the look alone shall do it.
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/api/v1/status", async (route) => {
      await released;
      await route.continue();
    });
    await page.emulateMedia({ colorScheme: "dark" });
    await until(async () => await isPaintedIn(ACCENTS.dark), 30_000);
    expect(await isPaintedIn(ACCENTS.light)).toBe(false);
    await page.emulateMedia({ colorScheme: "light" });
    await until(async () => await isPaintedIn(ACCENTS.light), 30_000);
    release();
    await page.unroute("**/api/v1/status");
    await chart.getByText("The numbers of SMTP").click();
    await chart
      .getByRole("cell", { name: /^[\d.]+ m?s$/ })
      .first()
      .waitFor();
    await page.getByRole("heading", { name: "Status" }).scrollIntoViewIfNeeded();
    await lookAt(page, "status");
    await chart.scrollIntoViewIfNeeded();
    await lookAt(page, "status-latencies");
    await part("Processes").scrollIntoViewIfNeeded();
    await lookAt(page, "status-processes");
  });

  test("settings that nobody has looked at yet are opened while there is no network, once they were loaded", async () => {
    const loaded = "performance.getEntriesByType('resource').map(({ name }) => name).join()";
    for (const name of [/security-page/, /templates-page/])
      await until(async () => name.test((await page.evaluate(loaded)) as string), 60_000);
    const before = watched.errors.length;
    await context.setOffline(true);
    await page.getByText(/^Offline since/).waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("main").getByRole("link", { name: /Ada/ }).waitFor();
    await page.getByRole("link", { name: "Security" }).click();
    await page.getByRole("heading", { name: "Security", exact: true }).waitFor();
    await context.setOffline(false);
    await page.getByText(/^Offline since/).waitFor({ state: "detached" });
    watched.errors.splice(before);
    await page.getByRole("link", { name: "Status" }).click();
    await page.getByRole("heading", { name: "Status" }).waitFor();
  });

  test("when it cannot be read the last figures stay, and what is wrong is said until it is right again", async () => {
    expect(watched.errors).toEqual([]);
    const problem = { type: "about:blank", title: "The database is away", status: 500, code: "internal" };
    await page.route("**/api/v1/status", (route) => route.fulfill({ status: 500, json: problem }));
    await page.getByRole("alert").getByText("The database is away").waitFor();
    expect(
      await part("Sent in the last day")
        .getByText(/^Refused 1$/)
        .count(),
    ).toBe(1);
    await page.unroute("**/api/v1/status");
    await page.getByRole("alert").waitFor({ state: "detached" });
    expect(watched.errors.filter((error) => !/status of 500/.test(error))).toEqual([]);
    expect(watched.dialogs).toEqual([]);
  });
});
