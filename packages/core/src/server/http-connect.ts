import { isIP, type Socket } from "node:net";
import { type ProxyTarget, proxyRefusal } from "./proxy-refusal.js";
import type { ProxyCredentials } from "./proxy-server.js";
import { readExactly } from "./read-exactly.js";

const MAX_HEAD_BYTES = 16_384;
const GATEWAY_FAILURES = new Set([502, 503, 504]);

/** Asks an HTTP proxy for a tunnel (CONNECT, RFC 9110 §9.3.6); from then on the socket is the target's. */
export async function connectByHttp(
  socket: Socket,
  target: ProxyTarget,
  credentials: ProxyCredentials | undefined,
): Promise<void> {
  const authority = `${isIP(target.host) === 6 ? `[${target.host}]` : target.host}:${target.port}`;
  const login = credentials && Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64");
  const authorization = login === undefined ? "" : `Proxy-Authorization: Basic ${login}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`);
  const status = statusOf(await readHead(socket, target));
  if (status === undefined) throw proxyRefusal(target, "protocol", "does not speak HTTP");
  if (status >= 200 && status < 300) return;
  if (status === 407) throw proxyRefusal(target, "forbidden", "refused the user or the password");
  if (GATEWAY_FAILURES.has(status)) throw proxyRefusal(target, "connection", `cannot reach it, ${status}`);
  throw proxyRefusal(target, status === 403 ? "forbidden" : "rejected", `answered ${status}`);
}

/** Byte by byte, as the target may speak right behind it. */
async function readHead(socket: Socket, target: ProxyTarget): Promise<string> {
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    head += (await readExactly(socket, 1)).toString("latin1");
    if (head.length > MAX_HEAD_BYTES) throw proxyRefusal(target, "protocol", "sends a head without end");
    if (head.length === 5 && head !== "HTTP/") throw proxyRefusal(target, "protocol", "does not speak HTTP");
  }
  return head;
}

function statusOf(head: string): number | undefined {
  const [, digits] = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(head) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
