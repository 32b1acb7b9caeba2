import { SaslError, type SaslMechanism } from "./sasl-mechanism.js";

/** SASL LOGIN (draft-murchison-sasl-login): the server asks for the user, then for the password. */
export function saslLogin(user: string, password: string): SaslMechanism {
  const answers = [user, password];
  return {
    name: "LOGIN",
    canBeginAtOnce: false,
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
