import { until } from "@mailwright/suite";
import type { Browser, Page } from "playwright-core";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReceiver, type WebhookReceiver } from "../suites/webhooks/webhook-receiver.js";
import { lookAt, openPage, startBrowser, type WatchedPage } from "./start-browser.js";
import { ada, bob, type RunningMailbox, startMailbox } from "./start-mailbox.js";

const browser: Browser | undefined = await startBrowser();

describe.skipIf(browser === undefined)("webhooks, templates and keys in a browser", () => {
  let receiver: WebhookReceiver;
  let mailbox: RunningMailbox;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    receiver = await startReceiver();
    mailbox = await startMailbox(receiver.url);
    const context = await (browser as Browser).newContext({ baseURL: mailbox.url });
    watched = await openPage(context);
    page = watched.page;
    await page.goto(mailbox.setupUrl);
    await page.getByLabel("Name of the household or team").fill("Home");
    await page.getByLabel("Your e-mail address").fill("lady@home.test");
    await page.getByLabel("Password").fill("a-password-of-the-tour");
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByText("Add your first account").first().waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    expect(await mailbox?.stop()).toBe(0);
    await receiver?.stop();
  });

  const goTo = async (path: string, title: string) => {
    await page.goto(path);
    await page.getByRole("heading", { name: title, exact: true }).waitFor();
  };
  const button = (name: string) => page.getByRole("button", { name, exact: true });

  test("a webhook is added where it may lead, its secret is shown once, and a trial is taken", async () => {
    await goTo("/settings/webhooks", "Webhooks");
    await page.getByText("No webhooks").waitFor();
    await page.getByLabel("Address").fill("http://10.0.0.1/hook");
    await button("Add a webhook").click();
    await page.getByText("10.0.0.1 has an address that is not public").waitFor();
    await lookAt(page, "webhook-refused");
    await page.getByLabel("Address").fill(receiver.url);
    await button("Add a webhook").click();
    const secret = (await page.getByRole("status").locator("code").textContent()) ?? "";
    await lookAt(page, "webhook-added");
    const entry = page.getByRole("region", { name: receiver.url });
    await entry.getByText("Everything").waitFor();
    await entry.getByRole("button", { name: "Send a trial" }).click();
    await entry.getByText(/^The trial was taken: 200/).waitFor();
    const [trial] = receiver.received;
    new Webhook(secret).verify(trial?.body ?? "", trial?.headers as Record<string, string>);
    await page.reload();
    await page.getByRole("region", { name: receiver.url }).waitFor();
    expect(await page.content()).not.toContain(secret);
  });

  test("one that is paused says why, its log has each try, and it is resumed", async () => {
    receiver.answer = () => 410;
    await goTo("/accounts/new", "Add an account");
    const { host, imap } = mailbox.mail;
    await page.getByLabel("E-mail address").fill(ada.user);
    await page.getByLabel("Password").fill(ada.password);
    await page.getByLabel("Name", { exact: true }).fill("Ada");
    await page.getByLabel("Server name").fill(host);
    await page.getByLabel("Port").fill(String(imap.tlsPort));
    await button("Add account").click();
    await until(() => receiver.received.some(({ event }) => event.type === "account.added"), 60_000);
    await until(async () => {
      await goTo("/settings/webhooks", "Webhooks");
      await page.getByRole("region", { name: receiver.url }).waitFor();
      return (await page.getByText("Paused.").count()) > 0;
    }, 60_000);
    const entry = page.getByRole("region", { name: receiver.url });
    await entry.getByRole("button", { name: "Deliveries" }).click();
    await entry.getByRole("cell", { name: "account.added" }).first().waitFor();
    await lookAt(page, "webhook-paused");
    receiver.reset();
    await entry.getByRole("button", { name: "Resume" }).click();
    await until(() => receiver.received.some(({ event }) => event.type === "account.added"), 60_000);
    expect(await page.getByText("Paused.").count()).toBe(0);
    await entry.getByRole("button", { name: "Remove" }).click();
    await page.getByText("No webhooks").waitFor();
  });

  test("a template is written, what is wrong is said at its place, and the preview names what is missing", async () => {
    await goTo("/templates", "Templates");
    await page.getByText("No templates").waitFor();
    await page.getByRole("link", { name: "Add a template" }).click();
    await page.getByLabel("Name").fill("Invoice");
    await page.getByLabel("Subject").fill("Invoice {{ number }}");
    await page.getByLabel("HTML").fill("<p>Dear {{ name }</p>");
    await button("Add the template").click();
    await page
      .getByText(/not closed|output/)
      .first()
      .waitFor();
    await lookAt(page, "template-refused");
    await page.getByLabel("HTML").fill('<p style="color: #226622">Dear {{ name }}, you owe {{ sum }}.</p>');
    await page.getByLabel("Values for the preview").fill('{ "name": "Ada <script>", "number": 7 }');
    await button("Add the template").click();
    const preview = page.getByRole("region", { name: "Preview" });
    await preview.getByRole("heading", { name: "Invoice 7" }).waitFor();
    await preview.getByText("sum", { exact: true }).waitFor();
    const frame = page.frameLocator("iframe[title='Preview of the message']");
    await frame.getByText("Dear Ada <script>, you owe [sum].").waitFor();
    await preview.scrollIntoViewIfNeeded();
    await lookAt(page, "template-preview");
    await page.getByLabel("Values for the preview").fill('{ "name": "Ada", "number": 7, "sum": "12 €" }');
    await button("Save and preview").click();
    await frame.getByText("Dear Ada, you owe 12 €.").waitFor();
    expect(await preview.getByRole("status").count()).toBe(0);
    await button("Remove the template").click();
    await page.getByText("No templates").waitFor();
  });

  test("a key is of the accounts that were chosen for it, and one that may do all is of all", async () => {
    const { csrfToken } = await (await page.request.get("/api/v1/session")).json();
    const { host, pop3 } = mailbox.mail;
    const incoming = { host, port: pop3.tlsPort, security: "tls", user: bob.user };
    const secret = { incoming: { password: bob.password } };
    const data = { name: "Bob", address: bob.user, colour: "#3366cc", kind: "pop3", incoming, secret };
    const added = await page.request.post("/api/v1/accounts", { data, headers: { "x-csrf": csrfToken } });
    expect(added.status()).toBe(201);
    await goTo("/settings/keys", "Keys");
    const only = page.getByRole("group", { name: /^Only of these accounts/ }).getByLabel("Bob");
    await only.check();
    await lookAt(page, "key-of-accounts");
    await page.getByLabel("Name").fill("Of Bob");
    await button("Make a key").click();
    await page.getByRole("row", { name: /^Of Bob read Bob / }).waitFor();
    const key = await page.getByText(/^mw_/).textContent();
    const answer = await fetch(`${mailbox.url}/api/v1/accounts`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(await answer.json()).toMatchObject({ items: [{ name: "Bob" }] });
    expect(await only.isChecked()).toBe(false);
    await only.check();
    await page.getByLabel("May").selectOption("admin");
    await only.waitFor({ state: "detached" });
    await page.getByLabel("Name").fill("Of all");
    await button("Make a key").click();
    await page.getByRole("row", { name: /^Of all read, write, send, admin all / }).waitFor();
    await page.getByLabel("May").selectOption("read");
    expect(await only.isChecked()).toBe(false);
  });

  test("nothing went wrong in the page meanwhile but what was answered as wrong", () => {
    expect(watched.errors.filter((error) => !/status of (409|422)/.test(error))).toEqual([]);
    expect(watched.dialogs).toEqual([]);
  });
});
