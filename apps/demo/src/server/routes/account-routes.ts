import { createRoute, z } from "@hono/zod-openapi";
import { findProvider } from "@mailwright/providers";
import { inTransaction } from "../../db/in-transaction.js";
import { checkAccount } from "../../mail/check-account.js";
import { gatherWireLog } from "../../mail/gather-wire-log.js";
import { testAccount } from "../../mail/test-account.js";
import {
  type Account,
  createAccount,
  deleteAccount,
  findAccount,
  listAccounts,
  setAccountStatus,
  updateAccount,
} from "../../store/accounts.js";
import { within } from "../../store/tenant.js";
import { createRouter } from "../create-router.js";
import { requireScope } from "../middleware/authenticate.js";
import { limitRate } from "../middleware/limit-rate.js";
import { notFound, Problem } from "../problem.js";
import {
  accountChangesSchema,
  accountCheckSchema,
  accountReportSchema,
  accountSchema,
  accountTestSchema,
  newAccountSchema,
  providerSchema,
  wireLineSchema,
} from "../schemas/account-schema.js";
import { problemResponse } from "../schemas/problem-schema.js";
import type { Services } from "../services.js";
import { toJson } from "../to-json.js";

const params = z.object({ id: z.uuid() });
const one = { description: "The account", content: { "application/json": { schema: accountSchema } } };
const items = <Item extends z.ZodType>(description: string, item: Item) => ({
  description,
  content: { "application/json": { schema: z.object({ items: z.array(item) }) } },
});
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/json": { schema } },
});
const read = requireScope("read");
const write = requireScope("write");
const TESTS = { name: "account tests", points: 10, seconds: 60 };
const MAX_ACCOUNTS = 50;

const routes = {
  list: createRoute({
    method: "get",
    path: "/accounts",
    middleware: read,
    responses: { 200: items("All accounts", accountSchema), ...problemResponse },
  }),
  create: createRoute({
    method: "post",
    path: "/accounts",
    middleware: write,
    request: { body: body(newAccountSchema) },
    responses: { 201: one, ...problemResponse },
  }),
  test: createRoute({
    method: "post",
    path: "/accounts/test",
    middleware: [write, limitRate(TESTS, (c) => `test ${c.var.tenant.id}`)],
    request: { body: body(accountTestSchema) },
    responses: {
      200: {
        description: "How far it came, phase by phase; nothing is stored",
        content: { "application/json": { schema: accountReportSchema } },
      },
      ...problemResponse,
    },
  }),
  read: createRoute({
    method: "get",
    path: "/accounts/{id}",
    middleware: read,
    request: { params },
    responses: { 200: one, ...problemResponse },
  }),
  change: createRoute({
    method: "patch",
    path: "/accounts/{id}",
    middleware: write,
    request: { params, body: body(accountChangesSchema) },
    responses: { 200: one, ...problemResponse },
  }),
  remove: createRoute({
    method: "delete",
    path: "/accounts/{id}",
    middleware: write,
    request: { params },
    responses: { 204: { description: "Removed; the server keeps its mail" }, ...problemResponse },
  }),
  sync: createRoute({
    method: "post",
    path: "/accounts/{id}/sync",
    middleware: write,
    request: { params },
    responses: { 202: { description: "A pass begins soon" }, ...problemResponse },
  }),
  check: createRoute({
    method: "post",
    path: "/accounts/{id}/check",
    middleware: [read, limitRate(TESTS, (c) => `check ${c.var.tenant.id}`)],
    request: { params },
    responses: {
      200: {
        description: "How far its stored logins come, at both servers",
        content: { "application/json": { schema: accountCheckSchema } },
      },
      ...problemResponse,
    },
  }),
  log: createRoute({
    method: "get",
    path: "/accounts/{id}/log",
    middleware: read,
    request: { params },
    responses: {
      200: items("The conversation with the server, secrets masked", wireLineSchema),
      ...problemResponse,
    },
  }),
  providers: createRoute({
    method: "get",
    path: "/providers",
    middleware: read,
    request: { query: z.object({ address: z.string().min(1).max(320) }) },
    responses: { 200: items("What is known of the address's provider", providerSchema), ...problemResponse },
  }),
};

