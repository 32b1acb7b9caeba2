import { SaslError, type SaslMechanism } from "./sasl-mechanism.js";

const REFUSAL_ACKNOWLEDGED: Buffer = Buffer.from("\x01");
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Google's and Microsoft's XOAUTH2.
 * QUIRK: Exchange Online takes the token only on a line of its own, after `+` (Microsoft's "POP Protocol
 * Exchange", marlam/mpop #11); every other server accepts that too.
 */
export function saslXoauth2(user: string, accessToken: string): SaslMechanism {
  const token = Buffer.from(`user=${user}\x01auth=Bearer ${accessToken}\x01\x01`);
  return { ...bearer(token, NOTHING), name: "XOAUTH2", canBeginAtOnce: false };
}

/** OAUTHBEARER (RFC 7628). */
export function saslOauthBearer(
  user: string,
  accessToken: string,
  host: string,
  port: number,
): SaslMechanism {
  const name = user.replaceAll("=", "=3D").replaceAll(",", "=2C");
  const token = Buffer.from(
    `n,a=${name},\x01host=${host}\x01port=${port}\x01auth=Bearer ${accessToken}\x01\x01`,
  );
  return { ...bearer(token, REFUSAL_ACKNOWLEDGED), name: "OAUTHBEARER", canBeginAtOnce: true };
}

/** A challenge after the token explains a refusal; it has to be acknowledged before `-ERR` comes. */
function bearer(token: Buffer, acknowledgement: Buffer): Omit<SaslMechanism, "name" | "canBeginAtOnce"> {
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
