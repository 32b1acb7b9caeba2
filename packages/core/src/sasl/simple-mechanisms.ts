import { createHmac } from "node:crypto";
import { SaslError, type SaslMechanism } from "./sasl-mechanism.js";
import { escapeSaslName } from "./saslprep.js";

const REFUSAL_ACKNOWLEDGED: Buffer = Buffer.from("\x01");
const NOTHING: Buffer = Buffer.alloc(0);

/** PLAIN (RFC 4616): user and password in one response, in clear to the server. */
export function saslPlain(user: string, password: string): SaslMechanism {
  return {
    name: "PLAIN",
    initialResponse: Buffer.from(`\0${user}\0${password}`),
    respond: () => {
      throw new SaslError("The server asked for more than PLAIN has");
    },
    complete: () => {},
  };
}

/** LOGIN (draft-murchison-sasl-login): the server asks for the user, then for the password. */
export function saslLogin(user: string, password: string): SaslMechanism {
  const answers = [user, password];
  return {
    name: "LOGIN",
    respond: () => {
      const answer = answers.shift();
      if (answer === undefined) throw new SaslError("The server asked for more than LOGIN has");
      return Buffer.from(answer);
    },
    complete: () => {
      if (answers.length > 0) throw new SaslError("The server did not ask for the password");
    },
  };
}

/**
 * CRAM-MD5 (RFC 2195): a digest that whoever sees it can try passwords against, for a server that has to
 * keep the password itself. Historic; for servers that have nothing else.
 */
export function saslCramMd5(user: string, password: string): SaslMechanism {
  let isAnswered = false;
  return {
    name: "CRAM-MD5",
    respond: (challenge) => {
      if (isAnswered) throw new SaslError("The server asked for more than CRAM-MD5 has");
      isAnswered = true;
      return Buffer.from(`${user} ${createHmac("md5", password).update(challenge).digest("hex")}`);
    },
    complete: () => {
      if (!isAnswered) throw new SaslError("The server did not ask for the password");
    },
  };
}

/** Google's and Microsoft's XOAUTH2. */
export function saslXoauth2(user: string, accessToken: string): SaslMechanism {
  const token = Buffer.from(`user=${user}\x01auth=Bearer ${accessToken}\x01\x01`);
  return { ...bearer(token, NOTHING), name: "XOAUTH2" };
}

/** OAUTHBEARER (RFC 7628); the server sees which host and port the client meant. */
export function saslOauthBearer(
  user: string,
  accessToken: string,
  { host, port }: { readonly host: string; readonly port: number },
): SaslMechanism {
  const head = `n,a=${escapeSaslName(user)},\x01host=${host}\x01port=${port}\x01`;
  const token = Buffer.from(`${head}auth=Bearer ${accessToken}\x01\x01`);
  return { ...bearer(token, REFUSAL_ACKNOWLEDGED), name: "OAUTHBEARER" };
}

/** A challenge after the token explains a refusal; it has to be acknowledged before the refusal itself comes. */
function bearer(token: Buffer, acknowledgement: Buffer): Omit<SaslMechanism, "name"> {
  let isRefused = false;
  return {
    initialResponse: token,
    respond: () => {
      if (isRefused) throw new SaslError("The server went on after it refused the token");
      isRefused = true;
      return acknowledgement;
    },
    complete: () => {
      if (isRefused) throw new SaslError("The server accepted a token that it had refused");
    },
  };
}
