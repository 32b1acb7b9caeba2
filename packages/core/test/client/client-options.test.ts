import { expect, test } from "vitest";
import { requireOptions } from "../../src/client/client-options.js";

const own = { timeouts: true } as const;
const server = { host: "mail.example" };

test("options are an object with known names, also in server", () => {
  requireOptions({ server, credentials: undefined, timeouts: {} }, "imap", own);
  for (const [given, message] of [
    [undefined, /options are missing/],
    [{ server, credentails: {} }, /did you mean credentials/],
    [{ server, timeout: {} }, /did you mean timeouts/],
    [{ server: { ...server, tsl: {} } }, /server\.tsl; did you mean server\.tls/],
    [{ server: "mail.example" }, /server must be an object/],
  ] as const) {
    expect(() => requireOptions(given, "imap", own)).toThrow(
      expect.objectContaining({ code: "invalid-argument", message: expect.stringMatching(message) }),
    );
  }
});
