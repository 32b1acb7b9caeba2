import { describe, expect, test } from "vitest";
import { saslScram } from "../../src/sasl/scram.js";

/** The example of RFC 7677 §3. */
const NONCE = "rOprNGfwEbeRWgbNEkqO";
const SERVER_FIRST = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const CLIENT_FINAL =
  "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
const example = () => saslScram("SHA-256", "user", "pencil", { nonce: NONCE });

/** The example of RFC 5802 §5. */
const SHA_1 = {
  nonce: "fyko+d2lbbFgONRv9qkxdawL",
  serverFirst: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
  clientFinal: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
  serverFinal: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
};

describe("SCRAM-SHA-1", () => {
  test("speaks the example of RFC 5802", async () => {
    const scram = saslScram("SHA-1", "user", "pencil", { nonce: SHA_1.nonce });
    expect(scram.name).toBe("SCRAM-SHA-1");
    expect(scram.initialResponse?.toString()).toBe(`n,,n=user,r=${SHA_1.nonce}`);
    expect(String(await scram.respond(Buffer.from(SHA_1.serverFirst)))).toBe(SHA_1.clientFinal);
    await scram.respond(Buffer.from(SHA_1.serverFinal));
    scram.complete();
  });

  test("has a form that binds the channel", () => {
    const binding = { type: "tls-server-end-point", data: Buffer.from("data") } as const;
    const plus = saslScram("SHA-1", "a", "x", { nonce: "n", binding });
    expect(plus.name).toBe("SCRAM-SHA-1-PLUS");
    expect(String(plus.initialResponse)).toBe("p=tls-server-end-point,,n=a,r=n");
  });
});

describe("SCRAM-SHA-256", () => {
  test("speaks the example of RFC 7677", async () => {
    const scram = example();
    expect(scram.initialResponse?.toString()).toBe(`n,,n=user,r=${NONCE}`);
    expect((await scram.respond(Buffer.from(SERVER_FIRST))).toString()).toBe(CLIENT_FINAL);
    expect((await scram.respond(Buffer.from(SERVER_FINAL))).toString()).toBe("");
    scram.complete();
  });

  test("is not complete without the server's proof, or with a wrong one", async () => {
    const scram = example();
    expect(() => scram.complete()).toThrow(/did not prove/);
    await scram.respond(Buffer.from(SERVER_FIRST));
    expect(() => scram.complete()).toThrow(/did not prove/);
    expect(() => scram.respond(Buffer.from("v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))).toThrow(
      /could not prove/,
    );
    expect(() => scram.respond(Buffer.from("v="))).toThrow(/could not prove/);
    expect(() => scram.respond(Buffer.from("e=invalid-proof"))).toThrow(/refused the SCRAM proof/);
    expect(() => scram.complete()).toThrow(/did not prove/);
  });

  test.each([
    ["a nonce that is not ours", SERVER_FIRST.replace("rOpr", "xOpr")],
    ["our nonce and nothing more", `r=${NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`],
    ["no salt", "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096"],
    ["too few iterations", SERVER_FIRST.replace("4096", "4095")],
    ["one iteration", SERVER_FIRST.replace("4096", "1")],
    ["an iteration bomb", SERVER_FIRST.replace("4096", "2000000000")],
    ["more iterations than a number holds", SERVER_FIRST.replace("4096", "9".repeat(30))],
    ["a count that is no number", SERVER_FIRST.replace("4096", "4096x")],
    ["a negative count", SERVER_FIRST.replace("4096", "-4096")],
    ["an extension it must understand", `m=ext,${SERVER_FIRST}`],
    ["an empty challenge", ""],
  ])("gives up on %s before it derives a key", async (_what, challenge) => {
    await expect(async () => example().respond(Buffer.from(challenge))).rejects.toThrow(
      expect.objectContaining({ name: "SaslError" }),
    );
  });

  test("escapes the user and says whether it could have bound the channel", () => {
    expect(saslScram("SHA-256", "a=b,c", "x", { nonce: "n" }).initialResponse?.toString()).toBe(
      "n,,n=a=3Db=2Cc,r=n",
    );
    expect(saslScram("SHA-256", "a", "x", { nonce: "n", couldBind: true }).initialResponse?.toString()).toBe(
      "y,,n=a,r=n",
    );
    const binding = { type: "tls-exporter", data: Buffer.from("data") } as const;
    const plus = saslScram("SHA-256", "a", "x", { nonce: "n", binding });
    expect(plus.name).toBe("SCRAM-SHA-256-PLUS");
    expect(plus.initialResponse?.toString()).toBe("p=tls-exporter,,n=a,r=n");
  });

  test("every exchange has a nonce of its own", () => {
    const nonces = Array.from({ length: 50 }, () => String(saslScram("SHA-256", "a", "x").initialResponse));
    expect(new Set(nonces).size).toBe(50);
  });
});
