import { expect, test } from "vitest";
import { createHostPolicy } from "../../src/mail/host-policy.js";

const strict = createHostPolicy({ hosts: [], ports: [] });
const decide = (addresses: readonly string[], port = 993) => strict({ host: "mail.test", port, addresses });

test.each([
  "127.0.0.1",
  "10.1.2.3",
  "172.16.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "fe80::1",
  "fe80::1%eth0",
  "fd00::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::127.0.0.1",
  "64:ff9b::127.0.0.1",
  "2002:7f00:0001::",
  "2130706433",
  "0x7f.1",
  "0177.0.0.1",
  "not an address",
])("%s is no public server", (address) => {
  expect(decide([address])).toBe(false);
});

test("public addresses are let through at the ports of mail only", () => {
  expect(decide(["93.184.215.14"])).toBe(true);
  expect(decide(["2606:2800:220:1:248:1893:25c8:1946"])).toBe(true);
  expect(decide(["93.184.215.14"], 6379)).toBe(false);
  expect(decide([])).toBe(false);
});

test("one private address among several refuses the name: any of them may be the one that is taken", () => {
  expect(decide(["93.184.215.14", "10.0.0.1"])).toBe(false);
});

test("what the operator allows is let through, and nothing beside it", () => {
  const policy = createHostPolicy({ hosts: ["10.0.0.0/8", "192.168.7.7", "mail.lan"], ports: [1143] });
  const allows = (host: string, address: string, port = 993) => policy({ host, port, addresses: [address] });
  expect(allows("x.test", "10.200.0.1", 1143)).toBe(true);
  expect(allows("x.test", "192.168.7.7")).toBe(true);
  expect(allows("x.test", "192.168.7.8")).toBe(false);
  expect(allows("Mail.LAN", "172.16.0.9")).toBe(true);
  expect(allows("x.test", "::ffff:10.0.0.1")).toBe(true);
});