/** Accounts: added, tried, watched and removed. */
export function accountRoutes({ environment, clients, nudge }: Services) {
  const { database, keyring, wireLog } = environment;
  return createRouter()
    .openapi(routes.list, async (c) => {
      const accounts = await listAccounts(c.var.tenant);
      return c.json({ items: accounts.map(toShown) }, 200);
    })
    .openapi(routes.create, async (c) => {
      const { secret, ...account } = c.req.valid("json");
      if (account.kind === "pop3" && account.syncDays !== undefined) throw noPeriod();
      const stored = await inTransaction(database, async (sql) => {
        const tenant = within(c.var.tenant, sql);
        const known = await listAccounts(tenant);
        if (known.some(({ address, kind }) => address === account.address && kind === account.kind))
          throw new Problem(409, "account-exists", "This account is there already");
        if (known.length >= MAX_ACCOUNTS)
          throw new Problem(409, "account-limit", `There are ${MAX_ACCOUNTS} accounts, which is the most`);
        return await createAccount(tenant, keyring, account, secret);
      });
      return c.json(toShown(stored), 201);
    })
    .openapi(routes.test, async (c) => {
      const report = await testAccount(environment, c.req.valid("json"), c.req.raw.signal);
      return c.json(report, 200);
    })
    .openapi(routes.read, async (c) => {
      const account = await findAccount(c.var.tenant, c.req.valid("param").id);
      if (account === undefined) throw notFound("account");
      return c.json(toShown(account), 200);
    })
    .openapi(routes.change, async (c) => {
      const { id } = c.req.valid("param");
      const account = await inTransaction(database, (sql) =>
        updateAccount(within(c.var.tenant, sql), keyring, id, c.req.valid("json")),
      );
      if (account === undefined) throw notFound("account");
      await clients.forget(id);
      nudge(id);
      return c.json(toShown(account), 200);
    })
    .openapi(routes.remove, async (c) => {
      const { id } = c.req.valid("param");
      const isRemoved = await inTransaction(database, (sql) => deleteAccount(within(c.var.tenant, sql), id));
      if (!isRemoved) throw notFound("account");
      await clients.forget(id);
      wireLog.remove(id);
      nudge(id);
      return c.body(null, 204);
    })
    .openapi(routes.sync, async (c) => {
      const { id } = c.req.valid("param");
      const account = await findAccount(c.var.tenant, id);
      if (account === undefined) throw notFound("account");
      // Whoever asks does not want to wait for the next try.
      if (account.state === "retrying" || account.state === "needs-login")
        await inTransaction(database, (sql) =>
          setAccountStatus(within(c.var.tenant, sql), id, { state: "retrying", nextTryAt: null }),
        );
      nudge(id);
      return c.body(null, 202);
    })
    .openapi(routes.check, async (c) => {
      const checked = await checkAccount(
        environment,
        c.var.tenant,
        c.req.valid("param").id,
        c.req.raw.signal,
      );
      if (checked === undefined) throw notFound("account");
      return c.json(checked, 200);
    })
    .openapi(routes.log, async (c) => {
      const { id } = c.req.valid("param");
      if ((await findAccount(c.var.tenant, id)) === undefined) throw notFound("account");
      return c.json({ items: await gatherWireLog(environment, c.var.tenant, id) }, 200);
    })
    .openapi(routes.providers, (c) => {
      const provider = findProvider(c.req.valid("query").address);
      if (provider === undefined) return c.json({ items: [] }, 200);
      const { id, name, imap, pop3, smtp, logins, appPasswordHelp, note } = provider;
      const item = { id, name, imap, pop3, smtp, logins: [...logins], appPasswordHelp, note };
      return c.json({ items: [item] }, 200);
    });
}

function noPeriod(): Problem {
  const detail = "POP3 does not tell how old a message is before it is read";
  const errors = [{ pointer: "/syncDays", code: "unsupported", detail }];
  return new Problem(422, "invalid-request", "An account of POP3 has all of its mail here", { errors });
}

function toShown(account: Account) {
  return { ...toJson(account), hasPassword: true as const };
}
