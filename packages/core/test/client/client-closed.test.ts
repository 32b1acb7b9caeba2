import { expect, test } from "vitest";
import { clientClosed } from "../../src/client/client-closed.js";

test("a closed client says so", () => {
  expect(clientClosed("pop3")).toMatchObject({ code: "closed", protocol: "pop3", retryable: false });
});
