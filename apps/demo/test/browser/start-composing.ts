import { until } from "@mailwright/suite";
import type { Browser, BrowserContext } from "playwright-core";
import { ada, type RunningMailbox, startMailbox } from "./start-mailbox.js";

/** A mailbox with an account that can send, and a browser that is logged in. */
export interface Composing {
  readonly mailbox: RunningMailbox;
  readonly context: BrowserContext;
  readonly accountId: string;
  /** Asks the API, as the page does. */
  post(path: string, data: object, headers?: Record<string, string>): Promise<Record<string, unknown>>;
}

/** Sets a mailbox up by its API, as the tour does by its page. */
export async function startComposing(browser: Browser): Promise<Composing> {
  const mailbox = await startMailbox("http://127.0.0.1:9");
  const context = await browser.newContext({ baseURL: mailbox.url });
  const setup = new URL(mailbox.setupUrl);
  const person = { email: "lady@home.test", password: "a-password-of-the-tour" };
  const json = async (
    method: "post" | "get",
    path: string,
    data?: object,
    headers: Record<string, string> = {},
  ) => {
    const answer = await context.request[method](`/api/v1${path}`, {
      headers,
      ...(data !== undefined && { data }),
    });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  const session = await json("post", "/setup", {
    ...person,
    name: "Home",
    token: setup.searchParams.get("token"),
  });
  const { host, imap, smtp } = mailbox.mail;
  const at = { host, security: "tls", user: ada.user };
  const post: Composing["post"] = async (path, data, headers) =>
    await json("post", path, data, { "x-csrf": String(session["csrfToken"]), ...headers });
  const { id } = await post("/accounts", {
    name: "Ada",
    address: ada.user,
    colour: "#3366cc",
    kind: "imap",
    incoming: { ...at, port: imap.tlsPort },
    outgoing: { ...at, port: smtp.tlsPort },
    secret: { incoming: { password: ada.password }, outgoing: { password: ada.password } },
  });
  await until(async () => {
    const { items } = (await json("get", "/accounts")) as { items: { state: string }[] };
    return items[0]?.state === "live";
  }, 120_000);
  return { mailbox, context, accountId: String(id), post };
}
