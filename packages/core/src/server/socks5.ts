import { isIP, type Socket } from "node:net";
import type { MailErrorCode } from "../errors/mail-error.js";
import { type ProxyTarget, proxyRefusal } from "./proxy-refusal.js";
import type { ProxyCredentials } from "./proxy-server.js";
import { readExactly } from "./read-exactly.js";

const VERSION = 5;
const NO_AUTH = 0;
const PASSWORD = 2;
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 1: 4, 4: 16 };
/** RFC 1928 §6. */
const REFUSALS: Readonly<Record<number, readonly [code: MailErrorCode, text: string]>> = {
  1: ["connection", "failed"],
  2: ["forbidden", "does not allow it"],
  3: ["connection", "cannot reach its network"],
  4: ["connection", "cannot reach it"],
  5: ["connection", "was refused the connection"],
  6: ["connection", "ran out of hops"],
};

/** Asks a SOCKS5 proxy (RFC 1928, 1929) for a connection; from then on the socket is the target's. */
export async function connectBySocks5(
  socket: Socket,
  target: ProxyTarget,
  credentials: ProxyCredentials | undefined,
): Promise<void> {
  const methods = credentials === undefined ? [NO_AUTH] : [NO_AUTH, PASSWORD];
  socket.write(Buffer.of(VERSION, methods.length, ...methods));
  const [version, method] = await readExactly(socket, 2);
  if (version !== VERSION) throw proxyRefusal(target, "protocol", "does not speak SOCKS5");
  if (method === PASSWORD && credentials !== undefined) await logIn(socket, target, credentials);
  else if (method !== NO_AUTH) throw proxyRefusal(target, "forbidden", "wants another kind of login");
  socket.write(Buffer.concat([Buffer.of(VERSION, 1, 0), addressOf(target.host), portOf(target.port)]));
  const [, reply = 1, , kind = 0] = await readExactly(socket, 4);
  const length = ADDRESS_BYTES[kind] ?? (await readExactly(socket, 1))[0] ?? 0;
  await readExactly(socket, length + 2);
  if (reply === 0) return;
  const [code, text] = REFUSALS[reply] ?? ["rejected", `answered ${reply}`];
  throw proxyRefusal(target, code, text);
}

async function logIn(socket: Socket, target: ProxyTarget, credentials: ProxyCredentials): Promise<void> {
  const [user, password] = [Buffer.from(credentials.user), Buffer.from(credentials.password)];
  const lengths = [Buffer.of(1, user.length), Buffer.of(password.length)] as const;
  socket.write(Buffer.concat([lengths[0], user, lengths[1], password]));
  const [, status] = await readExactly(socket, 2);
  if (status !== 0) throw proxyRefusal(target, "forbidden", "refused the user or the password");
}

function addressOf(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.of(1, ...host.split(".").map(Number));
  if (isIP(host) === 6) return Buffer.concat([Buffer.of(4), bytesOfIpv6(host)]);
  const name = Buffer.from(host);
  return Buffer.concat([Buffer.of(3, name.length), name]);
}

/** URLs have one form for each address: groups of hexadecimal digits, the longest run of zeros left out. */
function bytesOfIpv6(address: string): Buffer {
  const [withoutZone = ""] = address.split("%");
  const [head = "", tail = ""] = new URL(`http://[${withoutZone}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const [first, last] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => "0");
  return Buffer.from([...first, ...zeros, ...last].map((group) => group.padStart(4, "0")).join(""), "hex");
}

function portOf(port: number): Buffer {
  return Buffer.of(port >> 8, port & 0xff);
}
