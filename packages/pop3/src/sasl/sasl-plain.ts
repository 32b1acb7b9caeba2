import { SaslError, type SaslMechanism } from "./sasl-mechanism.js";

/** SASL PLAIN (RFC 4616): user and password in one response, in clear to the server. */
export function saslPlain(user: string, password: string): SaslMechanism {
  return {
    name: "PLAIN",
    initialResponse: Buffer.from(`\0${user}\0${password}`),
    canBeginAtOnce: true,
    respond: () => {
      throw new SaslError("The server asked for more than PLAIN has");
    },
    complete: () => {},
  };
}
