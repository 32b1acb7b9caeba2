import type { Credentials } from "../credentials/credentials.js";
import type { ChannelBinding } from "./channel-binding.js";
import { SaslError, type SaslMechanism, type SaslMechanismName } from "./sasl-mechanism.js";
import { type ScramOptions, saslScram } from "./scram.js";
import { saslCramMd5, saslLogin, saslOauthBearer, saslPlain, saslXoauth2 } from "./simple-mechanisms.js";

/** What one exchange takes beside the mechanism's name. */
export interface SaslLogin {
  readonly credentials: Credentials;
  readonly host: string;
  readonly port: number;
  /** Names of mechanisms as the server gave them. */
  readonly offered: readonly string[];
  /** What there is to bind to on this connection, by {@link channelBindingOf}. */
  readonly binding: ChannelBinding | undefined;
}

/** The client's side of one exchange by the mechanism that was chosen; see {@link chooseMechanism}. */
export function createMechanism(name: SaslMechanismName, login: SaslLogin): SaslMechanism {
  const { credentials } = login;
  const { user } = credentials;
  if ("accessToken" in credentials) {
    const { accessToken } = credentials;
    if (name === "OAUTHBEARER") return saslOauthBearer(user, accessToken, login);
    if (name === "XOAUTH2") return saslXoauth2(user, accessToken);
    throw new SaslError(`${name} needs a password`);
  }
  const { password } = credentials;
  switch (name) {
    case "SCRAM-SHA-256-PLUS":
      return saslScram("SHA-256", user, password, bound(login));
    case "SCRAM-SHA-1-PLUS":
      return saslScram("SHA-1", user, password, bound(login));
    case "SCRAM-SHA-256":
      return saslScram("SHA-256", user, password, unbound(login));
    case "SCRAM-SHA-1":
      return saslScram("SHA-1", user, password, unbound(login));
    case "PLAIN":
      return saslPlain(user, password);
    case "LOGIN":
      return saslLogin(user, password);
    case "CRAM-MD5":
      return saslCramMd5(user, password);
    default:
      throw new SaslError(`${name} needs an access token`);
  }
}

function bound({ binding }: SaslLogin): ScramOptions {
  if (binding === undefined) throw new SaslError("There is nothing to bind the login to");
  return { binding };
}

function unbound({ binding, offered }: SaslLogin): ScramOptions {
  const offersBinding = offered.some((name) => /^SCRAM-.*-PLUS$/i.test(name));
  return { couldBind: binding !== undefined && !offersBinding };
}
