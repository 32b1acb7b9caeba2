import { createHmac, randomBytes } from "node:crypto";
import type { CredentialsSource } from "../../credentials/credentials.js";
import { isCredentials } from "../../credentials/credentials.js";
import { MailError } from "../../errors/mail-error.js";
import type { HostPolicy } from "../../server/host-policy.js";
import type { ResolvedServer } from "../../server/server-options.js";
import type { PoolKey } from "./pool-key.js";

const processKey = randomBytes(32);
const identities = new WeakMap<object, number>();
let lastIdentity = 0;

/**
 * The pool key of one account on one server. Connections are shared only between clients with the
 * same address, TLS settings, host policy, user *and* secret: a client with a wrong password or
 * looser TLS never gets or leaves a connection of another. The secret goes in as a keyed digest that
 * means nothing outside this process. Throws `"invalid-argument"` for credentials that are none.
 */
export function accountKey(
  server: ResolvedServer,
  credentials: CredentialsSource | undefined,
  hostPolicy?: HostPolicy,
): PoolKey {
  if (credentials !== undefined && typeof credentials !== "function" && !isCredentials(credentials)) {
    const message =
      "credentials are a user with a password, a user with an accessToken, or a function; nothing of it may be empty";
    throw new MailError(message, { code: "invalid-argument", protocol: "core" });
  }
  const user =
    credentials === undefined ? "" : typeof credentials === "function" ? "oauth" : credentials.user;
  const host = `${server.host}:${server.port}`;
  const parts = [host, server.security, server.allowInsecureAuth, user, secretIdentity(credentials)];
  const settings = [
    tlsIdentity(server),
    hostPolicy === undefined ? 0 : identityOf(hostPolicy),
    routeIdentity(server),
  ];
  return {
    id: JSON.stringify([...parts, ...settings]),
    host,
    label: user === "" ? server.host : `${server.host}:${user}`,
  };
}

function secretIdentity(credentials: CredentialsSource | undefined): string {
  if (credentials === undefined) return "";
  if (typeof credentials === "function") return `function ${identityOf(credentials)}`;
  return digest("password" in credentials ? `p${credentials.password}` : `t${credentials.accessToken}`);
}

function tlsIdentity({ tls }: ResolvedServer): string {
  const shown = JSON.stringify(tls, (_name, value: unknown) => {
    if (typeof value === "function") return ["function", identityOf(value)];
    return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
  });
  return digest(shown);
}

function routeIdentity({ proxy, connect }: ResolvedServer): string | number {
  if (connect !== undefined) return identityOf(connect);
  if (proxy === undefined) return "";
  return digest(JSON.stringify([proxy.kind, proxy.host, proxy.port, proxy.credentials]));
}

function digest(text: string): string {
  return createHmac("sha256", processKey).update(text).digest("base64url").slice(0, 22);
}

/** A number that stands for one object or function as long as this process lives. */
export function identityOf(object: object): number {
  let identity = identities.get(object);
  if (identity === undefined) {
    identity = ++lastIdentity;
    identities.set(object, identity);
  }
  return identity;
}
