import { expect, test } from "vitest";
import { secretOf } from "../../src/credentials/credentials.js";

test("the secret is the password or the token", () => {
  expect(secretOf({ user: "ada", password: "pw" })).toBe("pw");
  expect(secretOf({ user: "ada", accessToken: "token" })).toBe("token");
});
