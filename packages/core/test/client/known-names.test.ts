import { expect, test } from "vitest";
import { nearestName, requireKnownNames } from "../../src/client/known-names.js";

const known = ["connectMs", "commandMs", "stallMs"];
const context = { option: "timeouts", protocol: "imap" } as const;

test.each([
  ["conectMs", "connectMs"],
  ["connect_ms", "connectMs"],
  ["CommandMS", "commandMs"],
  ["comamndMs", "commandMs"],
  ["connect", "connectMs"],
  ["stallMsPerLine", "stallMs"],
  ["idle", undefined],
  ["x", undefined],
])("%s is taken for %s", (name, meant) => {
  expect(nearestName(name, known)).toBe(meant);
});

test("swapped neighbours are one slip", () => {
  expect(nearestName("tsl", ["tls", "ts"])).toBe("tls");
});

test("a name that is not known is an error that suggests the right one", () => {
  expect(() => requireKnownNames({ conectMs: 5 }, known, context)).toThrow(
    expect.objectContaining({
      code: "invalid-argument",
      protocol: "imap",
      message: "There is no option timeouts.conectMs; did you mean timeouts.connectMs?",
    }),
  );
  expect(() => requireKnownNames({ other: 5 }, known, { ...context, option: "" })).toThrow(
    "There is no option other; known are connectMs, commandMs, stallMs",
  );
  requireKnownNames({ stallMs: undefined }, known, context);
});

test.each([null, 5, "timeouts", [5]])("%j is no object of options", (given) => {
  expect(() => requireKnownNames(given, known, context)).toThrow(/^timeouts must be an object/);
});
