import { expect, test } from "vitest";
import { parseDemoOptions } from "../../src/tour/demo-options.js";

const environment = { MAILWRIGHT_USER: "ada@example.test", MAILWRIGHT_PASSWORD: "hunter22" };

test("without options there are no servers to go to", () => {
  expect(parseDemoOptions([], {})).toBeUndefined();
});

test("the scheme decides how the connection is protected", () => {
  const security = (url: string) => {
    const options = parseDemoOptions(["--imap", url], environment);
    return typeof options === "object" ? options.imap?.server.security : undefined;
  };
  expect(security("imaps://mail.example.test")).toBe("tls");
  expect(security("imap://mail.example.test:1143")).toBe("starttls");
  expect(security("imap+plain://localhost:1143")).toBe("none");
});

test("one protocol may have a user of its own", () => {
  const options = parseDemoOptions(["--pop3", "pop3s://[::1]:9955"], {
    ...environment,
    MAILWRIGHT_POP3_USER: "bob",
  });
  expect(options).toMatchObject({
    pop3: { server: { host: "::1", port: 9955 }, credentials: { user: "bob" } },
  });
});

test.each([
  [["--imap", "https://mail.example.test"], /imaps:\/\/host/],
  [["--imap", "imaps://ada:hunter22@mail.example.test"], /environment/],
  [["--imap", "imaps://mail.example.test:99999"], /no host and port/],
  [["--nonsense"], /nonsense/],
  [["--imap", "imaps://mail.example.test", "--wait", "soon"], /--wait soon/],
  [["--to", "bob@example.test"], /at least one server/],
  [["--imap", "imaps://mail.example.test", "--ca", "/does/not/exist"], /--ca/],
])("%j is a mistake that is explained and shows no password", (argv, explanation) => {
  expect(() => parseDemoOptions(argv, environment)).toThrow(explanation);
  expect(() => parseDemoOptions(argv, environment)).not.toThrow(/hunter22/);
});

test("missing credentials name the variable to set", () => {
  expect(() => parseDemoOptions(["--imap", "imaps://mail.example.test"], {})).toThrow(/MAILWRIGHT_USER/);
});
