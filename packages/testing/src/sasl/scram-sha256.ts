import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";
import type { MailAccount } from "../store/mail-account.js";
import type { SaslContext, SaslMechanism } from "./sasl-mechanism.js";

const ITERATIONS = 4096;

/** SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677). */
export const scramSha256: SaslMechanism = (context) => runScram(context, false);

/** SCRAM-SHA-256-PLUS, bound to the TLS channel; offered on TLS only. */
export const scramSha256Plus: SaslMechanism = (context) => runScram(context, true);

async function runScram(context: SaslContext, isBound: boolean): Promise<MailAccount | undefined> {
  const first = (context.initial ?? (await context.exchange(""))).toString();
  const [, gs2Header = "", flag = "", binding = "", name = "", clientNonce = ""] =
    /^((n|y|p=([\w-]+)),[^,]*,)n=([^,]*),r=([^,]+)/.exec(first) ?? [];
  if (clientNonce === "" || flag.startsWith("p") !== isBound) return undefined;
  // A client that could bind but believes we cannot was lied to (RFC 5802 §6).
  if (flag === "y" && context.channelBindings.size > 0) return undefined;
  const account = context.store.findAccount(name.replaceAll("=2C", ",").replaceAll("=3D", "="));
  const salt = randomBytes(16);
  const nonce = clientNonce + randomBytes(12).toString("base64");
  const serverFirst = `r=${nonce},s=${salt.toString("base64")},i=${ITERATIONS}`;

  const final = (await context.exchange(serverFirst)).toString();
  const [, withoutProof = "", bound = "", finalNonce = "", proof = ""] =
    /^(c=([^,]*),r=([^,]*)),p=(.*)$/.exec(final) ?? [];
  const channel = isBound ? context.channelBindings.get(binding) : Buffer.alloc(0);
  if (account === undefined || channel === undefined || finalNonce !== nonce) return undefined;
  if (bound !== Buffer.concat([Buffer.from(gs2Header), channel]).toString("base64")) return undefined;

  const salted = pbkdf2Sync(account.password.normalize("NFKC"), salt, ITERATIONS, 32, "sha256");
  const message = `${first.slice(gs2Header.length)},${serverFirst},${withoutProof}`;
  const clientKey = hmac(salted, "Client Key");
  const signature = hmac(createHash("sha256").update(clientKey).digest(), message);
  const expected = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
  const given = Buffer.from(proof, "base64");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  await context.exchange(`v=${hmac(hmac(salted, "Server Key"), message).toString("base64")}`);
  return account;
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
