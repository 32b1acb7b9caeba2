import { expect } from "vitest";
import { login, type Tour } from "./open-tour.js";
import { ada } from "./start-mailbox.js";

/** A first sync takes so long only on a machine that has much else to do. */
const FIRST_SYNC_MS = 200_000;

/** Sets the mailbox up as somebody has done it before, with Ada's account, and waits until all her mail is there. */
export async function setUp({ mailbox, context, page, goTo }: Tour): Promise<void> {
  const post = async (path: string, data: object, csrf?: string) => {
    const headers = csrf === undefined ? {} : { "x-csrf": csrf };
    const answer = await context.request.post(`${mailbox.url}/api/v1${path}`, { data, headers });
    expect(answer.status(), path).toBe(201);
    return (await answer.json()) as { readonly csrfToken?: string };
  };
  const token = new URL(mailbox.setupUrl).searchParams.get("token");
  const { csrfToken } = await post("/setup", { ...login, name: "Home", token });
  const { host, imap } = mailbox.mail;
  const incoming = { host, port: imap.tlsPort, security: "tls", user: ada.user };
  const account = { name: "Ada", address: ada.user, colour: "#2f6fdb", kind: "imap", incoming };
  await post("/accounts", { ...account, secret: { incoming: { password: ada.password } } }, csrfToken);
  await goTo("/inbox", "Inbox");
  await page
    .getByText(/^Up to date at/)
    .first()
    .waitFor({ timeout: FIRST_SYNC_MS });
}
