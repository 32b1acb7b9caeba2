import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** How a server that speaks SCRAM behaves. */
export interface ScramBehaviour {
  readonly hash?: "sha1" | "sha256";
  /** Requires the login to be bound to its TLS connection. @defaultValue false */
  readonly isBound?: boolean;
  /** What the server proves to know; differs from the password when it is an impostor. @defaultValue the password */
  readonly proves?: string;
  /** Accepts without having proved anything. @defaultValue false */
  readonly skipsProof?: boolean;
}

/** The server's side of SCRAM (RFC 5802) over AUTH, line by line, for one user. */
export function scramServer(
  password: string,
  behaviour: ScramBehaviour = {},
): (line: string, socket: Socket) => string {
  const { hash = "sha256", isBound = false, proves = password, skipsProof = false } = behaviour;
  const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  const salted = (secret: string): Buffer =>
    pbkdf2Sync(secret, "salt of the test", 4096, hash === "sha1" ? 20 : 32, hash);
  let [header, firstBare, serverFirst] = ["", "", ""];
  let isProved = false;
  const challenge = (text: string): string => `334 ${Buffer.from(text).toString("base64")}`;
  return (line, socket) => {
    const [verb, , initial = ""] = line.split(" ");
    const said = Buffer.from(verb === "AUTH" ? initial : line, "base64").toString();
    if (verb === "AUTH") {
      isProved = false;
      [, header = "", firstBare = ""] = /^((?:[ny]|p=[\w-]+),,)(.*)$/.exec(said) ?? [];
      if (header.startsWith("p") !== isBound) return "535 5.7.8 wrong binding";
      serverFirst = `r=${/r=(.*)$/.exec(firstBare)?.[1]}server,s=${Buffer.from("salt of the test").toString("base64")},i=4096`;
      return challenge(serverFirst);
    }
    if (isProved) return "235 2.7.0 welcome";
    const [, withoutProof = "", bound = "", proof = ""] = /^(c=([^,]*),r=[^,]*),p=(.*)$/.exec(said) ?? [];
    const data = isBound && socket instanceof TLSSocket ? exported(socket) : Buffer.alloc(0);
    const exchange = `${firstBare},${serverFirst},${withoutProof}`;
    const clientKey = hmac(salted(password), "Client Key");
    const signature = hmac(createHash(hash).update(clientKey).digest(), exchange);
    const expected = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    const isRight = bound === Buffer.concat([Buffer.from(header), data]).toString("base64");
    if (!isRight || proof !== expected.toString("base64")) return "535 5.7.8 wrong proof";
    if (skipsProof) return "235 2.7.0 welcome";
    isProved = true;
    return challenge(`v=${hmac(hmac(salted(proves), "Server Key"), exchange).toString("base64")}`);
  };
}

function exported(socket: TLSSocket): Buffer {
  return socket.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0));
}
