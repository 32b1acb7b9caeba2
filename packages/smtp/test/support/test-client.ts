import { SmtpClient, type SmtpClientOptions } from "../../src/index.js";

/** A client of a server on loopback without TLS, one attempt per message unless said otherwise. */
export function testClient(port: number, options: Partial<SmtpClientOptions> = {}): SmtpClient {
  return new SmtpClient({
    server: { host: "127.0.0.1", port, security: "none" },
    from: "ada@example.com",
    retry: { attempts: 1 },
    ...options,
  });
}
