import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { queryClient } from "../api/query-client.js";
import { ErrorBox, Notice } from "../components/notice.js";
import { ComposePage } from "../compose/compose-page.js";
import { DraftsPage } from "../drafts/drafts-page.js";
import { accountsQuery, foldersQuery, sessionQuery } from "../mail/queries.js";
import { OutboxMessagePage } from "../outbox/outbox-message-page.js";
import { OutboxPage } from "../outbox/outbox-page.js";
import { ScheduledPage } from "../outbox/scheduled-page.js";
import { Shell } from "../shell/shell.js";
import { LoginPage } from "./login-page.js";
import { MailPage } from "./mail-page.js";
import { SetupPage } from "./setup-page.js";

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: () => <Notice title="There is no such page" />,
  errorComponent: ({ error, reset }) => <ErrorBox error={error} onRetry={reset} />,
});

const login = createRoute({ getParentRoute: () => root, path: "/login", component: LoginPage });
const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  validateSearch: ({ token }): { token?: string } =>
    text(token) === undefined ? {} : { token: text(token) ?? "" },
  component: SetupPage,
});

/** Everything that is somebody's: without a session there is the login instead. */
const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async () => {
    if ((await queryClient.ensureQueryData(sessionQuery)) === null) throw redirect({ to: "/login" });
  },
  loader: () => {
    void queryClient.prefetchQuery(accountsQuery);
    void queryClient.prefetchQuery(foldersQuery);
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox" });
  },
});

/** What a list is narrowed by; in the address, so that it can be shared and reloaded. */
function listSearch({ unread }: Record<string, unknown>): { unread?: true } {
  return unread === true || unread === "true" ? { unread: true } : {};
}

function findSearch(search: Record<string, unknown>): { q: string; unread?: true } {
  return { q: text(search["q"]) ?? "", ...listSearch(search) };
}

/** Lists of mail. What is written over one leaves it as it is, with its place and its focus. */
const mail = createRoute({ getParentRoute: () => shell, id: "mail", component: MailPage });
const inbox = createRoute({
  getParentRoute: () => mail,
  path: "/inbox",
  validateSearch: listSearch,
});
const starred = createRoute({
  getParentRoute: () => mail,
  path: "/starred",
  validateSearch: listSearch,
});
const folder = createRoute({
  getParentRoute: () => mail,
  path: "/a/$account/f/$folder",
  validateSearch: listSearch,
});
const search = createRoute({
  getParentRoute: () => mail,
  path: "/search",
  validateSearch: findSearch,
});

// Pages that few look at are loaded when they are asked for, or after all else: the list comes the sooner.
const accounts = createRoute({
  getParentRoute: () => shell,
  path: "/accounts",
  component: lazyRouteComponent(() => import("../accounts/accounts-page.js"), "AccountsPage"),
});
const newAccount = createRoute({
  getParentRoute: () => shell,
  path: "/accounts/new",
  component: lazyRouteComponent(() => import("../accounts/new-account-page.js"), "NewAccountPage"),
});
const account = createRoute({
  getParentRoute: () => shell,
  path: "/accounts/$id",
  component: lazyRouteComponent(() => import("../accounts/account-page.js"), "AccountPage"),
});
const accountLog = createRoute({
  getParentRoute: () => shell,
  path: "/accounts/$id/log",
  component: lazyRouteComponent(() => import("../accounts/account-log-page.js"), "AccountLogPage"),
});
const keys = createRoute({
  getParentRoute: () => shell,
  path: "/settings/keys",
  component: lazyRouteComponent(() => import("../settings/keys-page.js"), "KeysPage"),
});
const appearance = createRoute({
  getParentRoute: () => shell,
  path: "/settings/appearance",
  component: lazyRouteComponent(() => import("../settings/appearance-page.js"), "AppearancePage"),
});
const security = createRoute({
  getParentRoute: () => shell,
  path: "/settings/security",
  component: lazyRouteComponent(() => import("../settings/security-page.js"), "SecurityPage"),
});

const webhooks = createRoute({
  getParentRoute: () => shell,
  path: "/settings/webhooks",
  component: lazyRouteComponent(() => import("../settings/webhooks/webhooks-page.js"), "WebhooksPage"),
});
const status = createRoute({
  getParentRoute: () => shell,
  path: "/status",
  component: lazyRouteComponent(() => import("../status/status-page.js"), "StatusPage"),
});
const templates = createRoute({
  getParentRoute: () => shell,
  path: "/templates",
  component: lazyRouteComponent(() => import("../templates/templates-page.js"), "TemplatesPage"),
});
const newTemplate = createRoute({
  getParentRoute: () => shell,
  path: "/templates/new",
  component: lazyRouteComponent(() => import("../templates/template-page.js"), "NewTemplatePage"),
});
const template = createRoute({
  getParentRoute: () => shell,
  path: "/templates/$id",
  component: lazyRouteComponent(() => import("../templates/template-page.js"), "TemplatePage"),
});
const drafts = createRoute({ getParentRoute: () => shell, path: "/drafts", component: DraftsPage });
const outbox = createRoute({ getParentRoute: () => shell, path: "/outbox", component: OutboxPage });
const outboxMessage = createRoute({
  getParentRoute: () => shell,
  path: "/outbox/$sent",
  component: OutboxMessagePage,
});
const scheduled = createRoute({ getParentRoute: () => shell, path: "/scheduled", component: ScheduledPage });
const MODES = ["reply", "reply-all", "forward"] as const;
const compose = createRoute({
  getParentRoute: () => mail,
  path: "/compose/$draft",
  // How a draft is begun, and about which message: reloaded before it was saved, it begins so again.
  validateSearch: ({ mode, of }): { mode?: (typeof MODES)[number]; of?: number } => {
    const known = MODES.find((one) => one === mode);
    return known === undefined ? {} : { mode: known, of: Number(of) };
  },
  component: ComposePage,
});

/** An open message is a part of its list's address. */
const message = "/m/$message";
const tree = root.addChildren([
  login,
  setup,
  shell.addChildren([
    home,
    accounts,
    newAccount,
    account,
    accountLog,
    keys,
    appearance,
    security,
    webhooks,
    status,
    templates,
    newTemplate,
    template,
    drafts,
    outbox,
    outboxMessage,
    scheduled,
    mail.addChildren([
      compose,
      inbox.addChildren([createRoute({ getParentRoute: () => inbox, path: message })]),
      starred.addChildren([createRoute({ getParentRoute: () => starred, path: message })]),
      folder.addChildren([createRoute({ getParentRoute: () => folder, path: message })]),
      search.addChildren([createRoute({ getParentRoute: () => search, path: message })]),
    ]),
  ]),
]);

/** Addresses and what they show. */
export const router = createRouter({
  routeTree: tree,
  scrollRestoration: false,
  defaultPreload: false,
  // Text as it was typed: a search for "true" or "[1]" is no value of JSON.
  parseSearch: (query) => Object.fromEntries(new URLSearchParams(query)),
  stringifySearch: (values) => {
    const given = Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
