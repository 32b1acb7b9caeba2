import { describe, expect, test } from "vitest";
import { scramSha256 } from "../../src/sasl/scram.js";

/** The example of RFC 7677 §3. */
const NONCE = "rOprNGfwEbeRWgbNEkqO";
const SERVER_FIRST = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const CLIENT_FINAL =
  "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
const example = () => scramSha256("user", "pencil", { nonce: NONCE });

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
  ])("gives up on %s, quickly", async (_what, challenge) => {
    const startedAt = performance.now();
    await expect(async () => example().respond(Buffer.from(challenge))).rejects.toThrow(
      expect.objectContaining({ name: "SaslError" }),
    );
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  test("escapes the user and says whether it could have bound the channel", () => {
    expect(scramSha256("a=b,c", "x", { nonce: "n" }).initialResponse?.toString()).toBe("n,,n=a=3Db=2Cc,r=n");
    expect(scramSha256("a", "x", { nonce: "n", couldBind: true }).initialResponse?.toString()).toBe(
      "y,,n=a,r=n",
    );
    const binding = { type: "tls-exporter", data: Buffer.from("data") } as const;
    const plus = scramSha256("a", "x", { nonce: "n", binding });
    expect(plus.name).toBe("SCRAM-SHA-256-PLUS");
    expect(plus.initialResponse?.toString()).toBe("p=tls-exporter,,n=a,r=n");
  });

  test("every exchange has a nonce of its own", () => {
    const nonces = Array.from({ length: 50 }, () => String(scramSha256("a", "x").initialResponse));
    expect(new Set(nonces).size).toBe(50);
  });
});
