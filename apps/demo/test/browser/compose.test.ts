import { until } from "@mailwright/suite";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDesk, type WritingDesk } from "./open-desk.js";
import { lookAt, startBrowser } from "./start-browser.js";
import { ada, bob, type RunningMailbox } from "./start-mailbox.js";

const browser: Browser | undefined = await startBrowser();
const REFUSED = "nobody@example.test";
const OUTSIDE = "carol@elsewhere.test";
/** One pixel. */
const DOT = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

// One person's messages: each step begins where the last one ended.
describe.skipIf(browser === undefined)("writing in a browser", () => {
  let desk: WritingDesk;
  let mailbox: RunningMailbox;
  let page: Page;

  beforeAll(async () => {
    desk = await openDesk(browser as Browser);
    ({ mailbox, page } = desk);
  });

  afterAll(async () => {
    await desk?.close();
    await browser?.close();
  });

  const open = (): Promise<Page> => desk.open();
  const sheet = (on = page) => desk.sheet(on);
  const field = (label: string, on = page) => desk.field(label, on);
  const button = (name: string, on = page) => desk.button(name, on);
  const saved = (on = page) => desk.saved(on);
  const closed = (on = page) => desk.closed(on);
  const link = (name: string) => page.getByRole("link", { name: new RegExp(`^${name}`) }).first();
  const sentTo = (subject: string) => desk.sentTo(subject);
  const write = (subject: string, people: readonly string[], on = page) => desk.write(subject, people, on);
  const openSent = (subject: string) => desk.openSent(subject);
  const result = (address: string) => desk.result(address);

  test("what cannot be sent is said at its field, and a message to three shows whom the server refused", async () => {
    await write("Bridges", []);
    await button("Send").click();
    await sheet().getByText("names no recipient").waitFor();
    await desk.fillPeople([bob.user, REFUSED, OUTSIDE, "no-address"]);
    await sheet().getByText("no-address: is not an address").waitFor();
    await sheet().getByText("names no recipient").waitFor({ state: "detached" });
    await button("Send").click();
    expect(await field("To").getAttribute("aria-invalid")).toBe("true");
    await button("Remove no-address").click();
    const letGo = await desk.holdUploads();
    await sheet()
      .locator("input[type=file]")
      .setInputFiles([{ name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("The plan.") }]);
    await sheet().getByLabel("Uploading plan.txt").waitFor();
    await button("Send").click();
    await sheet().getByText("Files are still on their way").waitFor();
    letGo();
    await sheet().getByText("9 B").waitFor();
    await sheet().getByText("Files are still on their way").waitFor({ state: "detached" });
    await saved();
    await lookAt(page, "compose");
    await button("Send").click();
    await closed();
    await openSent("Bridges");
    await result(REFUSED).getByText("Refused").waitFor();
    await result(bob.user).getByText("Accepted by the server").waitFor();
    expect(await result(REFUSED).textContent()).toMatch(/550.*5\.1\.1/);
    await lookAt(page, "result-refused");
    const [message] = sentTo("Bridges");
    expect(message?.raw.toString()).toContain("plan.txt");
    expect(message?.recipients.map(({ address }) => address)).toEqual([bob.user, OUTSIDE]);
  });

  test("undo brings the draft back, and nobody got anything", async () => {
    await page.goto("/inbox");
    await write("Second thoughts", [bob.user]);
    // Not saved yet by itself.
    await field("Text").press("End");
    await page.keyboard.type(" To the last letter.");
    await page.keyboard.press("Control+Enter");
    await closed();
    await button("Undo").click();
    await field("Subject").waitFor();
    expect(await field("Subject").inputValue()).toBe("Second thoughts");
    expect(await field("Text").inputValue()).toBe("About Second thoughts. To the last letter.");
    await button("Discard").click();
    await closed();
    await page.goto("/drafts");
    await page.getByText("No drafts").waitFor();
  });

  test("what shall go out later is listed, and taken back becomes a draft", async () => {
    await write("Next week", [bob.user]);
    await button("Send later").click();
    await sheet().getByLabel("Send at").fill("2099-01-01T10:00");
    await sheet().getByText("a year at most").or(button("Schedule")).first().waitFor();
    const soon = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 16);
    await sheet().getByLabel("Send at").fill(soon);
    await button("Schedule").click();
    await closed();
    await link("Scheduled").click();
    await page.getByRole("link", { name: /Next week/ }).click();
    await button("Cancel").click();
    await page.getByRole("heading", { name: "Drafts" }).waitFor();
    await page.getByRole("link", { name: /Next week/ }).waitFor();
    await link("Scheduled").click();
    await page.getByText("Nothing waits for its time").waitFor();
    expect(sentTo("Next week")).toEqual([]);
  });

  test("a message whose fate nobody knows is found in Sent, or settled by a person", async () => {
    mailbox.mail.smtp.configure({ answers: { dataEnd: () => "store-and-drop" } });
    await page.goto("/inbox");
    await write("Doubt", [OUTSIDE]);
    await button("Send").click();
    await closed();
    await openSent("Doubt");
    await page.getByText("May have arrived; looking in Sent").waitFor();
    await lookAt(page, "result-unknown");
    const [message] = sentTo("Doubt");
    if (message === undefined) throw new Error("The server has not got it");
    // As a server does that files what it sends.
    mailbox.mail.store.deliver(ada.user, message.raw, { mailbox: "Sent" });
    await page.getByText("Settled by the Sent folder, which has it").waitFor({ timeout: 120_000 });
    await lookAt(page, "result-resolved");
    await page.goto("/inbox");
    await write("No proof", [OUTSIDE]);
    await button("Send").click();
    await closed();
    await openSent("No proof");
    await button("Send again").click();
    await until(() => sentTo("No proof").length === 2, 60_000);
    // In doubt anew: what the page showed before is not taken for it.
    await page.reload();
    mailbox.mail.smtp.configure({ answers: {} });
    await button("It arrived").click();
    await page.getByText("Settled by a person").waitFor();
    await result(OUTSIDE).getByText("Accepted by the server").waitFor();
    expect(sentTo("Doubt")).toHaveLength(1);
    expect(sentTo("No proof")).toHaveLength(2);
    // Their time has passed.
    expect([...sentTo("Second thoughts"), ...sentTo("Next week")]).toEqual([]);
  });

  test("a draft outlives the crash of its tab, and is one", async () => {
    const tab = await open();
    await tab.goto("/inbox");
    await write("Crash", [bob.user], tab);
    await field("Text", tab).fill("Saved. And this only typed");
    // Gone without a word: no handler of the page runs.
    const crashed = tab.waitForEvent("crash");
    void tab.goto("chrome://crash").catch(() => {});
    await crashed;
    await page.goto("/drafts");
    await page.getByRole("link", { name: /Crash/ }).click();
    await field("Text").waitFor();
    await until(async () => (await field("Text").inputValue()) === "Saved. And this only typed", 60_000);
    await saved();
    await button("Close").click();
    await closed();
    await until(async () => (await page.getByRole("link", { name: /Crash/ }).count()) === 1, 60_000);
    await page.reload();
    await page.getByRole("link", { name: /Crash/ }).waitFor();
    expect(await page.getByRole("link", { name: /Crash/ }).count()).toBe(1);
  });

  test("two tabs at one draft: who comes late is told, and nothing of either is lost", async () => {
    const tab = await open();
    for (const on of [page, tab]) {
      await on.goto("/drafts");
      await on.getByRole("link", { name: /Crash/ }).click();
      await field("Text", on).waitFor();
    }
    // The other does not hear of it.
    await tab.route("**/api/v1/events*", (route) => route.abort());
    await tab.route("**/api/v1/drafts/**", (route) =>
      route.request().method() === "PUT" ? undefined : route.continue(),
    );
    await field("Text", tab).fill("Of the other tab");
    await field("Text").fill("Of this tab");
    await saved();
    await tab.unrouteAll({ behavior: "ignoreErrors" });
    await sheet(tab).getByText("saved elsewhere meanwhile").waitFor();
    await button("Keep both", tab).click();
    await sheet(tab).getByText("saved elsewhere meanwhile").waitFor({ state: "detached" });
    expect(await field("Text", tab).inputValue()).toBe("Of the other tab");
    await button("Close", tab).click();
    await tab.goto("/drafts");
    await until(async () => (await tab.getByRole("link", { name: /Crash/ }).count()) === 2, 60_000);
    await tab.close();
    await button("Close").click();
  });

  test("a forward takes the files along; all of it has room on a narrow page", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto("/inbox");
    await page.getByRole("row", { name: /Take this file/ }).click();
    await button("Forward").click();
    await sheet()
      .getByText(/^\d+ B$/)
      .waitFor();
    await field("To").fill(OUTSIDE);
    await saved();
    await button("Send").click();
    await closed();
    await until(() => sentTo("Fwd: Take this file").length === 1, 60_000);
    expect(sentTo("Fwd: Take this file")[0]?.raw.toString()).toContain("attachment");
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test("HTML that a program sent is shown when somebody takes it back, and sent with it or left out", async () => {
    const html =
      "<p>Words <b>in bold</b><img src=cid:dot@example.test></p><script>document.title = 'run'</script>";
    const image = { filename: "dot.gif", contentType: "image/gif", content: DOT, cid: "dot@example.test" };
    for (const subject of ["With HTML", "Without HTML"]) {
      const later = new Date(Date.now() + 86_400_000).toISOString();
      const words = { subject, text: "Plain words.", html, attachments: [image] };
      const message = { accountId: desk.accountId, to: [{ address: bob.user }], ...words, sendAt: later };
      await desk.post("/outbox", message, { "idempotency-key": subject });
      await page.goto("/scheduled");
      await page.getByRole("link", { name: new RegExp(subject) }).click();
      await button("Cancel").click();
      await page.getByRole("heading", { name: "Drafts" }).waitFor();
      await page.getByRole("link", { name: new RegExp(subject) }).click();
      const shown = page.frameLocator("iframe[title='HTML of the message']").getByText("in bold");
      await shown.waitFor();
      if (subject === "With HTML") await lookAt(page, "compose-html");
      else {
        await button("Send as text only").click();
        await sheet().getByText("Only the text is sent").waitFor();
        await button("Put the HTML back").click();
        await shown.waitFor();
        await button("Send as text only").click();
      }
      await field("Text").fill("Other words.");
      await saved();
      await button("Send").click();
      await closed();
    }
    await until(() => sentTo("With HTML").length + sentTo("Without HTML").length === 2, 60_000);
    const [whole, plain] = [sentTo("With HTML")[0]?.raw, sentTo("Without HTML")[0]?.raw];
    expect(whole?.toString()).toMatch(/text\/html[\s\S]*<b>in bold<\/b>/);
    expect(whole?.toString()).toMatch(/content-id: <dot@example\.test>/i);
    expect(whole?.toString()).toContain("Other words.");
    expect(plain?.toString()).not.toMatch(/text\/html|in bold/);
    expect(await page.title()).not.toBe("run");
  });
});
