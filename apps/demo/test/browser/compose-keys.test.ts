import { until } from "@mailwright/suite";
import type { Browser, FileChooser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deliveryReport } from "../suites/outbox/returned-mail.js";
import { openDesk, type WritingDesk } from "./open-desk.js";
import { lookAt, startBrowser } from "./start-browser.js";
import { ada, bob, LETTER } from "./start-mailbox.js";

const browser: Browser | undefined = await startBrowser();
const OUTSIDE = "carol@elsewhere.test";
const HIDDEN = "gina@elsewhere.test";
const FILE = { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("The plan.") };
/** More than any view has. */
const MAX_TABS = 40;

// No step uses a pointer; each begins where the last one ended.
describe.skipIf(browser === undefined)("writing by keys alone", () => {
  let desk: WritingDesk;
  let page: Page;
  const choosers: FileChooser[] = [];

  beforeAll(async () => {
    desk = await openDesk(browser as Browser);
    ({ page } = desk);

    // From the beginning: whoever begins to listen with the key itself may come too late.
    page.on("filechooser", (chooser) => choosers.push(chooser));
  });

  afterAll(async () => {
    await desk?.close();
    await browser?.close();
  });

  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** What has the focus, by its name. */
  const focused = async () =>
    (await page.evaluate(
      "(({ activeElement: at }) => at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? '')(document)",
    )) as string;
  /** Waits until somebody may type there. */
  const at = async (name: string): Promise<void> =>
    void (await until(async () => (await focused()).trim() === name, 60_000));
  /** Goes on by Tab until something has the focus. */
  const tabTo = async (name: RegExp, key = "Tab"): Promise<void> => {
    for (let tabs = 0; tabs < MAX_TABS; tabs += 1) {
      if (name.test((await focused()).trim())) return;
      await press(key);
    }
    throw new Error(`${key} does not lead to ${name}`);
  };
  const removals = () => desk.sheet().getByRole("button", { name: /^Remove .*@/ });
  const chips = async () => await Promise.all((await removals().all()).map((one) => nameOf(one)));
  const nameOf = async (one: Locator) => (await one.getAttribute("aria-label"))?.slice("Remove ".length);

  test("`c` opens the sheet at To; people become chips by Enter and comma, and Backspace takes one back", async () => {
    await page.getByRole("row", { name: new RegExp(LETTER) }).focus();
    await press("c");
    await at("To");
    await page.keyboard.type(bob.user);
    await press("Enter");
    await page.keyboard.type(`${OUTSIDE},`);
    await page.keyboard.type("eve@example.test");
    await press("Enter");
    expect(await chips()).toEqual([bob.user, OUTSIDE, "eve@example.test"]);
    await press("Backspace");
    expect(await chips()).toEqual([bob.user, OUTSIDE]);
  });

  test("Tab leads through the fields, hidden copies are opened where the focus goes, and Enter attaches a file", async () => {
    await tabTo(/^Cc and Bcc$/, "Shift+Tab");
    await press("Enter");
    await at("Cc");
    await press("Tab");
    await at("Bcc");
    await page.keyboard.type(HIDDEN);
    await press("Tab");
    await at("Subject");
    expect(await chips()).toEqual([bob.user, OUTSIDE, HIDDEN]);
    await page.keyboard.type("Keys alone");
    await press("Tab");
    await at("Text");
    await page.keyboard.type("Nobody touched a mouse.");
    await tabTo(/^Attach files$/);
    await press("Enter");
    const chooser = await until(() => choosers[0], 60_000);
    await chooser.setFiles([FILE]);
    await desk.sheet().getByText("9 B").waitFor();
    await desk.saved();
  });

  test("Esc leaves it as a draft with whom was typed last, at the row that was left", async () => {
    await tabTo(/^To$/, "Shift+Tab");
    await page.keyboard.type("dave@elsewhere.test");
    await press("Escape");
    await desk.closed();
    await until(async () => (await focused()).includes(LETTER), 60_000);
    await press("g", "d");
    await page.getByRole("heading", { name: "Drafts", exact: true }).waitFor();
    await page.getByRole("link", { name: /Keys alone/ }).waitFor();
    await tabTo(/Keys alone/);
    await press("Enter");
    await at("To");
    expect(await chips()).toEqual([bob.user, OUTSIDE, "dave@elsewhere.test", HIDDEN]);
    await press("Backspace");
    await desk.saved();
  });

  test("Ctrl+Enter sends, `z` takes it back as it was, and sent again it has whom was typed last, and no Bcc", async () => {
    await press("Control+Enter");
    await desk.closed();
    await page.getByText("Sending “Keys alone”").waitFor();
    await press("z");
    await at("To");
    expect(await desk.field("Text").inputValue()).toContain("Nobody touched a mouse.");
    await desk.sheet().getByText("plan.txt").waitFor();
    expect(desk.sentTo("Keys alone")).toEqual([]);
    await page.keyboard.type("frank@elsewhere.test");
    await press("Control+Enter");
    await desk.closed();
    const sent = await until(() => desk.sentTo("Keys alone")[0], 60_000);
    expect(sent?.recipients.map(({ address }) => address).sort()).toEqual(
      [HIDDEN, bob.user, OUTSIDE, "frank@elsewhere.test"].sort(),
    );
    const raw = sent?.raw.toString() ?? "";
    expect(raw).toContain("plan.txt");
    expect(raw).not.toContain(HIDDEN);
    expect(desk.sentTo("Keys alone")).toHaveLength(1);
  });

  test("what comes back is shown at whom it came back from, without a reload, in the words of the server", async () => {
    await desk.openSent("Keys alone");
    await desk.result(OUTSIDE).getByText("Accepted by the server").waitFor();
    const raw = desk.sentTo("Keys alone")[0]?.raw.toString() ?? "";
    const messageId = /^message-id:\s*(<[^>]+>)/im.exec(raw)?.[1];
    if (messageId === undefined) throw new Error("It was sent without an id");
    const words = "550 5.1.1 no such user here";
    desk.mailbox.mail.store.deliver(ada.user, deliveryReport({ messageId, to: OUTSIDE, words }));
    const row = desk.result(OUTSIDE);
    await row.getByText(/^Delivered to the server, came back (less than a minute|\d+ min) later$/).waitFor();
    const cells = await row.getByRole("cell").allTextContents();
    expect(cells[0]).toMatch(/^Came back Delivered/);
    expect(cells.slice(1)).toEqual(["5.1.1", words]);
    await desk.result(bob.user).getByText("Accepted by the server").waitFor();
    await lookAt(page, "result-bounced");
    await press("g", "o");
    await page.getByRole("link", { name: /Keys alone.*Came back from 1 of 4/ }).waitFor();
    await lookAt(page, "outbox");
  });

  test("`a` answers the author and the others, and not oneself, above what they wrote; it goes into their thread", async () => {
    const lines = [
      `From: Bob <${bob.user}>`,
      `To: ${ada.user}, ${OUTSIDE}`,
      "Subject: Plans",
      "Message-ID: <plans@example.test>",
      "References: <first@example.test>",
      "",
      "Shall we?",
    ];
    desk.mailbox.mail.store.deliver(ada.user, `${lines.join("\r\n")}\r\n`);
    await press("g", "i");
    await page.getByRole("row", { name: /, Plans,/ }).focus();
    await press("a");
    await at("Text");
    expect(await chips()).toEqual([bob.user, OUTSIDE]);
    await page.keyboard.type("We shall.");
    await press("Control+Enter");
    await desk.closed();
    const sent = await until(() => desk.sentTo("Re: Plans")[0], 60_000);
    expect(sent?.recipients.map(({ address }) => address)).toEqual([bob.user, OUTSIDE]);
    const raw = sent?.raw.toString() ?? "";
    expect(raw).toMatch(/^In-Reply-To: <plans@example\.test>\r$/im);
    expect(raw).toMatch(/^References: <first@example\.test>\s+<plans@example\.test>\r$/im);
    expect(raw).toMatch(/^We shall\.[\s\S]*^On .* wrote:\r\n> Shall we\?\r$/m);
  });
});
